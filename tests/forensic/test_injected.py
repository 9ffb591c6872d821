"""Code that took over the public process meets a wall at each door: another user's files, another role's calls.

Code that took over the desk is let in by no door that leads to a yes: a passkey's answer is checked in the key daemon.

The control is the same code where one user runs everything: what only the users forbid succeeds there.
"""

import json
import os
import pwd
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest

from tests.support import users
from tests.support.passkeys import SoftPasskey
from tests.support.server import Served, serving
from tests.support.visitor import Visitor

INJECTED = Path(__file__).parents[1] / "support" / "injected"
WORDS = {
    "age": "of-age",
    "name": "Kim",
    "email": "kim@example.com",
    "topic": "repair",
    "message": "Mine alone.",
    "consent-inquiry": "given",
}
BY_USERS = {
    "open the separate database": "OperationalError",
    "read the worker's variables": "PermissionError",
    "list what is set aside": "PermissionError",
    "read a slot file": "PermissionError",
    "read the keyring": "PermissionError",
    "read the journal's key": "PermissionError",
    "read the desk's secret": "PermissionError",
    "trace the key daemon": "PermissionError",
    "read the key daemon's memory": "PermissionError",
    "stop the key daemon": "PermissionError",
    "take the worker's socket": "PermissionError",
    "speak as the worker": "PermissionError",
    "come in at the desk by rows": "HTTPError",
}
BY_ROLES = {
    "name the separate database": "ConnectionDoesNotExist",
    "open a stranger's item": "GrantRefused",
    "open it with one's own grant": "GrantRefused",
    "open it as the desk": "GrantRefused",
    "show one's own gate for it": "GrantRefused",
    "have a link to it made": "NotYourCall",
    "have its address sealed for a letter": "GrantRefused",
    "have it sealed so with one's own grant": "GrantRefused",
    "destroy it": "NotYourCall",
    "approve a plan": "NotYourCall",
    "let a passkey of one's own approve": "NotYourCall",
    "take the approvers' passkeys away": "NotYourCall",
    "tell the journal": "NotYourCall",
}
AT_THE_DESK = {
    "approve without a passkey": "AssertionRefused",
    "approve by a new passkey of one's own": "AssertionRefused",
    "vouch for it by itself": "AssertionRefused",
    "replay a person's answer for another plan": "AssertionRefused",
    "replay it to vouch for one's own": "AssertionRefused",
    "put the person's name to one's own answer": "AssertionRefused",
    "destroy as the worker": "NotYourCall",
    "tell the journal of a yes": "NotYourLeaf",
    "let the person's answer be theirs": "done",
}


@dataclass(frozen=True)
class Tried:
    """A house with code in its public process: what came of each attack."""

    served: Served
    outcomes: dict[str, str]


@pytest.fixture(scope="module")
def apart() -> Iterator[Tried]:
    """Every process has a user of its own."""
    with users.open_folder() as folder, users.made():
        python, variables = users.reachable_program(folder, INJECTED)
        with serving(folder / "home", more={**variables, "JIKIM_USERS": users.PREFIX}, python=python) as served:
            yield attacked(served)


@pytest.fixture(scope="module")
def together(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tried]:
    """One user runs everything."""
    home = tmp_path_factory.mktemp("together") / "home"
    path = f"{INJECTED}:{users.REPOSITORY / 'src'}"
    with serving(home, more={"PYTHONPATH": path, "JIKIM_USERS": "none"}) as served:
        (home / "files" / "separate").mkdir(parents=True)
        yield attacked(served)


def attacked(served: Served) -> Tried:
    """A stranger and the attacker each send an inquiry; then the code in the public process tries all it knows."""
    codes = []
    for _who in ("stranger", "attacker"):
        person = Visitor()
        receipt = person.send(person.open(f"{served.url}/inquiry/"), WORDS, {"attachments": [("a.txt", b"sealed")]})
        assert receipt.status == 201, receipt.body
        codes.append(receipt.text_of("receipt-code"))
    with urlopen(f"{served.url}/injected?{quote(codes[1])}", timeout=60) as answer:
        return Tried(served, json.load(answer))


@pytest.mark.parametrize(("attack", "stopped_by"), (BY_USERS | BY_ROLES).items())
def test_code_in_the_public_process_fails_to(apart: Tried, attack: str, stopped_by: str) -> None:
    assert apart.outcomes[attack] == stopped_by


def test_every_attack_but_the_lie_that_waits_is_stopped(apart: Tried) -> None:
    assert {attack for attack, outcome in apart.outcomes.items() if outcome == "done"} == {"let the worker tell a lie"}
    assert len(apart.outcomes) == len(BY_USERS) + len(BY_ROLES) + 1


@pytest.mark.parametrize("attack", BY_USERS)
def test_where_one_user_runs_everything_the_same_code_succeeds(together: Tried, attack: str) -> None:
    assert together.outcomes[attack] == "done"


@pytest.mark.parametrize(("attack", "stopped_by"), BY_ROLES.items())
def test_the_roles_hold_for_one_user_as_well(together: Tried, attack: str, stopped_by: str) -> None:
    assert together.outcomes[attack] == stopped_by


def test_a_lie_left_for_the_worker_is_told_as_an_attack_and_silences_nobody(apart: Tried) -> None:
    os.kill(_process(apart.served, "jikim.cli.worker"), signal.SIGKILL)  # the next one works at once
    latest = time.monotonic() + 20
    held = b""
    while b"forged-entry" not in held or b'"policy"' not in held:
        assert time.monotonic() < latest, "".join(apart.served.said)
        time.sleep(0.1)
        held = b"".join(path.read_bytes() for path in (apart.served.home / "keys" / "journal").iterdir())
    assert b"NothingAtAll" not in held


def test_an_invitation_that_was_made_to_last_longer_is_dead_and_told_as_an_attack(apart: Tried) -> None:
    with pytest.raises(HTTPError, match="403"):
        urlopen(apart.served.link("/enter/"), timeout=20)
    os.kill(_process(apart.served, "jikim.cli.worker"), signal.SIGKILL)
    latest = time.monotonic() + 20
    while not any(b"forged-link" in path.read_bytes() for path in (apart.served.home / "keys" / "journal").iterdir()):
        assert time.monotonic() < latest, "".join(apart.served.said)
        time.sleep(0.1)


def test_each_process_runs_as_its_own_user(apart: Tried) -> None:
    found = [pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name for pid in _children(apart.served)]
    endings = ("desk", "keyd", "postman", "public", "worker")
    closed = [name for name in found if name == "root"]  # a process that nobody may look into shows as root's
    assert sorted(found) == [f"{users.PREFIX}-{ending}" for ending in endings], closed


def test_code_in_the_desks_process_has_nothing_approved_by_nobody(apart: Tried) -> None:
    """A person's passkey counts; the desk hands their answer on, keeps it, and tries everything else with it."""
    person = SoftPasskey("EdDSA", origin=apart.served.desk_url.replace("127.0.0.1", "localhost"))
    assert _desk(apart, do="enroll", attested=person.attested.hex()) == person.id.hex
    with closing(sqlite3.connect(apart.served.home / "keys" / "keyring.sqlite3")) as keyring, keyring:
        keyring.execute("UPDATE passkey SET counts_from = enrolled_at")  # two days pass
    given = person.answers(bytes.fromhex(str(_desk(apart, do="ask"))))
    parts = (given.credential, given.authenticator_data, given.client_data, given.signature)
    outcomes = _desk(apart, do="attack", answer=".".join(part.hex() for part in parts))
    assert outcomes == {**AT_THE_DESK, "yeses": [1, 0]}
    with closing(sqlite3.connect(apart.served.home / "keys" / "journal" / "journal.sqlite3")) as journal:
        told = b"".join(bytes(leaf) for (leaf,) in journal.execute("SELECT data FROM leaf"))
    assert told.count(b'"type":"passkey"') == 2  # everybody is told of the attacker's, two days before it counts
    assert told.count(b'"type":"approve"') == 1


def _desk(tried: Tried, **asked: str) -> object:
    with urlopen(f"{tried.served.desk_url}/injected?{urlencode(asked)}", timeout=60) as answer:
        return json.load(answer)


def _process(served: Served, words: str) -> int:
    (found,) = [pid for pid in _children(served) if words.encode() in Path(f"/proc/{pid}/cmdline").read_bytes()]
    return found


def _children(served: Served) -> list[int]:
    pid = served.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
