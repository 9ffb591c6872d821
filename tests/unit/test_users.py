"""Which system users the processes of a house run as: all of them, or none."""

import grp
import os
import pwd
from pathlib import Path

import pytest

from jikim.cli import users
from jikim.cli.users import HalfOfUsers, UsersKeptOut
from jikim.domain.journal import Role
from jikim.environment import BadVariable

NUMBERS = {"jikim-keyd": 701, "jikim-public": 702, "jikim-desk": 703, "jikim-worker": 704, "jikim-postman": 705}
HOUSE = 700


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A machine on which root runs us, with every user; a test takes away what shall be missing."""
    there = NUMBERS | {"jikim": HOUSE}

    def user(name: str) -> pwd.struct_passwd:
        return pwd.struct_passwd((name, "x", there[name], there[name], "", "/nonexistent", "/usr/sbin/nologin"))

    def group(name: str) -> grp.struct_group:
        return grp.struct_group((name, "x", there[name], []))

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(pwd, "getpwnam", user)
    monkeypatch.setattr(grp, "getgrnam", group)
    return there


def test_each_process_has_its_own_user_and_all_share_one_group(machine: dict[str, int]) -> None:
    found = users.of_this_machine()
    assert found is not None
    assert {role: one.number for role, one in found.of.items()} == {
        Role.KEYD: 701, Role.PUBLIC: 702, Role.DESK: 703, Role.WORKER: 704, Role.POSTMAN: 705,
    }  # fmt: skip
    assert all(HOUSE in one.more for one in found.of.values())


def test_the_key_daemon_alone_reaches_into_the_workers_folder(machine: dict[str, int]) -> None:
    found = users.of_this_machine()
    assert found is not None
    of_the_worker = {role for role, one in found.of.items() if 704 in (one.group, *one.more)}
    assert of_the_worker == {Role.WORKER, Role.KEYD}


def test_without_any_user_root_runs_everything(machine: dict[str, int]) -> None:
    machine.clear()
    assert users.of_this_machine() is None


def test_nobody_but_root_has_others_run_its_processes(machine: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert users.of_this_machine() is None


@pytest.mark.parametrize("missing", [*NUMBERS, "jikim"])
def test_a_set_that_lacks_one_is_refused_with_the_command_that_makes_it(machine: dict[str, int], missing: str) -> None:
    del machine[missing]
    with pytest.raises(HalfOfUsers) as caught:
        users.of_this_machine()
    assert missing in str(caught.value)
    command = f"groupadd --system {missing}`" if missing == "jikim" else f"/usr/sbin/nologin {missing}`"
    assert command in caught.value.hint


def test_users_that_were_asked_for_must_be_there(machine: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_USERS", "office")
    with pytest.raises(HalfOfUsers, match="missing office-keyd, office-public"):
        users.of_this_machine()


def test_who_wants_one_user_gets_one(machine: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_USERS", "none")
    assert users.of_this_machine() is None


@pytest.mark.parametrize("word", ["-x", "a b", "Jikim", "x" * 22, "지킴"])
def test_a_name_that_no_user_can_have_is_refused(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.setenv("JIKIM_USERS", word)
    with pytest.raises(BadVariable, match="JIKIM_USERS"):
        users.of_this_machine()


def test_a_home_behind_a_closed_folder_is_refused_and_the_folder_named(tmp_path: Path) -> None:
    closed = tmp_path / "private"
    closed.mkdir(mode=0o700)
    with pytest.raises(UsersKeptOut) as caught:
        users.refuse_unreachable(closed / "home")
    assert "closed to them" in str(caught.value)


def test_a_port_of_root_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(users, "FIRST_FREE_PORT", tmp_path / "none")
    users.refuse_ports((8000, 1024))
    with pytest.raises(UsersKeptOut, match="port 80 belongs to root"):
        users.refuse_ports((8000, 80))
