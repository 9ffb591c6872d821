"""The verifier as people use it: with witnesses, an old backup, another's key, and as one file on a command line."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jikim.domain.checkpoint import BY_WITNESS, Signature, VerifierKey, cosigned, origin_of, read_note
from jikim.sealing.certificate import issue
from jikim.sealing.journal import Journal, open_journal
from jikim.sealing.primitives import SigningKey, public_key, sign
from tests.support.certificates import CLAIMS, VERIFIER, certificate, destroyed, envelope, evidence, holds, verify
from tests.support.journals import ORIGIN

Document = dict[str, Any]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    opened = open_journal(tmp_path_factory.mktemp("journal"), ORIGIN)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def cert(log: Journal) -> Document:
    return certificate(log)


def cosign(note: str, key: VerifierKey, secret: SigningKey, at: int) -> str:
    text = read_note(note).text
    signature = at.to_bytes(8, "big") + sign(secret, cosigned(text, at))
    return note + Signature(key.name, key.key_id, signature).line


def test_a_witness_must_have_signed_the_same_checkpoint(log: Journal) -> None:
    secret = SigningKey.fresh()
    key = VerifierKey("officer.example.kr", BY_WITNESS, public_key(secret).raw)
    witness = verify.Key(str(key))
    of = evidence((7,))
    index = destroyed(log, of)
    plain = issue(log, index, of, (7,), CLAIMS)
    with pytest.raises(verify.No, match=r"not signed by officer\.example\.kr"):
        holds(plain, log, witnesses=[witness])
    seen = issue(log, index, of, (7,), CLAIMS, under=cosign(log.checkpoint(), key, secret, 1_791_210_000))
    assert holds(seen, log)
    assert holds(seen, log, witnesses=[witness])[-1].endswith("saw it in the journal by 2026-10-05 14:20:00+00:00")
    false = issue(log, index, of, (7,), CLAIMS, under=cosign(log.checkpoint(), key, SigningKey.fresh(), 0))
    with pytest.raises(verify.No, match=r"the signature of officer\.example\.kr is false"):
        holds(false, log, witnesses=[witness])


def test_an_envelope_from_an_old_backup_is_recognised(cert: Document, log: Journal) -> None:
    assert holds(cert, log, envelope=envelope(300))[-1] == "the envelope given is one of those destroyed"
    for stranger in (envelope(7), envelope(300)[:-1], envelope(300)[:11] + b"\xff" + envelope(300)[12:], b""):
        with pytest.raises(verify.No, match="envelope given is not one of those"):
            holds(cert, log, envelope=stranger)


def test_another_journals_key_believes_nothing(cert: Document, tmp_path: Path) -> None:
    stranger = open_journal(tmp_path, ORIGIN)
    with pytest.raises(verify.No, match=f"^not signed by {ORIGIN}"):
        holds(cert, stranger)
    stranger.close()


def test_a_key_that_was_copied_wrongly_is_refused(log: Journal) -> None:
    words = str(log.key)
    for at in range(len(words)):
        with pytest.raises((verify.No, ValueError)):
            verify.Key(words[:at] + chr(ord(words[at]) ^ 1) + words[at + 1 :])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"null",
        b"\xff",
        b"[" * 100_000,
        b'{"format": NaN}',
        b'{"a":1,"a":1}',
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_certificate_is_refused_in_words(data: bytes, log: Journal) -> None:
    with pytest.raises(verify.No):
        verify.verify(verify.load(data), verify.Key(str(log.key)), [], None, None)


# --- the file itself ---------------------------------------------------------------------------------------------


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-I", VERIFIER, *words], capture_output=True, text=True, check=False)


def test_the_command_says_what_is_proven_stated_and_not_proven(cert: Document, log: Journal, tmp_path: Path) -> None:
    good, bad, export = tmp_path / "good.json", tmp_path / "bad.json", tmp_path / "journal.jsonl"
    good.write_text(json.dumps(cert))
    bad.write_text(json.dumps({**cert, "origin": "other"}))
    export.write_bytes(b"".join(leaf + b"\n" for leaf in log.leaves()))
    said = run(good, "--log-key", str(log.key), "--journal", export)
    assert (said.returncode, said.stderr) == (0, "")
    for words in (
        "good.json: HOLDS",
        "in the hour of 2026-10-05T14:00:00Z",
        "the old root key was overwritten here: 2026-10-05T14:20:05Z",
        "it does not prove:",
        "that no copy exists outside this system",
    ):
        assert words in said.stdout
    both = run(good, bad, "--log-key", str(log.key))
    assert (both.returncode, "bad.json: DOES NOT HOLD" in both.stdout, "good.json: HOLDS" in both.stdout) == (
        1,
        True,
        True,
    )
    for wrong in (["--log-key", "nonsense"], ["--log-key", str(log.key), "--envelope", tmp_path / "none"], []):
        assert run(good, *wrong).returncode == 2


def test_a_demonstration_says_so_first(tmp_path: Path) -> None:
    log = open_journal(tmp_path, origin_of("example.kr", demo=True))
    path, key = tmp_path / "demo.json", tmp_path / "log.pub"
    path.write_text(json.dumps(certificate(log)))
    key.write_text(f"{log.key}\n")
    said = run(path, "--log-key", key)
    log.close()
    assert said.returncode == 0
    assert said.stdout.startswith("DEMO: ")
    assert "this is a demonstration with made-up data" in said.stdout


def test_the_verifier_is_one_file_that_needs_only_cryptography() -> None:
    tree = ast.parse(VERIFIER.read_text())
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {name.split(".")[0] for name in named} - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(VERIFIER.read_text().splitlines()) < 400, "longer cannot be read in ten minutes"
