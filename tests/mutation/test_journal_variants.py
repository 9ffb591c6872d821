"""Broken journals and broken verifiers, each wrong in one way that matters: the unit tests notice every one of them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOTICED, UNNOTICED = 1, 0  # pytest's exit codes
TESTS = (
    "tests/unit/test_verifier.py",
    "tests/unit/test_verifier_command.py",
    "tests/unit/test_certificate.py",
    "tests/unit/test_journal_log.py",
    "tests/unit/test_journal_tampering.py",
    "tests/unit/test_merkle.py",
    "tests/unit/test_journal_whole.py",
    "tests/unit/test_leaf_mac.py",
)
VERIFIER, LOG, STORE = (
    "verify/jikim_verify.py",
    "src/jikim/sealing/journal/log.py",
    "src/jikim/sealing/journal/store.py",
)
VALUES = "src/jikim/sealing/keyd/values.py"
WHOLE = "src/jikim/sealing/journal/whole.py"
MERKLE, CERTIFICATE = "src/jikim/domain/merkle.py", "src/jikim/sealing/certificate.py"

# What is wrong → file, the words as they are, the words as they would be.
VARIANTS = {
    "verifier: size from the body": (
        VERIFIER,
        'closed(cert, FIELDS, "the certificate")',
        'size = cert.pop("size", None)\n    closed(cert, FIELDS, "the certificate")',
    ),
    "verifier: checkpoint signature not checked": (VERIFIER, "    log.only(lines, text)\n    if words", "    if words"),
    "verifier: certificate signature not checked": (
        VERIFIER,
        '    log.only([str(cert["signature"])], statement)\n',
        "",
    ),
    "verifier: a false signature is another's": (
        VERIFIER,
        'no(f"the signature of {self.name} is false")',
        "return None",
    ),
    "verifier: entry not held against the root": (
        VERIFIER,
        "index, size, path) != root:",
        "index, size, path) == b'':",
    ),
    "verifier: values not held against the set": (
        VERIFIER,
        'if found != unhex(event["set_root"]',
        'if b"" == unhex(event["set_root"]',
    ),
    "verifier: path may be short": (
        VERIFIER,
        'return found if last == 0 else no("the path is too short")',
        "return found",
    ),
    "verifier: an intent will do": (VERIFIER, '!= (1, "destroy.done")', '== (2, "destroy.done")'),
    "verifier: waiting counts as destroyed": (
        VERIFIER,
        'any(group["pending"] == 0 < group["mirrors"]',
        'any(0 < group["mirrors"]',
    ),
    "verifier: limits may be left out": (
        VERIFIER,
        'if cert["limits"] != limits(log.name, event["groups"]):',
        'if set(cert["limits"]) - set(limits(log.name, event["groups"])):',
    ),
    "verifier: cut journal believed": (VERIFIER, "if len(journal) < size:", "if len(journal) < 0:"),
    "verifier: changed journal believed": (
        VERIFIER,
        "if root_of(journal[:size]) != root:",
        "if root_of(journal[:size]) == b'':",
    ),
    "verifier: witness not needed": (VERIFIER, 'else no(f"not signed by {self.name}+{self.id.hex()}")', "else 0"),
    "verifier: fields may stand twice": (
        VERIFIER,
        "if len({name for name, _ in pairs}) != len(pairs):",
        "if not pairs and data == b'':",
    ),
    "verifier: another's checkpoint": (VERIFIER, "if words[0] != log.name:", "if words[0] == '':"),
    "journal: told again": (LOG, "if known is not None:", "if known is not None and False:"),
    "journal: changed row believed": (
        LOG,
        "if (known.role, known.data) != (offered.role, offered.data):",
        "if known is offered:",
    ),
    "journal: nonces of all databases are one": (
        LOG,
        "Row(size, database, row.nonce.hex,",
        'Row(size, "", row.nonce.hex,',
    ),
    "journal: every row is an entry of its own": (LOG, "database, row.nonce.hex, role", "database, str(size), role"),
    "journal: the last rows come first": (
        LOG,
        "for role, row in rows:\n                offered",
        "for role, row in reversed(rows):\n                offered",
    ),
    "journal: a file that lost its name is written on": (
        STORE,
        "if identity(self.path) != self._file:",
        "if identity(self.path) == ():",
    ),
    "leaf mac: no nonce": (
        VALUES,
        "role.encode(), nonce.bytes, journal.write(leaf)",
        "role.encode(), journal.write(leaf)",
    ),
    "leaf mac: no database": (VALUES, "LEAF, database.encode(), role", "LEAF, role"),
    "leaf mac: no role": (VALUES, "database.encode(), role.encode(), nonce", "database.encode(), nonce"),
    "journal: any role": (LOG, "            journal.check_role(role, row.leaf.kind)\n", "            pass\n"),
    "journal: last checkpoint need not cover the end": (LOG, "key).size != self.size:", "key).size > self.size:"),
    "journal: checkpoint beside it not looked at": (LOG, "        self.check_older(self._folder.checkpoint())\n", ""),
    "journal: older checkpoint only by size": (
        LOG,
        "if merkle.root(then.size, self._store.hash) != then.root:",
        "if then.size < 0:",
    ),
    "journal: entries not read when verified": (
        LOG,
        "if (whole.size, whole.root) != (newest.size, newest.root):",
        "if whole.size != newest.size:",
    ),
    "journal: kept hashes not compared": (LOG, "if store.kept_levels() != ", "if () == "),
    "journal: second process believed whatever it gives": (WHOLE, "and len(found) == asked else None", "else None"),
    "journal: second process believed when it fails": (WHOLE, "if helper.returncode == 0 and", "if"),
    "journal: gaps not counted": (STORE, "if count != size:", "if count > size:"),
    "journal: leaves and nodes hashed alike": (
        MERKLE,
        'return sha256(b"\\x00" + leaf).digest()',
        "return sha256(leaf).digest()",
    ),
    "journal: not append-only": (
        STORE,
        "connection.executescript(TABLES + FROZEN)",
        "connection.executescript(TABLES)",
    ),
    "certificate: other evidence": (
        CERTIFICATE,
        "        if (self._tree.size, self._tree.root().hex()) != ",
        "        if () == ",
    ),
    "certificate: unfinished": (
        CERTIFICATE,
        'if all(group["pending"] for group',
        'if () == (group["pending"] for group',
    ),
    "certificate: signs anything": (LOG, 'if text.startswith(f"{self.key.name}\\n"):', 'if text == "":'),
}


def outcome(folder: Path, path: str = "", old: str = "", new: str = "") -> int:
    """Run the unit tests against a copy of the code with one change, or with none."""
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "static"))
    shutil.copytree(ROOT / "verify", folder / "verify", ignore=shutil.ignore_patterns("__pycache__"))
    if path:
        words = (folder / path).read_text()
        assert words.count(old) == 1, f"{path} no longer says this once: {old}"
        (folder / path).write_text(words.replace(old, new))
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "JIKIM_"))}
    surroundings |= {
        "PYTHONPATH": str(folder / "src"),
        "JIKIM_VERIFIER": str(folder / "verify" / "jikim_verify.py"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    options = ["-q", "-x", "--noconftest", "-p", "no:django", "-p", "no:xdist", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *options, *TESTS]
    return subprocess.run(command, cwd=ROOT, env=surroundings, capture_output=True, check=False, timeout=120).returncode


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Without a change the tests pass; otherwise their failing would say nothing."""
    assert outcome(tmp_path_factory.mktemp("sound")) == UNNOTICED


@pytest.mark.parametrize("what", VARIANTS)
def test_a_broken_journal_or_verifier_is_noticed(what: str, sound: None, tmp_path: Path) -> None:
    assert outcome(tmp_path, *VARIANTS[what]) == NOTICED
