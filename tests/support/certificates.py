"""Certificates to try things on: a journal with a destruction in it, and the verifier as a module of its own."""

import importlib.util
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from jikim.domain.checkpoint import Checkpoint, Proof
from jikim.domain.journal import Leaf, Role
from jikim.domain.merkle import EMPTY_ROOT, Tree
from jikim.sealing.certificate import Claims, Evidence, issue, set_tree, statement
from jikim.sealing.journal import Journal, open_journal
from jikim.sealing.journal.folder import Folder
from jikim.sealing.journal.signer import Signer
from jikim.sealing.primitives import SigningKey
from tests.support.journals import AT, ORIGIN, waiting
from tests.support.leaves import EXAMPLES

VERIFIER = Path(os.environ.get("JIKIM_VERIFIER") or Path(__file__).parents[2] / "verify" / "jikim_verify.py")
CLAIMS = Claims(
    live_effaced_at=datetime(2026, 10, 5, 14, 20, 5, tzinfo=UTC),
    all_mirrors_at=datetime(2026, 10, 5, 14, 20, 6, tzinfo=UTC),
    rows_deleted_at=datetime(2026, 10, 5, 14, 21, tzinfo=UTC),
)


def verifier() -> ModuleType:
    """Load the verifier as anyone does who was given the file."""
    spec = importlib.util.spec_from_file_location("jikim_verify", VERIFIER)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(VERIFIER)
    module = importlib.util.module_from_spec(spec)
    sys.modules["jikim_verify"] = module
    spec.loader.exec_module(module)
    return module


def envelope(kid: int) -> bytes:
    """Return bytes that look like the envelope under a kid."""
    return b"JK1\x01" + kid.to_bytes(8, "big") + bytes(4) + bytes(12) + kid.to_bytes(8, "big") * 10


def evidence(kids: Sequence[int]) -> list[Evidence]:
    return [
        Evidence(
            kid,
            sha256(b"salt %d" % kid).digest()[:16],
            sha256(b"key %d" % kid).digest(),
            sha256(envelope(kid)).digest(),
        )
        for kid in kids
    ]


def destroyed(log: Journal, of: Sequence[Evidence], **changed: Any) -> int:
    """Journal a destruction among other entries; return its index."""
    before = log.size
    log.submit(Role.WORKER, "live", waiting(range(before + 1, before + 8)))
    tree = set_tree(of)
    body = {**EXAMPLES["destroy.done"], "n": tree.size, "values": tree.size, "set_root": tree.root().hex(), **changed}
    index = log.tell(Leaf("destroy.done", AT, body), once=f"done {before}")
    log.submit(Role.WORKER, "live", waiting(range(before + 8, before + 20)))
    return index


def certificate(
    log: Journal, kids: Sequence[int] = (7, 300, 301, 70_000, 70_001), shown: Sequence[int] = (300, 70_001)
) -> dict[str, Any]:
    """Return a certificate of a destruction that this journal tells."""
    of = evidence(kids)
    return issue(log, destroyed(log, of), of, shown, CLAIMS)


def lie(cert: dict[str, Any], signer: Signer, *, origin: str = "", **event: Any) -> dict[str, Any]:
    """Return a certificate by a company that writes what it likes into a journal of its own, and signs all of it."""
    told = {**cert["event"], **event}
    tree = Tree.over([json.dumps(told, sort_keys=True, separators=(",", ":")).encode()])
    note = signer.note(Checkpoint(origin or signer.origin, 1, tree.root()).text)
    body = {**cert, "event": told, "tlog_proof": str(Proof(0, (), note))}
    del body["signature"]
    return {**body, "signature": signer.note(statement(body)).splitlines()[-1]}


def known_answer(folder: Path) -> dict[str, Any]:
    """Make what tests/vectors/certificate.json holds: key and evidence are fixed, so every byte is."""
    (folder / "journal.key").write_bytes(bytes(range(32)))
    Folder(folder, ORIGIN).keep_checkpoint(Signer(ORIGIN, SigningKey(bytes(range(32)))).checkpoint(0, EMPTY_ROOT))
    log = open_journal(folder, ORIGIN)
    answer = {"log_key": str(log.key), "certificate": certificate(log), "checkpoint": log.checkpoint()}
    answer |= {"journal": [leaf.decode() for leaf in log.leaves()], "envelope": envelope(300).hex()}
    log.close()
    return answer


verify = verifier()


def holds(cert: object, log: Journal, **given: Any) -> list[str]:
    """Verify as the command does, from bytes; returns what is proven."""
    given = {"witnesses": [], "envelope": None, "journal": None} | given
    proven: list[str] = verify.verify(verify.load(json.dumps(cert).encode()), verify.Key(str(log.key)), **given)
    return proven
