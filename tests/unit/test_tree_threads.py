"""Keys are handed out while others are destroyed: by many threads, never a number twice, and each of them opens."""

import threading
from collections.abc import Callable
from functools import partial

import pytest

from jikim.domain.errors import Misused
from jikim.sealing.kids import cohort_of
from jikim.sealing.tree import rekey, requests
from jikim.sealing.tree.shelves import Shelf
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from jikim.sealing.tree.turns import Turns
from tests.support.adversary import Adversary
from tests.support.keytree import COMPLAINTS, LIVE, House, flaws, request

PATIENCE = 30  # seconds


def at_once(*works: Callable[[], None]) -> None:
    """Run functions in a thread each and raise what the first of them raised."""
    wrong: list[BaseException] = []

    def kept(work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001  # raised below
            wrong.append(error)

    threads = [threading.Thread(target=kept, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "it hangs"
    for error in wrong:
        raise error


def taken(house: House, shelf: Shelf) -> None:
    house.allocator.allocate(shelf, 256)


def test_no_number_leaves_twice_and_each_opens_while_keys_and_cohorts_are_destroyed(
    house: House, adversary: Adversary, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rekey, "SLICE", 2)
    old, given = house.give(LIVE, 40), list[tuple[int, ...]]()
    over = threading.Event()

    def hand_out() -> None:
        while not over.is_set():
            given.append(house.allocator.allocate(LIVE, 7))
            given.append(house.allocator.allocate(COMPLAINTS, 3))

    def destroy() -> None:
        try:
            for number, kid in enumerate(old[:10]):
                house.destroy(kid, number=number)
            house.destroyer.rekey()
            house.destroy(cohorts=[cohort_of(old[0])], number=99)
        finally:
            over.set()

    at_once(hand_out, hand_out, destroy)
    kids = [kid for some in given for kid in some]
    assert len(kids) == len(set(kids)) > 100
    house.keys |= {kid: house.tree.key(kid).reveal() for kid in kids if house.standing(kid) is Standing.ALIVE}
    gone = {kid for kid in kids if house.standing(kid) is not Standing.ALIVE}
    assert {cohort_of(kid) for kid in gone} <= {cohort_of(old[0])}
    assert flaws(house, adversary, set(old), finished=True) == []


def test_only_a_new_bucket_waits_for_a_destruction(house: House) -> None:
    (kid,) = house.give(LIVE)
    handed, waited = threading.Event(), threading.Event()

    def within_bucket() -> None:
        house.allocator.allocate(LIVE, 100)
        handed.set()
        house.allocator.allocate(COMPLAINTS, 1)
        waited.set()

    thread = threading.Thread(target=within_bucket)

    def watch(step: str) -> None:
        if step == Step.D4_EFFACED:
            thread.start()
            assert handed.wait(PATIENCE)
            assert not waited.wait(0.05)

    house.destroyer._watch = watch
    house.destroy(kid)
    assert waited.wait(PATIENCE)
    thread.join()


def test_what_is_in_stock_waits_for_nothing(house: House) -> None:
    (kid,) = house.give(LIVE)
    house.give(COMPLAINTS)
    house.allocator.stock()

    def watch(step: str) -> None:
        if step == Step.D4_EFFACED:
            at_once(partial(taken, house, LIVE), partial(taken, house, COMPLAINTS))

    house.destroyer._watch = watch
    house.destroy(kid)
    before = set(house.keys)
    house.allocator.close()
    house.give(LIVE, 300)
    assert len(set(house.keys) - before) == 300


def test_a_request_is_kept_while_a_batch_is_under_way(house: House) -> None:
    kids = house.give(LIVE, 2)

    def watch(step: str) -> None:
        if step == Step.D4_EFFACED and house.standing(kids[1]) is Standing.ALIVE:
            at_once(lambda: house.destroyer.accept(request(kids[1], number=2)))

    house.destroyer._watch = watch
    house.destroy(kids[0])
    assert house.ledger.destroyed() == sorted(kids)


def test_who_waits_comes_before_who_lets_go_and_comes_again() -> None:
    turns, came, waits = Turns(), list[str](), threading.Event()

    def other() -> None:
        waits.set()
        with turns:
            came.append("other")

    thread = threading.Thread(target=other)
    with turns, turns:
        thread.start()
        assert waits.wait(PATIENCE)
        while not turns._door.locked():
            continue
    with turns:
        came.append("first again")
    thread.join()
    assert came == ["other", "first again"]


def test_a_request_that_no_batch_could_hold_is_refused() -> None:
    kids = range(requests.GATHERED_TARGETS + 1)
    with pytest.raises(Misused, match="513"):
        request(*kids)
    assert len(request(*kids[1:]).targets()) == 512
