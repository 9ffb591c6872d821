"""Whatever is enrolled, destroyed and compared, with power failing anywhere: a mailbox leads to its living records.

After every act: no page there ever was gives an entry of a destroyed value to anyone with what is on the mirrors.
"""

import os
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jikim.domain.errors import JikimError
from jikim.domain.mailbox import NoMailbox, normalise_mailbox
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.indexes import IndexHouse, PageSpy, all_flaws, watched
from tests.support.keytree import LIVE, request
from tests.support.power import PowerCut
from tests.support.ram import SHARED_MEMORY

SEQUENCES = int(os.environ.get("INDEX_SEQUENCES", "100"))
number = st.integers(0, 1000)

enter = st.tuples(st.just("enter"), st.integers(0, 9), st.integers(1, 6))
together = st.tuples(st.just("together"), st.integers(0, 9), st.integers(2, 6))
leave = st.tuples(st.just("leave"), number, st.integers(1, 3))
whole = st.tuples(st.just("whole"), number, st.just(0))
compare = st.tuples(st.just("compare"), number, st.just(0))
turn = st.tuples(st.just("turn"), st.just(0), st.just(0))
mirror = st.tuples(st.just("mirror"), st.integers(0, 1), st.just(0))
act = st.tuples(enter | together | leave | leave | whole | compare | turn | mirror, st.none() | st.integers(0, 50))


class Story:
    """Acts on a house with an index, and the wishes that were made."""

    def __init__(self, house: IndexHouse) -> None:
        self.house, self.wishes, self.number, self.record = house, set[int](), 0, 0

    def enter(self, mailbox: int, count: int) -> None:
        for _ in range(count):
            self.record += 1
            self.house.enter(f"m{mailbox}@example.kr", self.record)

    def together(self, mailbox: int, count: int) -> None:
        """Enter values of two mailboxes by one call."""
        records = range(self.record + 1, self.record + count + 1)
        self.record += count
        kids = self.house.give(LIVE, count)
        self.house.enter_all(
            {kid: (f"m{(mailbox + at) % 2}@example.kr", at) for kid, at in zip(kids, records, strict=True)}
        )

    def leave(self, first: int, count: int) -> None:
        kids = sorted(self.house.keys)[first % (len(self.house.keys) or 1) :][:count]
        self._wish(kids, [], set(kids))

    def whole(self, which: int, _count: int) -> None:
        cohorts = sorted({kid >> 16 for kid in self.house.keys})
        if cohorts:
            cohort = cohorts[which % len(cohorts)]
            self._wish([], [cohort], {kid for kid in self.house.keys if kid >> 16 == cohort})

    def compare(self, which: int, _count: int) -> None:
        """Find that one row is gone, and that it came back."""
        house, rows = self.house, self.house.rows()
        enrolled = set(house.index.enrolled())
        found = house.index.reconcile(rows)
        assert set(found.missing) == {kid for kid, record in rows if (kid, record) not in enrolled}
        if rows:
            gone = rows[which % len(rows)][0]
            house.perhaps[gone] = house.entered[gone]
            del house.entered[gone]
            house.index.reconcile([row for row in rows if row[0] != gone])

    def turn(self, _first: int, _second: int) -> None:
        self.house.destroyer.rotate()

    def mirror(self, which: int, _second: int) -> None:
        chosen = self.house.mirrors[which % len(self.house.mirrors)]
        chosen.away = not chosen.away

    def _wish(self, kids: list[int], cohorts: list[int], meant: set[int]) -> None:
        if meant:
            self.number += 1
            self.wishes |= meant
            self.house.destroyer.accept(request(*kids, cohorts=cohorts, number=self.number))
            self.house.destroyer.run()


def in_peace(house: IndexHouse, work: Callable[[], None]) -> None:
    """Do something that a failing mirror or a power cut may stop, and start again after a power cut."""
    try:
        work()
    except PowerCut:
        in_peace(house, house.restart)
    except JikimError:
        return


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(act, max_size=14), groups=st.sampled_from([(1,), (2,), (1, 1)]))
def test_a_mailbox_leads_to_its_living_records_whatever_happens(
    acts: list[tuple[tuple[str, int, int], int | None]], groups: tuple[int, ...]
) -> None:
    adversary, spy = Adversary(), PageSpy()
    with (
        tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder,
        watched(adversary, spy),
    ):
        house = IndexHouse(Path(folder), groups)
        story = Story(house)
        for (name, first, second), fails_at in acts:
            house.power.forget(-1 if fails_at is None else fails_at)
            in_peace(house, partial(getattr(story, name), first, second))
            house.power.forget()
            if house.tree.epoch:
                assert all_flaws(house, adversary, spy, story.wishes, finished=False) == []
        for one in house.mirrors:
            one.away = False
        house.restart()
        house.destroyer.run()
        ended(house, adversary, spy, story)
        house.store.close()


def ended(house: IndexHouse, adversary: Adversary, spy: PageSpy, story: Story) -> None:
    """Hold the end against the living values, after enrolling again what was left open."""
    gone = {kid for kid in story.wishes if house.standing(kid) is not Standing.ALIVE}
    assert all_flaws(house, adversary, spy, gone, finished=True) == []
    for kid, (mailbox, record) in list(house.perhaps.items()):
        if house.standing(kid) is Standing.ALIVE:
            house.enter(mailbox, record.int, kid)
    living: dict[str, set[UUID]] = {}
    for kid, (mailbox, record) in house.entered.items():
        living.setdefault(mailbox, set())
        if house.standing(kid) is Standing.ALIVE:
            living[mailbox].add(record)
    assert {mailbox: set(house.index.find(mailbox)) for mailbox in living} == living
    assert list(house.index.enrolled()) == house.rows()


@given(value=st.text(max_size=20).map(lambda words: f"{words}@example.kr") | st.emails())
def test_a_spelling_is_its_own_spelling(value: str) -> None:
    try:
        once = normalise_mailbox(value)
    except NoMailbox:
        return
    assert normalise_mailbox(once) == once
