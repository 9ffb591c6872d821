"""Another time, another home, damage, a full disk: refused or recovered, and never called a destruction."""

import sqlite3
from datetime import timedelta

import pytest

from jikim import clock
from jikim.sealing.errors import KeyringUnavailable, RootForeign, RootMissing
from jikim.sealing.tree.errors import NodeDamaged, NodesLinger, OtherTime
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.keytree import LIVE, House, flaws, request
from tests.support.power import MemoryMirror


def test_an_old_keyring_does_not_live_with_todays_root(house: House) -> None:
    kids = house.give(LIVE, 2)
    house.store.clear_log()
    old = house.path.read_bytes()
    house.destroy(kids[0])
    house.store.close()
    house.path.write_bytes(old)
    with pytest.raises(RootForeign):
        house.restart()


def test_todays_keyring_does_not_live_with_an_old_root(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 2)
    mirrors = [mirror for mirror in house.mirrors if isinstance(mirror, MemoryMirror)]
    slots = [dict(mirror.slots) for mirror in mirrors]
    house.destroy(kids[0])
    for mirror, old in zip(mirrors, slots, strict=True):
        mirror.slots = old
    with pytest.raises(RootMissing):
        house.restart()
    held = adversary.reach(*house.roots_on_media())
    assert (kids[0], house.keys[kids[0]]) in held, "an old root is the one thing that brings keys back"


def test_a_keyring_with_nodes_of_another_time_is_refused(house: House) -> None:
    house.give(LIVE)
    with house.store.writing():
        house.store.run("UPDATE node SET birth = birth + 1 WHERE id >> 40 = 0")
    with pytest.raises(OtherTime):
        house.restart()


def test_a_new_keyring_does_not_take_the_place_of_a_lost_one(house: House) -> None:
    house.store.close()
    for suffix in ("", "-wal", "-shm"):
        house.path.with_name(house.path.name + suffix).unlink(missing_ok=True)
    with pytest.raises(RootForeign):
        house.restart()


@pytest.mark.parametrize("harm", ["UPDATE node SET blob = zeroblob(40)", "DELETE FROM node"])
def test_a_damaged_node_is_told_and_is_no_destruction(house: House, harm: str) -> None:
    kids = house.give(LIVE, 2)
    with house.store.writing():
        house.store.run(f"{harm} WHERE id >> 40 = 0")
    with pytest.raises(NodeDamaged):
        house.standing(kids[0])
    with pytest.raises(NodeDamaged):
        house.destroyer.accept(request(kids[0]))
    assert house.states() == {"done"}


def test_a_reader_that_holds_the_log_open_delays_the_end_and_nothing_else(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 3)
    reader = sqlite3.connect(house.path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM node").fetchall()
    for number, kid in enumerate(kids[:2]):
        with pytest.raises(NodesLinger):
            house.destroy(kid, number=number)
        assert house.standing(kid) is Standing.DESTROYED
    house.restart()
    with pytest.raises(NodesLinger):
        house.destroyer.run()
    assert house.states() == {"done", "logged"}
    reader.close()
    house.destroyer.run()
    assert flaws(house, adversary, set(kids[:2]), finished=True) == []


def test_a_full_disk_stops_and_what_was_accepted_is_carried_out_later(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 2)
    house.destroyer.accept(request(kids[0]))
    pages = house.store.number("PRAGMA page_count")
    house.store._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(KeyringUnavailable, match="full"):
        house.destroyer.run()
    assert house.standing(kids[0]) is Standing.ALIVE
    house.store._writer.execute("PRAGMA max_page_count = 100000")
    house.destroyer.run()
    assert flaws(house, adversary, {kids[0]}, finished=True) == []


@pytest.mark.parametrize("becomes", ["another", "nothing"])
def test_nothing_is_kept_in_a_keyring_that_lost_its_name(house: House, becomes: str) -> None:
    kids = house.give(LIVE, 2)
    copy, moved = house.path.read_bytes(), house.path.with_suffix(".moved")
    house.path.rename(moved)
    if becomes == "another":
        house.path.write_bytes(copy)
    for change in (lambda: house.give(LIVE, 1), lambda: house.destroy(kids[0])):
        with pytest.raises(KeyringUnavailable, match="replaced or taken away"):
            change()
    assert house.standing(kids[0]) is Standing.ALIVE
    moved.replace(house.path)
    house.destroy(kids[0])
    assert house.standing(kids[0]) is Standing.DESTROYED


def test_a_clock_that_jumps_back_refuses_nothing_and_dates_no_destruction_before_its_request(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    kids = house.give(LIVE, 3)
    now = clock.wall_now()
    for number, jump in enumerate((timedelta(), -timedelta(days=400), timedelta(days=400))):
        house.destroyer.accept(request(kids[number], number=number))
        monkeypatch.setattr(clock, "wall_now", lambda jump=jump: now + jump)
        house.destroyer.run()
        told = next(one for one in house.ledger.leaves.values() if one.items[0].number == kids[number])
        assert told.asked_at <= house.ledger.turns[told.batch].at
        house.give(LIVE, 300)
        house.restart()
    assert {house.standing(kid) for kid in kids} == {Standing.DESTROYED}
