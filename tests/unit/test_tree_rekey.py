"""After a re-key, who held an old root and every node there ever was follows nothing that came later."""

from dataclasses import dataclass

import pytest

from jikim.sealing.formats import root_commitment
from jikim.sealing.kids import cohort_of
from jikim.sealing.tree import rekey
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, House, flaws, request
from tests.support.power import PowerCut


@dataclass(frozen=True, slots=True)
class Thief:
    """Someone who saw a root, and is given every node that was or will be."""

    root: bytes
    adversary: Adversary

    def values(self) -> set[int]:
        return {kid for kid, _key in self.adversary.reach(self.root)}

    def keys(self) -> set[bytes]:
        """Return every key of a node or value that the root leads to."""
        adversary = Adversary()
        adversary.blobs = self.adversary.blobs
        adversary.reach(self.root)
        return {key for key, _edges in adversary.edges()}


def the_thief(house: House, adversary: Adversary) -> Thief:
    return Thief(house.tree.root.reveal(), adversary)


def node_keys(house: House) -> set[bytes]:
    """Return the keys of every node under the present root."""
    nodes = [node for (node,) in house.store.rows("SELECT DISTINCT id FROM node")]
    return {key.reveal() for node in nodes if (key := house.tree.node_key(node)) is not None}


@pytest.fixture
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "SLICE", 2)


@pytest.mark.usefixtures("small_slices")
def test_an_old_root_leads_to_nothing_that_came_after_a_rekey(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 600) + house.give(COMPLAINTS, 3)
    thief = the_thief(house, adversary)
    assert set(kids) <= thief.values(), "what was there already, the thief has; this check can fail"
    house.destroyer.rotate()
    house.destroyer.rekey()
    later = house.give(LIVE, 3) + house.give(COMPLAINTS, 300) + house.give(CONTRACTS, 1)
    assert not thief.values() & set(later)
    assert not thief.keys() & node_keys(house)
    assert {house.standing(kid) for kid in kids} == {Standing.ALIVE}
    assert flaws(house, adversary, set(), finished=True) == []


def test_changing_the_root_alone_would_not_be_enough(house: House, adversary: Adversary) -> None:
    house.give(LIVE, 3)
    thief = the_thief(house, adversary)
    house.destroyer.rotate()
    assert set(house.give(LIVE, 3)) <= thief.values()
    assert thief.keys() & node_keys(house)


@pytest.mark.usefixtures("small_slices")
def test_what_is_handed_out_between_two_slices_is_new_already(house: House, adversary: Adversary) -> None:
    kids, later = house.give(LIVE, 1500), list[int]()
    thief = the_thief(house, adversary)

    def watch(step: str) -> None:
        if step == Step.D8_ALL_DONE or (step == Step.D7_DONE and len(later) < 400):
            later.extend(house.give(LIVE, 100))

    house.destroyer._watch = watch
    house.destroyer.rekey()
    assert len(later) >= 400
    assert not thief.values() & set(later)
    assert flaws(house, adversary, set(), finished=True) == []
    assert {cohort_of(kid) for kid in later} & {cohort_of(kid) for kid in kids} == set()


@pytest.mark.usefixtures("small_slices")
def test_numbers_that_were_reserved_before_are_never_handed_out(house: House) -> None:
    house.give(LIVE, 3)
    house.destroyer.rekey()
    (kid,) = house.give(LIVE)
    assert kid & 0xFFFF == 0
    house.allocator.close()
    assert cohort_of(house.give(LIVE)[0]) == cohort_of(kid)


def test_it_goes_on_slice_by_slice_and_is_told_once_at_its_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "SLICE", 2)
    house.give(LIVE, 1500)
    before, epoch = root_commitment(house.tree.root), house.tree.epoch
    turns = len(house.ledger.turns)
    house.destroyer.rekey()
    assert house.tree.epoch == epoch + 1 + 3, "the way to what comes next, then six buckets two by two"
    (turn,) = house.ledger.rekeys.values()
    assert (turn.old_root, turn.epoch) == (before, house.tree.epoch)
    assert turn.new_root == root_commitment(house.tree.root)
    assert len(house.ledger.turns) == turns, "its slices are not told one by one"
    house.destroyer.run()
    assert len(house.ledger.rekeys) == 1


@pytest.mark.usefixtures("small_slices")
def test_a_new_start_goes_on_where_a_rekey_was_stopped(house: House, adversary: Adversary) -> None:
    house.give(LIVE, 1500)
    thief, epoch = the_thief(house, adversary), house.tree.epoch
    house.power.forget(fails_at=60)
    with pytest.raises(PowerCut):
        house.destroyer.rekey()
    house.restart()
    assert epoch < house.tree.epoch < epoch + 4
    house.destroyer.run()
    assert len(house.ledger.rekeys) == 1
    assert not thief.keys() & node_keys(house)
    assert not thief.values() & set(house.give(LIVE, 3))


@pytest.mark.usefixtures("small_slices")
def test_nothing_old_is_added_to_where_the_first_slice_was_undone(house: House, adversary: Adversary) -> None:
    house.give(LIVE, 300)
    thief = the_thief(house, adversary)

    def watch(step: str) -> None:
        if step == Step.D2_STAGED:
            raise PowerCut(step)

    house.destroyer._watch = watch
    with pytest.raises(PowerCut):
        house.destroyer.rekey()
    with pytest.raises(BatchUnderWay):
        house.give(LIVE, 300)
    house.restart()
    early = house.give(LIVE, 3)
    house.destroyer.run()
    assert set(early) <= thief.values(), "the re-key had not begun"
    assert not thief.values() & set(house.give(LIVE, 3))
    assert not thief.keys() & node_keys(house)


@pytest.mark.usefixtures("small_slices")
def test_it_is_not_told_while_a_mirror_is_away(house: House, adversary: Adversary) -> None:
    house.give(LIVE, 600)
    house.mirrors[1].away = True
    house.destroyer.rekey()
    assert house.ledger.rekeys == {}
    house.mirrors[1].away = False
    house.destroyer.run()
    assert len(house.ledger.rekeys) == 1
    assert flaws(house, adversary, set(), finished=True) == []


@pytest.mark.usefixtures("small_slices")
def test_what_was_cut_is_not_hung_up_again(house: House, adversary: Adversary) -> None:
    """The nodes of a dead cohort stay in the file while a mirror is away."""
    kids, others = house.give(COMPLAINTS, 300), house.give(LIVE, 3)
    house.mirrors[1].away = True
    house.destroy(cohorts=[cohort_of(kids[0])])
    house.destroyer.rekey()
    house.mirrors[1].away = False
    house.destroyer.run()
    assert {house.standing(kid) for kid in others} == {Standing.ALIVE}
    assert flaws(house, adversary, set(kids), finished=True) == []
    assert len(house.ledger.rekeys) == 1


@pytest.mark.usefixtures("small_slices")
def test_a_request_does_not_wait_for_the_last_slice(house: House, adversary: Adversary) -> None:
    kids = house.give(LIVE, 1500)
    states: list[Standing] = []

    def watch(step: str) -> None:
        if step == Step.D7_DONE:
            states.append(house.standing(kids[0]))
            if len(states) == 1:
                house.destroyer.accept(request(kids[0]))

    house.destroyer._watch = watch
    house.destroyer.rekey()
    assert states[:2] == [Standing.ALIVE, Standing.DESTROYED]
    assert len(states) == 1 + 1 + 3
    assert flaws(house, adversary, {kids[0]}, finished=True) == []


def test_afterwards_comes_once_for_a_run_that_effaced_something(house: House) -> None:
    calls = list[str]()
    house.destroyer._afterwards = lambda: calls.append(house.states().pop())
    kids = house.give(LIVE, 4)
    house.destroyer.run()
    assert calls == []
    for number, kid in enumerate(kids[:2]):
        house.destroyer.accept(request(kid, number=number))
    house.destroyer.run()
    house.destroyer.run()
    assert calls == ["done"]
    house.mirrors[1].away = True
    house.destroy(kids[2], number=3)
    assert calls == ["done"]
    house.mirrors[1].away = False
    house.destroyer.run()
    assert calls == ["done"] * 2
