"""From the tree to the auditor: what is really destroyed is journaled once, certified, and verified with one file."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain import journal as leaves
from jikim.domain.journal import Leaf
from jikim.sealing.certificate import Claims, issue
from jikim.sealing.journal import Journal, open_journal
from jikim.sealing.kids import COHORT, cohort_of, node_id
from jikim.sealing.tree.ports import Told, Turn
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.telling import Teller, evidence
from tests.support.certificates import holds
from tests.support.journals import ORIGIN
from tests.support.keytree import CONTRACTS, House, Ledger, stop_at


class TellingLedger(Ledger):
    """Keeps what the tree tells, and passes it on to a real journal."""

    def __init__(self, log: Journal) -> None:
        super().__init__()
        self.teller = Teller(log, "sha256:" + "cd" * 32)

    def intend(self, told: Told) -> None:
        self.teller.intend(told)

    def done(self, told: Told, turn: Turn) -> None:
        super().done(told, turn)
        self.teller.done(told, turn)

    def rotated(self, batch: UUID, turn: Turn) -> None:
        self.teller.rotated(batch, turn)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, ORIGIN)
    yield opened
    opened.close()


@pytest.fixture
def house(log: Journal, tmp_path: Path) -> House:
    made = House(tmp_path)
    made.ledger = TellingLedger(log)
    made.restart()
    return made


def told_of(log: Journal) -> list[Leaf]:
    return [leaves.read(data) for data in log.leaves()]


def test_values_and_cohorts_that_the_tree_destroyed_are_certified(house: House, log: Journal) -> None:
    one, two, three = house.give(count=3)
    day = cohort_of(house.give(CONTRACTS, 5)[0])
    house.destroy(one, two, cohorts=[day])
    assert [leaf.kind for leaf in told_of(log)] == ["destroy.intent"] * 2 + ["destroy.done"] * 2
    assert isinstance(house.ledger, TellingLedger)
    for told in house.ledger.leaves.values():
        shown = (node_id(COHORT, day),) if told.cohorts else (two,)
        index = house.ledger.teller.index(told)
        assert index is not None
        cert = issue(log, index, evidence(told), shown, Claims())
        assert holds(cert, log)
        assert three not in [item["kid"] for item in cert["items"]]


@pytest.mark.parametrize("step", [Step.D1_INTENT_TOLD, Step.D2_STAGED, Step.D5_MARKED, Step.D6_TOLD, Step.D6_MARKED])
def test_a_destruction_that_was_interrupted_is_told_once(house: House, log: Journal, step: Step) -> None:
    one, two = house.give(count=2)
    stop_at(house, step, one)
    house.restart()
    house.destroyer.run()
    kinds = [leaf.kind for leaf in told_of(log)]
    assert (kinds.count("destroy.intent"), kinds.count("destroy.done")) == (1, 1)
    (done,) = (leaf for leaf in told_of(log) if leaf.kind == "destroy.done")
    assert (done.body["n"], done.body["values"]) == (1, 1)
    assert two not in house.ledger.destroyed()


def test_a_root_that_was_only_renewed_is_told_as_that(house: House, log: Journal) -> None:
    house.destroyer.rotate()
    assert [leaf.kind for leaf in told_of(log)] == ["rotate"]
