"""What hangs from the root can be read, what was cut is gone, and nothing is called destroyed before it is.

The invariants of the tree, I1 to I8, are tested under their numbers.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain.errors import Misused
from jikim.sealing.errors import KeyDestroyed, KeyringUnavailable, KeyUnknown, RootForeign, RootMissing, RootNotDurable
from jikim.sealing.formats import item_commitment, key_commitment
from jikim.sealing.kids import cohort_of, kid_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree import allocate, requests
from jikim.sealing.tree.errors import BatchUnderWay, KeyRetired, NodeDamaged, NodesLinger, OtherTime, RequestChanged
from jikim.sealing.tree.ports import SealedNode
from jikim.sealing.tree.requests import Reason, Request
from jikim.sealing.tree.shelves import CohortClass, Shelf
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.tree import Standing
from tests.support.keytree import (
    COMPLAINTS,
    DAY,
    LIVE,
    POLICY,
    ROWS,
    Adversary,
    House,
    MemoryMirror,
    PowerCut,
    flaws,
    request,
    watched_by,
)


@pytest.fixture
def adversary() -> Iterator[Adversary]:
    watcher = Adversary()
    with watched_by(watcher):
        yield watcher


@pytest.fixture
def house(ram_path: Path, adversary: Adversary) -> Iterator[House]:
    one = House(ram_path)
    yield one
    one.store.close()


def stop_at(house: House, step: Step, *kids: int) -> None:
    """Begin to destroy keys and let the power fail after a step."""
    house.destroyer.accept(request(*kids))
    house.power.forget()
    passed: list[str] = []

    def watch(point: str) -> None:
        passed.append(point)
        if point == step:
            raise PowerCut(point)

    house.destroyer._watch = watch
    with pytest.raises(PowerCut):
        house.destroyer.run()


# --- the invariants ----------------------------------------------------------------------------------------------


def test_i1_every_key_is_fresh_and_none_comes_from_another(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 5) + house.give(COMPLAINTS, 2)
    house.destroy(kids[0])
    held = adversary.reach(house.tree.root.reveal())
    assert len({key for _kid, key in held}) == len(held) == 2 * 256 - 1
    assert set(house.keys.values()) - {key for _kid, key in held} == {house.keys[kids[0]]}


def test_i2_a_key_hangs_from_one_place_only(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 300) + house.give(COMPLAINTS, 2)
    adversary.reach(house.tree.root.reveal())
    house.destroy(kids[0], kids[-1])
    adversary.reach(house.tree.root.reveal())
    house.destroyer.rotate()
    adversary.reach(house.tree.root.reveal())
    places: dict[bytes, set[tuple[int, int]]] = {}
    for key, edges in adversary.edges():
        places.setdefault(key, set()).update(edges)
    assert len(places) > 3 * 256
    assert {len(edges) for edges in places.values()} == {1}


def test_i3_adding_keeps_the_keys_above_and_removing_renews_every_one(house: House) -> None:
    (kid,) = house.give(LIVE)
    path = nodes_above_bucket(kid)
    before, epoch = [house.tree.node_key(node) for node in path], house.tree.epoch
    house.give(COMPLAINTS)
    assert [revealed(house, node) for node in path] == [key.reveal() for key in before if key]
    assert house.tree.epoch == epoch
    kept = [revealed(house, node) for node in path]
    house.destroy(kid)
    assert house.tree.epoch == epoch + 1
    assert not set(kept) & {revealed(house, node) for node in path}


def test_i4_a_key_is_durable_before_its_number_leaves(house: House) -> None:
    for kid in house.give(LIVE, 70) + house.give(COMPLAINTS):
        other = Store(house.path)
        assert other.number("SELECT next FROM alloc WHERE cohort = ?", cohort_of(kid)) > kid & 0xFFFF  # type: ignore[operator]  # a number
        assert other.row("SELECT 1 FROM node WHERE id = ?", kid >> 8)
        other.close()


def test_i5_no_number_is_handed_out_twice_whatever_stops(house: House) -> None:
    given = list(house.give(LIVE, 3))
    for _ in range(3):
        house.restart()
        given += house.give(LIVE, 100)
        house.allocator.close()
        given += house.give(LIVE, 3)
    assert len(set(given)) == len(given) == 3 + 3 * 103


def test_i5_no_cohort_number_comes_back(house: House) -> None:
    first = cohort_of(house.give(LIVE)[0])
    house.destroy(cohorts=[first])
    assert cohort_of(house.give(LIVE)[0]) > first


def test_i6_every_share_is_overwritten_before_the_epoch_after_next(house: House) -> None:
    for _ in range(5):
        house.destroyer.rotate()
        assert [[epoch for epoch, _ in mirror.shares()] for mirror in house.mirrors] == [[house.tree.epoch]] * 2


def test_i7_what_was_never_handed_out_is_unknown_and_never_destroyed(house: House) -> None:
    (kid,) = house.give(LIVE)
    for stranger in (kid + 64, kid_of(99, 0), -1, 1 << 40):
        assert house.standing(stranger) is Standing.UNKNOWN
        with pytest.raises(KeyUnknown):
            house.destroyer.accept(request(kid, stranger))
    with pytest.raises(KeyUnknown):
        house.destroyer.accept(request(kid, cohorts=[99]))
    assert house.standing(kid) is Standing.ALIVE
    assert house.store.rows("SELECT * FROM intent") == []


def test_i7_a_key_missing_without_a_tomb_is_not_called_destroyed(house: House) -> None:
    kids = house.give(LIVE, 2)
    house.destroy(kids[0])
    with house.store.writing():
        house.store.run("DELETE FROM tomb")
    with pytest.raises(KeyUnknown):
        house.tree.key(kids[0])


def test_i8_only_codes_reach_the_file_and_the_journal(house: House) -> None:
    for words in ("Kim", "a b", "", "x" * 64):
        with pytest.raises(Misused):
            Shelf(CohortClass.LIVE, words, DAY)
    for wrong in ("", "sha256:x", "AB" * 32):
        with pytest.raises(Misused):
            Request(UUID(int=1), Reason.MOVED, wrong, {1: ROWS})
    with pytest.raises(Misused):
        Request(UUID(int=1), Reason.MOVED, POLICY)
    with pytest.raises(Misused):
        Request(UUID(int=1), Reason.MOVED, POLICY, {1: b"short"})


# --- destroying --------------------------------------------------------------------------------------------------


def test_many_requests_take_one_change_of_root_and_one_leaf_for_each_reason_class_and_policy(house: House) -> None:
    kids = house.give(LIVE, 4) + house.give(COMPLAINTS, 2)
    epoch = house.tree.epoch
    house.destroyer.accept(request(kids[0], kids[4], number=1))
    house.destroyer.accept(request(kids[1], number=2))
    house.destroyer.accept(request(kids[2], kids[1], number=3, reason=Reason.UPDATED))
    house.destroyer.run()
    assert house.tree.epoch == epoch + 1
    leaves = sorted((t.reason, t.category, [i.kid for i in t.items], t.requests) for t in house.ledger.leaves.values())
    one, two, three = (UUID(int=number) for number in (1, 2, 3))
    assert leaves == [
        ("subject-request", "complaint-3y", [kids[4]], (one,)),
        ("subject-request", "inquiry", [kids[0], kids[1]], (one, two)),
        ("updated", "inquiry", [kids[2]], (three,)),
    ]
    intents = sorted((t.reason, t.category, t.kids, t.cohorts) for t in house.ledger.intents.values())
    assert intents == sorted((t.reason, t.category, t.kids, t.cohorts) for t in house.ledger.leaves.values())


def test_the_evidence_commits_to_the_keys_that_are_gone(house: House) -> None:
    kids = house.give(LIVE, 2)
    house.destroy(*kids)
    ((told,), (turn,)) = house.ledger.leaves.values(), list(house.ledger.turns.values())[-1:]
    for item in told.items:
        assert item.key_commitment == key_commitment(Key(house.keys[item.kid]))
        assert (item.rows_sha256, item.count, len(item.salt)) == (ROWS, 1, 16)
        assert len(item_commitment(item.salt, item.kid, item.key_commitment, item.rows_sha256)) == 32
    assert len({item.salt for item in told.items}) == 2
    assert turn.epoch == house.tree.epoch
    assert turn.old_root != turn.new_root
    assert [(group.media, group.mirrors, group.pending) for group in turn.groups] == [(("B",), 2, 0)]


def test_a_cohort_goes_with_one_edge_and_its_nodes_go_from_the_file(house: House, adversary: Adversary) -> None:
    kids = house.give(COMPLAINTS, 600)
    others = house.give(LIVE, 3)
    before = len(adversary.blobs)
    house.destroy(kids[1], cohorts=[cohort_of(kids[0])])
    assert len(adversary.blobs) - before == 3, "levels 4, 3 and 2"
    assert {house.standing(kid) for kid in kids} == {Standing.DESTROYED}
    assert {house.standing(kid) for kid in others} == {Standing.ALIVE}
    assert house.store.rows("SELECT 1 FROM node WHERE id >> 40 < 2") == [(1,)] * 2
    ((whole,),) = ([item for told in house.ledger.leaves.values() for item in told.items if item.count > 1],)
    assert 599 <= whole.count <= 639
    assert flaws(house, adversary, set(kids), finished=True) == []


def test_a_cohort_that_is_to_go_hands_out_no_more_keys(house: House) -> None:
    (kid,) = house.give(COMPLAINTS)
    house.destroyer.accept(request(cohorts=[cohort_of(kid)]))
    assert cohort_of(house.give(COMPLAINTS)[0]) != cohort_of(kid)


def test_a_cohort_without_keys_can_be_destroyed(house: House) -> None:
    house.power.forget(fails_at=0)
    with pytest.raises(PowerCut, match=Step.A1_COHORT_OPENED):
        house.give(COMPLAINTS)
    house.restart()
    house.destroy(cohorts=[1])
    assert [item.count for told in house.ledger.leaves.values() for item in told.items] == [0]


def test_the_same_request_again_is_the_same_and_another_under_its_name_is_refused(house: House) -> None:
    kids = house.give(LIVE, 2)
    for _ in range(2):
        house.destroy(kids[0])
    assert house.ledger.destroyed() == [kids[0]]
    with pytest.raises(RequestChanged):
        house.destroyer.accept(request(*kids))
    assert house.standing(kids[1]) is Standing.ALIVE


def test_what_an_earlier_request_destroyed_is_not_told_again(house: House) -> None:
    kids = house.give(LIVE, 2)
    house.destroy(kids[0], number=1)
    epoch = house.tree.epoch
    house.destroy(kids[0], number=2)
    assert (house.tree.epoch, house.ledger.destroyed()) == (epoch, [kids[0]])
    assert house.store.rows("SELECT DISTINCT batch FROM intent") == [(2,)]


def test_a_batch_takes_so_many_and_the_next_one_the_rest(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "GATHERED_TARGETS", 3)
    kids = house.give(LIVE, 9)
    for number, some in enumerate((kids[:2], kids[2:4], kids[4:9])):
        house.destroyer.accept(request(*some, number=number))
    epoch = house.tree.epoch
    house.destroyer.run()
    assert house.tree.epoch == epoch + 3
    assert house.ledger.destroyed() == list(kids)


def test_rotating_destroys_nothing_and_is_told(house: House, adversary: Adversary) -> None:
    house.give(LIVE, 3)
    told = len(house.ledger.turns)
    house.destroyer.rotate()
    assert (len(house.ledger.turns), house.ledger.leaves) == (told + 1, {})
    assert flaws(house, adversary, set(), finished=True) == []


def test_superseded_nodes_leave_the_file_and_its_log(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 3)
    old = list(adversary.blobs)
    house.destroy(kids[0])
    files = house.path.read_bytes() + house.path.with_name(house.path.name + "-wal").read_bytes()
    assert not any(one.blob[:40] in files for one in old)
    assert all(one.blob[:40] in files for one in adversary.blobs[len(old) :])


# --- mirrors and epochs ------------------------------------------------------------------------------------------


def test_it_is_not_destroyed_while_a_mirror_is_away(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 2)
    house.mirrors[1].away = True
    house.destroy(kids[0])
    assert house.standing(kids[0]) is Standing.RETIRED
    with pytest.raises(KeyRetired):
        house.tree.key(kids[0])
    assert house.ledger.destroyed() == []
    house.destroy(kids[1], number=2)
    assert flaws(house, adversary, set(kids), finished=False) == []
    house.mirrors[1].away = False
    house.destroyer.run()
    assert {house.standing(kid) for kid in kids} == {Standing.DESTROYED}
    assert house.ledger.destroyed() == sorted(kids)
    assert flaws(house, adversary, set(kids), finished=True) == []


def test_one_group_is_enough_to_destroy(ram_path: Path, adversary: Adversary) -> None:
    house = House(ram_path, groups=(1, 2))
    (kid,) = house.give(LIVE)
    house.mirrors[2].away = True
    house.destroy(kid)
    assert house.standing(kid) is Standing.DESTROYED
    assert flaws(house, adversary, {kid}, finished=False) == []
    house.store.close()


def test_a_rolled_back_epoch_is_never_used_again(house: House, adversary: Adversary) -> None:
    """The mirror that held the rolled-back root comes back after another root was made without it."""
    kids = house.give(LIVE, 2)
    epoch = house.tree.epoch
    house.mirrors[1].away = True
    stop_at(house, Step.D3_PREPARED, kids[0])
    house.mirrors[0].away, house.mirrors[1].away = True, False
    house.restart()
    assert (house.tree.epoch, house.standing(kids[0])) == (epoch, Standing.ALIVE)
    house.destroyer.run()
    assert house.tree.epoch == epoch + 3
    house.mirrors[0].away = False
    house.destroyer.run()
    assert house.standing(kids[0]) is Standing.DESTROYED
    assert flaws(house, adversary, {kids[0]}, finished=True) == []


def test_without_any_mirror_nothing_is_destroyed_and_everything_read_on(house: House) -> None:
    kids = house.give(LIVE, 2)
    for mirror in house.mirrors:
        mirror.away = True
    with pytest.raises(RootNotDurable):
        house.destroy(kids[0])
    assert house.tree.key(kids[1]).reveal() == house.keys[kids[1]]
    assert house.standing(kids[0]) is Standing.ALIVE
    with pytest.raises(RootMissing):
        house.restart()
    house.mirrors[0].away = house.mirrors[1].away = False
    house.restart()
    house.destroyer.run()
    assert house.standing(kids[0]) is Standing.DESTROYED


# --- another time, another home, damage --------------------------------------------------------------------------


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


def test_a_reader_that_holds_the_log_open_delays_the_end_and_nothing_else(house: House) -> None:
    kids = house.give(LIVE, 2)
    house.store.close()
    house.store = house.tree.store = Store(house.path, busy_ms=10)
    house.restart()
    reader = sqlite3.connect(house.path)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM node").fetchall()
    house.store._writer.execute("PRAGMA busy_timeout = 10")
    with pytest.raises(NodesLinger):
        house.destroy(kids[0])
    assert house.standing(kids[0]) is Standing.DESTROYED
    assert house.states() == {"done", "logged"}
    reader.close()
    house.destroyer.run()
    assert house.states() == {"done"}


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


# --- handing out -------------------------------------------------------------------------------------------------


def test_a_shelf_goes_on_in_another_part(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocate, "LEAVES", 512)
    kids = house.give(LIVE, 300) + house.give(LIVE, 300)
    assert [cohort_of(kid) for kid in kids] == [1] * 512 + [2] * 88
    assert house.store.rows("SELECT part FROM cohort") == [(0,), (1,)]


def test_days_classes_and_categories_hang_apart(house: House) -> None:
    shelves = [
        LIVE,
        Shelf(CohortClass.SEPARATE, "inquiry", DAY),
        COMPLAINTS,
        Shelf(CohortClass.LIVE, "inquiry", date.max),
    ]
    assert [cohort_of(house.give(shelf)[0]) for shelf in shelves * 2] == [1, 2, 3, 4] * 2


@pytest.mark.parametrize("count", [0, -1, 65_537])
def test_a_count_that_makes_no_sense_is_refused(house: House, count: int) -> None:
    with pytest.raises(Misused):
        house.give(LIVE, count)


def test_numbers_are_reserved_in_blocks_and_given_back(house: House) -> None:
    (kid,) = house.give(LIVE)
    assert house.store.rows("SELECT next FROM alloc") == [(64,)]
    house.allocator.close()
    assert house.store.rows("SELECT next FROM alloc") == [(1,)]
    assert house.give(LIVE) == (kid + 1,)


def test_no_bucket_grows_while_a_destruction_is_staged(house: House, adversary: Adversary) -> None:
    (kid,) = house.give(LIVE)
    stop_at(house, Step.D2_STAGED, kid)
    house.give(LIVE, 10)
    with pytest.raises(BatchUnderWay):
        house.give(COMPLAINTS)
    house.destroyer._watch = house.power.watch
    house.destroyer.run()
    house.give(COMPLAINTS)
    assert flaws(house, adversary, {kid}, finished=True) == []


class Mirror:
    """A second place for nodes, which may refuse."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], bytes] = {}
        self.away = False

    def ship(self, shipped: Sequence[SealedNode]) -> None:
        if self.away:
            raise ConnectionError
        self.held |= {(one.node, one.birth): one.blob for one in shipped}


def test_nothing_is_handed_out_or_destroyed_before_a_copy_has_the_nodes(ram_path: Path, adversary: Adversary) -> None:
    copy = Mirror()
    house = House(ram_path, copies=copy)
    (kid,) = house.give(LIVE)
    copy.away = True
    with pytest.raises(ConnectionError):
        house.give(COMPLAINTS)
    with pytest.raises(ConnectionError):
        house.destroy(kid)
    assert house.standing(kid) is Standing.ALIVE
    copy.away = False
    house.destroyer.run()
    house.give(COMPLAINTS)
    held = {(one, birth): blob for one, birth, blob in house.store.rows("SELECT id, birth, blob FROM node")}
    assert held.items() <= copy.held.items()
    assert flaws(house, adversary, {kid}, finished=True) == []
    house.store.close()


# --- reading meanwhile -------------------------------------------------------------------------------------------


def test_keys_are_read_while_others_are_cut(house: House) -> None:
    kids = house.give(LIVE, 200)
    wrong: list[object] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for kid in kids[100:]:
                try:
                    if house.tree.key(kid).reveal() != house.keys[kid]:
                        wrong.append(kid)
                except Exception as error:  # noqa: BLE001  # told below
                    wrong.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for number, kid in enumerate(kids[:20]):
        house.destroy(kid, number=number)
    done.set()
    reader.join()
    assert wrong == []


def test_a_destroyed_key_says_since_when(house: House) -> None:
    (kid,) = house.give(LIVE)
    house.destroy(kid)
    (turn,) = list(house.ledger.turns.values())[-1:]
    with pytest.raises(KeyDestroyed, match=turn.at.isoformat().replace("+", r"\+")):
        house.tree.key(kid)


def nodes_above_bucket(kid: int) -> list[int]:
    return [level << 40 | kid >> 8 * (level + 1) for level in range(5)]


def revealed(house: House, node: int) -> bytes:
    key = house.tree.node_key(node)
    assert key is not None
    return key.reveal()
