#!/usr/bin/env python3
"""Verify certificates of destruction offline: `jikim-destruction-certificate/1`.

    python3 jikim_verify.py certificate.json --log-key 'example.kr/jikim-journal+a1b2c3d4+AX…'

This one file is the whole verifier. It needs Python 3.11 or later and the package `cryptography`, and nothing else: no
network, no clock, no part of Jikim. Take the log key from the company's privacy policy, not from whoever gave you the
certificate. Exit code: 0 all certificates hold, 1 one does not, 2 wrong use.

How it reads, from the bottom up: numbers and words in one spelling only → Merkle proofs (RFC 9162) → signed notes
(C2SP signed-note, tlog-checkpoint, tlog-proof, tlog-cosignature) → one certificate → the command.
"""

import argparse
import base64
import hashlib
import json
import re
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "jikim-destruction-certificate/1"
PROOF = "c2sp.org/tlog-proof@v1"
FIELDS = {"format", "origin", "event", "items", "tlog_proof", "claims", "limits", "signature"}
EVENT = {
    "v", "type", "at", "req", "reason", "category", "policy", "requested", "effaced", "epoch", "n", "values",
    "set_root", "old_root", "new_root", "groups", "build",
}  # fmt: skip
ITEM = {"kid", "salt", "key_commitment", "ct_sha256", "i", "path"}
CLAIMS = {
    "live_effaced_at": "the old root key was overwritten here",
    "all_mirrors_at": "the old root key was overwritten on every mirror",
    "rows_deleted_at": "the encrypted rows were deleted too",
    "forensic_pass_at": "a scan of the disks found nothing",
    "cpo_confirmed_at": "the privacy officer confirmed the result",
    "effective_in_backups": "no backup can bring it back since",
}
LIMITS = {
    "copies-outside": "that no copy exists outside this system: printed, mailed, exported or photographed",
    "seen-by-people": "that nobody remembers or wrote down what they read",
    "claims-are-statements": "what the company states above; it is signed, not proven",
    "demo": "anything about real people: this is a demonstration with made-up data",
    "medium-cannot-efface": "that the old root key was overwritten at all: its medium cannot do that",
    "medium-best-effort": "that a laboratory finds no trace of the old root key in the flash or virtual disk it lay on",
    "copies-waiting": "that every mirror was reached; those that were not can no longer complete the key",
}
A_COHORT = 1 << 40  # numbers from here on name a whole cohort of values, those below one value


class No(Exception):
    """The certificate does not hold, and why."""


def no(why: str) -> NoReturn:
    raise No(why)


# --- words in one spelling -------------------------------------------------------------------------------------------


def load(data: bytes) -> Any:
    """Read JSON without repeated names, fractions or NaN; anything two readers could take differently is refused."""

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({name for name, _ in pairs}) != len(pairs):
            no("a field stands twice in the JSON")
        return dict(pairs)

    def never(words: str) -> NoReturn:
        no(f"{words[:20]} is not a whole number")

    try:
        return json.loads(data, object_pairs_hook=once, parse_float=never, parse_constant=never)
    except (ValueError, RecursionError):
        no("this is not JSON")


def canonical(value: object) -> bytes:
    """RFC 8785, for the words and whole numbers that journals and certificates are made of."""
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode("ascii")


def whole(value: object, what: str) -> int:
    return value if type(value) is int and 0 <= value < 1 << 53 else no(f"{what} is not a whole number")


def decimal(words: str, what: str) -> int:
    return int(words) if re.fullmatch("0|[1-9][0-9]{0,18}", words) else no(f"{what} is not a number")


def unhex(words: object, size: int, what: str) -> bytes:
    if not isinstance(words, str) or not re.fullmatch(f"[0-9a-f]{{{2 * size}}}", words):
        no(f"{what} is not {size} bytes in hex")
    return bytes.fromhex(words)


def unbase64(words: str, what: str) -> bytes:
    try:
        data = base64.b64decode(words, validate=True)
    except ValueError:
        no(f"{what} is not base64")
    return data if base64.b64encode(data).decode() == words else no(f"{what} is not base64 in its one spelling")


def instant(words: object, what: str) -> datetime:
    try:
        return datetime.strptime(str(words), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        no(f"{what} is not a UTC instant")


# --- Merkle proofs ---------------------------------------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def root_by_path(leaf: bytes, index: int, size: int, path: list[bytes]) -> bytes:
    """Follow an inclusion path up to the root it leads to (RFC 9162, 2.1.3.2)."""
    if index >= size:
        no(f"a tree of {size} has no leaf {index}")
    at, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            no("the path is too long")
        if at & 1 or at == last:
            found = sha256(b"\x01" + step + found)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + step)
        at, last = at >> 1, last >> 1
    return found if last == 0 else no("the path is too short")


def root_of(leaves: list[bytes]) -> bytes:
    """Compute the root over all leaves (RFC 6962, 2.1), level by level; an odd last hash moves up unchanged."""
    row = [sha256(b"\x00" + leaf) for leaf in leaves] or [sha256(b"")]
    while len(row) > 1:
        pairs = [sha256(b"\x01" + left + right) for left, right in zip(row[::2], row[1::2], strict=False)]
        row = pairs + row[2 * len(pairs) :]
    return row[0]


# --- signed notes ----------------------------------------------------------------------------------------------------


class Key:
    """A verifier key: name, key id, type (1 the log's, 4 a witness's) and an Ed25519 public key."""

    def __init__(self, words: str) -> None:
        name, *rest = words.strip().split("+", 2)
        raw = unbase64(rest[1], "the key") if len(rest) == 2 else b""
        if len(raw) != 33 or raw[0] not in (1, 4):
            no("this is not an Ed25519 verifier key: name+id+base64")
        self.name, self.kind, self.raw = name, raw[0], raw[1:]
        self.id = sha256(name.encode() + b"\n" + raw)[:4]
        if self.id.hex() != rest[0]:
            no("the key's id does not belong to it: it was copied wrongly")

    def has_signed(self, line: str, text: str) -> int | None:
        """Check one signature line over a text; None when it is another's, a time for a witness, 0 for the log."""
        dash, _, rest = line.partition(" ")
        name, _, words = rest.partition(" ")
        raw = unbase64(words, "a signature")
        if dash != "—" or not name or not raw:
            no("a signature line is not in the format of signed notes")
        if (name, raw[:4]) != (self.name, self.id):
            return None
        signature, at, message = raw[4:], 0, text.encode()
        if self.kind == 4:
            signature, at = raw[12:], int.from_bytes(raw[4:12], "big")
            message = f"cosignature/v1\ntime {at}\n{text}".encode()
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            no(f"the signature of {self.name} is false")
        return at

    def only(self, lines: list[str], text: str) -> int:
        """Return when this key signed; at least one line must be its own, and every such line good."""
        times = [at for at in (self.has_signed(line, text) for line in lines) if at is not None]
        return min(times) if times else no(f"not signed by {self.name}+{self.id.hex()}")


def checkpoint(note: str, log: Key, witnesses: list[Key]) -> tuple[int, bytes, list[int]]:
    """Return size, root and the witnesses' times; size and root are believed only from here."""
    text, gap, signed = note.rpartition("\n\n")
    text, lines = text + "\n", signed.split("\n")
    words = text.split("\n")
    if not gap or lines.pop() or not 1 <= len(lines) <= 16 or len(words) != 4:
        no("the checkpoint is not in the format of signed notes")
    log.only(lines, text)
    if words[0] != log.name:
        no("the checkpoint is another journal's")
    root = unbase64(words[2], "the journal's root")
    if len(root) != 32:
        no("the journal's root is not 32 bytes")
    return decimal(words[1], "the journal's size"), root, [witness.only(lines, text) for witness in witnesses]


# --- one certificate -------------------------------------------------------------------------------------------------


def verify(cert: Any, log: Key, witnesses: list[Key], envelope: bytes | None, journal: list[bytes] | None) -> list[str]:
    """Check everything; return what is proven, in sentences. Raises No at the first thing that does not hold."""
    closed(cert, FIELDS, "the certificate")
    if cert["format"] != FORMAT or cert["origin"] != log.name:
        no("the certificate is in another format, or of another journal than the key's")
    body = {name: value for name, value in cert.items() if name != "signature"}
    statement = f"{FORMAT}\n{log.name}\n{base64.b64encode(sha256(canonical(body))).decode()}\n"
    log.only([str(cert["signature"])], statement)
    event = check_event(cert["event"])
    index, size, times = check_journal(cert["tlog_proof"], event, log, witnesses, journal)
    kinds = check_items(cert["items"], event, envelope)
    check_claims(cert["claims"], event)
    if cert["limits"] != limits(log.name, event["groups"]):
        no("the limits are not those that follow from the entry")
    said = [
        f"{kinds} of {event['n']} destroyed together (at most {event['values']} keys) for the reason {event['reason']}",
        f"their keys hung from a root that was replaced in epoch {event['epoch']}, in the hour of {event['effaced']}",
        f"this is entry {index} of the {size} which {log.name} signed",
    ]
    seen = [f"{key.name} saw it in the journal by {moment(at)}" for key, at in zip(witnesses, times, strict=True)]
    return said + seen + (["the envelope given is one of those destroyed"] if envelope is not None else [])


def check_event(event: Any) -> dict[str, Any]:
    """Check the journal's entry: a finished destruction, complete in at least one group of roots."""
    closed(event, EVENT, "the entry")
    if (event["v"], event["type"]) != (1, "destroy.done"):
        no("the entry tells no finished destruction")
    for name in ("epoch", "n", "values"):
        whole(event[name], name)
    groups = event["groups"] if isinstance(event["groups"], list) else no("the root groups are no list")
    for group in groups:
        closed(group, {"class", "mirrors", "pending"}, "a root group")
        mirrors, pending = whole(group["mirrors"], "mirrors"), whole(group["pending"], "pending")
        if group["class"] not in list("HBCKX") or pending > mirrors:
            no("a root group is not one")
    if not any(group["pending"] == 0 < group["mirrors"] for group in groups):
        no("NOT DESTROYED: in every group of roots a copy is still waited for")
    if instant(event["requested"], "requested") > instant(event["effaced"], "effaced"):
        no("it was effaced before it was requested")
    return dict(event)


def check_journal(
    words: Any, event: dict[str, Any], log: Key, witnesses: list[Key], journal: list[bytes] | None
) -> tuple[int, int, list[int]]:
    """Check that the entry stands in the journal; with an export of the journal, that it still does."""
    head, gap, note = str(words).partition("\n\n")
    header, *lines = head.split("\n")
    if header != PROOF or not gap or not lines or not lines[0].startswith("index ") or len(lines) > 65:
        no("the proof is not in the format tlog-proof")
    index = decimal(lines[0][len("index ") :], "the index")
    path = [unbase64(line, "a step of the proof") for line in lines[1:]]
    size, root, times = checkpoint(note, log, witnesses)
    if any(len(step) != 32 for step in path):
        no("a step of the proof is not 32 bytes")
    if root_by_path(sha256(b"\x00" + canonical(event)), index, size, path) != root:
        no("the entry is not in the journal that was signed")
    if journal is not None:
        if len(journal) < size:
            no(f"the journal was cut: {len(journal)} entries are there, {size} were signed")
        if root_of(journal[:size]) != root:
            no("the journal was changed: its entries are not those that were signed")
    return index, size, times


def check_items(items: Any, event: dict[str, Any], envelope: bytes | None) -> str:
    """Check that each value shown is one of those the entry destroyed; return how many, in words."""
    if not isinstance(items, list) or not items:
        no("the certificate shows no value")
    for item in items:
        closed(item, ITEM, "a value")
        salt, opened = unhex(item["salt"], 16, "a salt"), whole(item["kid"], "a kid").to_bytes(8, "big")
        opened += unhex(item["key_commitment"], 32, "a key commitment") + unhex(item["ct_sha256"], 32, "a digest")
        path = [unhex(step, 32, "a step") for step in item["path"]] if isinstance(item["path"], list) else no("no path")
        found = root_by_path(sha256(b"\x00" + salt + opened), whole(item["i"], "a place"), event["n"], path)
        if found != unhex(event["set_root"], 32, "the set's root"):
            no(f"value {item['kid']} is not among those that were destroyed")
    if len({item["kid"] for item in items}) != len(items):
        no("a value is shown twice")
    if envelope is not None and all(not matches(item, envelope) for item in items):
        no("the envelope given is not one of those destroyed")
    cohorts = sum(item["kid"] >= A_COHORT for item in items)
    return f"{len(items) - cohorts} values and {cohorts} whole cohorts"


def matches(item: dict[str, Any], envelope: bytes) -> bool:
    named = envelope[:3] == b"JK1" and int.from_bytes(envelope[4:12], "big") == item["kid"]
    return named and sha256(envelope).hex() == item["ct_sha256"]


def check_claims(claims: Any, event: dict[str, Any]) -> None:
    """Check that no statement contradicts the entry; more cannot be checked."""
    closed(claims, set(CLAIMS), "the claims")
    stated = {name: instant(words, name) for name, words in claims.items() if words is not None}
    effaced = instant(event["effaced"], "effaced")
    if any(at < effaced for at in stated.values()):
        no("something is stated to have happened before the destruction")
    if stated.get("live_effaced_at", effaced) >= effaced + timedelta(hours=1):
        no("the stated instant of destruction is not in the hour the journal tells")


def limits(origin: str, groups: list[dict[str, Any]]) -> list[str]:
    best = min((group["class"] for group in groups if group["pending"] == 0), key="HBCKX".index)
    found = ["copies-outside", "seen-by-people", "claims-are-statements"]
    found += ["demo"] * origin.startswith("DEMO")
    found += ["medium-cannot-efface"] * (best == "X") + ["medium-best-effort"] * (best in "CK")
    return found + ["copies-waiting"] * any(group["pending"] for group in groups)


def closed(found: Any, names: set[str], what: str) -> None:
    if not isinstance(found, dict) or set(found) != names:
        no(f"{what} has other fields than it must have")


def moment(seconds: int) -> str:
    return str(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=min(seconds, 1 << 36)))


# --- the command -----------------------------------------------------------------------------------------------------


def report(name: str, cert: Any, proven: list[str]) -> None:
    print(f"{name}: HOLDS\nproven:", *proven, sep="\n  - ")
    stated = [f"{CLAIMS[claim]}: {words}" for claim, words in cert["claims"].items() if words]
    print("the company states:", *(stated or ["nothing more"]), sep="\n  - ")
    print("it does not prove:", *(LIMITS[code] for code in cert["limits"]), sep="\n  - ")


def key_from(words: str, kind: int) -> Key:
    path = Path(words)
    key = Key(path.read_text() if "+" not in words and path.is_file() else words)
    return key if key.kind == kind else no("a witness's key was given for the log's, or the other way round")


def main(argv: list[str] | None = None, prog: str = "jikim_verify.py") -> int:
    """Verify what the command line names; return the exit code."""
    parser = argparse.ArgumentParser(prog=prog, description="Verify certificates of destruction, offline.")
    parser.add_argument("certificate", nargs="+", type=Path)
    parser.add_argument("--log-key", required=True, help="name+id+key from the company's policy, or a file holding it")
    parser.add_argument("--witness", action="append", default=[], help="a witness's key; it must have signed as well")
    parser.add_argument("--envelope", type=Path, help="an encrypted value from an old backup: is it one of these?")
    parser.add_argument("--journal", type=Path, help="an export of the journal, one entry a line: is it still whole?")
    given = parser.parse_args(argv)
    try:
        log = key_from(given.log_key, 1)
        witnesses = [key_from(words, 4) for words in given.witness]
        envelope = given.envelope.read_bytes() if given.envelope else None
        journal = given.journal.read_bytes().splitlines() if given.journal else None
    except (No, OSError, ValueError) as error:
        parser.error(str(error))
    if log.name.startswith("DEMO"):
        print("DEMO: this journal is a demonstration with made-up data; it is evidence of nothing.")
    failed = False
    for path in given.certificate:
        try:
            cert = load(path.read_bytes())
            report(str(path), cert, verify(cert, log, witnesses, envelope, journal))
        except (No, OSError, ValueError, RecursionError) as error:
            failed = True
            print(f"{path}: DOES NOT HOLD: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
