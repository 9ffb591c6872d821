"""Stories of a key tree: whatever is asked, in whatever order, with power and mirrors failing anywhere.

After every act: what is called destroyed can be reached from no mirror with every blob there ever was; what is alive
opens; no epoch has two shares. At the end, with all mirrors back, every wish is carried out and told once.
"""

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import strategies as st

from jikim.domain.errors import JikimError
from jikim.sealing.tree import rekey as slices
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary, watched_by
from tests.support.keytree import COMPLAINTS, CONTRACTS, LIVE, House, flaws, request
from tests.support.power import PowerCut
from tests.support.ram import SHARED_MEMORY

SHELVES = [LIVE, COMPLAINTS, CONTRACTS]

give = st.tuples(st.just("give"), st.integers(0, 2), st.integers(1, 70))
some = st.tuples(st.just("some"), st.integers(0, 1000), st.integers(1, 5))
whole = st.tuples(st.just("whole"), st.integers(0, 1000), st.just(0))
turn = st.tuples(st.just("turn"), st.just(0), st.just(0))
mirror = st.tuples(st.just("mirror"), st.integers(0, 2), st.just(0))
rekey = st.tuples(st.just("rekey"), st.integers(1, 3), st.just(0))
restart = st.tuples(st.just("restart"), st.just(0), st.just(0))
act = st.tuples(give | some | some | whole | turn | rekey | mirror | restart, st.none() | st.integers(0, 40))

Act = tuple[tuple[str, int, int], int | None]
ACTS = st.lists(act, max_size=12)
LAYOUTS = st.sampled_from([(1,), (2,), (1, 2)])


class Story:
    """Acts on a house, and the wishes that were kept."""

    def __init__(self, house: House) -> None:
        self.house, self.wishes, self.number = house, set[int](), 0

    def give(self, shelf: int, count: int) -> None:
        self.house.give(SHELVES[shelf], count)

    def some(self, first: int, count: int) -> None:
        kids = sorted(self.house.keys)[first % (len(self.house.keys) or 1) :][:count]
        self._wish(kids, [], set(kids))

    def whole(self, which: int, _count: int) -> None:
        cohorts = sorted({kid >> 16 for kid in self.house.keys})
        if cohorts:
            cohort = cohorts[which % len(cohorts)]
            self._wish([], [cohort], {kid for kid in self.house.keys if kid >> 16 == cohort})

    def turn(self, _first: int, _second: int) -> None:
        self.house.destroyer.rotate()

    def rekey(self, size: int, _second: int) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(slices, "SLICE", size)
            self.house.destroyer.rekey()

    def mirror(self, which: int, _second: int) -> None:
        chosen = self.house.mirrors[which % len(self.house.mirrors)]
        chosen.away = not chosen.away

    def restart(self, _first: int, _second: int) -> None:
        self.house.restart()

    def _wish(self, kids: list[int], cohorts: list[int], meant: set[int]) -> None:
        if meant:
            self.number += 1
            self.wishes |= meant
            self.house.destroyer.accept(request(*kids, cohorts=cohorts, number=self.number))
            self.house.destroyer.run()


def in_peace(house: House, work: Callable[[], None]) -> None:
    """Do something that a failing mirror or a power cut may stop, and start again after a power cut."""
    try:
        work()
    except PowerCut:
        in_peace(house, house.restart)
    except JikimError:
        return


def tell(acts: list[Act], groups: tuple[int, ...]) -> None:
    """Let a story happen, and look for flaws after each of its acts and at its end."""
    adversary = Adversary()
    with (
        tempfile.TemporaryDirectory(dir=SHARED_MEMORY if SHARED_MEMORY.is_dir() else None) as folder,
        watched_by(adversary),
    ):
        house = House(Path(folder), groups)
        story = Story(house)
        for (name, first, second), fails_at in acts:
            house.power.forget(-1 if fails_at is None else fails_at)
            in_peace(house, partial(getattr(story, name), first, second))
            house.power.forget()
            if house.tree.epoch:
                assert flaws(house, adversary, story.wishes, finished=False) == []
        for one in house.mirrors:
            one.away = False
        house.restart()
        house.destroyer.run()
        kept = {kid for kid in story.wishes if house.standing(kid) is not Standing.ALIVE}
        assert flaws(house, adversary, kept, finished=True) == []
        for kid in story.wishes - kept:  # the power failed before the wish was kept, and nobody wished again
            assert not wished(house, kid)
        told = house.ledger.destroyed()
        tombs = house.store.rows("SELECT CASE whole WHEN 1 THEN (1 << 40) + number ELSE number END FROM tomb")
        assert told == sorted(kid for (kid,) in tombs)
        assert house.store.row("SELECT 1 FROM rekey WHERE NOT told") is None
        house.store.close()


def wished(house: House, kid: int) -> bool:
    sql = "SELECT 1 FROM target WHERE (whole = 0 AND number = ?) OR (whole = 1 AND number = ?)"
    return house.store.row(sql, kid, kid >> 16) is not None
