"""What was asked for is destroyed in one change of root, told once, and nothing is called destroyed before it is."""

import threading
from collections.abc import Sequence
from uuid import UUID

import pytest

from jikim.domain.leaf import DestroyReason
from jikim.sealing.errors import KeyDestroyed, KeyUnknown
from jikim.sealing.formats import item_commitment, key_commitment
from jikim.sealing.kids import cohort_of, kid_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree import requests
from jikim.sealing.tree.errors import RequestChanged
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.keytree import COMPLAINTS, LIVE, ROWS, House, flaws, request
from tests.support.power import PowerCut


def test_many_requests_take_one_change_of_root_and_one_leaf_for_each_reason_class_and_policy(house: House) -> None:
    kids = house.give(LIVE, 4) + house.give(COMPLAINTS, 2)
    epoch = house.tree.epoch
    house.destroyer.accept(request(kids[0], kids[4], number=1))
    house.destroyer.accept(request(kids[1], number=2))
    house.destroyer.accept(request(kids[2], kids[1], number=3, reason=DestroyReason.UPDATED))
    house.destroyer.run()
    assert house.tree.epoch == epoch + 1
    leaves = sorted(
        (t.reason, t.category, [i.number for i in t.items], t.requests) for t in house.ledger.leaves.values()
    )
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
        assert item.key_commitment == key_commitment(Key(house.keys[item.number]))
        assert (item.rows_sha256, item.count, len(item.salt)) == (ROWS, 1, 16)
        assert len(item_commitment(item.salt, item.number, item.key_commitment, item.rows_sha256)) == 32
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


def test_what_a_destruction_writes_does_not_grow_with_what_is_alive(house: House, adversary: Adversary) -> None:
    kids = house.allocator.allocate(COMPLAINTS, 65_536)

    def written(*some: int, cohorts: Sequence[int] = (), number: int) -> int:
        before = len(adversary.blobs)
        house.destroy(*some, cohorts=cohorts, number=number)
        return sum(len(one.blob) for one in adversary.blobs[before:])

    assert 16_000 < written(kids[40_000], number=1) < 18_000
    assert written(cohorts=[cohort_of(kids[0])], number=2) < 1024


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
    for number, some in enumerate((kids[:2], kids[2:4], kids[4:6], kids[6:9])):
        house.destroyer.accept(request(*some, number=number))
    epoch = house.tree.epoch
    house.destroyer.run()
    assert house.tree.epoch == epoch + 4
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


# --- reading meanwhile ---


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


def test_requests_are_kept_together_or_not_at_all(house: House) -> None:
    one, other = house.give(LIVE, 2)
    first, second = request(one, number=1), request(other, number=2)
    with pytest.raises(KeyUnknown):
        house.destroyer.accept(first, request(kid_of(999, 0), number=3))
    assert house.store.number("SELECT count(*) FROM intent") == 0
    house.destroyer.accept(first, second, first)
    assert house.store.number("SELECT count(*) FROM intent") == 2
    house.destroyer.run()
    assert house.tree.standings([one, other]) == dict.fromkeys([one, other], Standing.DESTROYED)


def test_one_request_with_two_contents_in_one_breath_is_refused(house: House) -> None:
    one, other = house.give(LIVE, 2)
    with pytest.raises(RequestChanged):
        house.destroyer.accept(request(one, number=1), request(other, number=1))
    assert house.store.number("SELECT count(*) FROM intent") == 0
