"""Indexes that are broken on purpose, each in one place: the promises of its tests do not hold for any of them."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jikim.sealing.index import enrolling, leaving, tables
from jikim.sealing.index import index as facade
from jikim.sealing.index.enrolling import Enroller
from jikim.sealing.index.leaving import Leaver
from jikim.sealing.index.pages import Page, Pages
from jikim.sealing.index_page import Entry, page_to_divide
from jikim.sealing.tree.ports import Ride, Target
from jikim.sealing.tree.store import Store
from tests.support.adversary import Adversary
from tests.support.indexes import IndexHouse, PageSpy, watched
from tests.support.promises import Promise, first_broken
from tests.unit import test_index as index
from tests.unit import test_index_crashes as crashes

Patch = pytest.MonkeyPatch


def a_page_keeps_its_key_when_an_entry_leaves(patch: Patch) -> None:
    board = Leaver.board

    def changed(self: Leaver, targets: list[Target]) -> Ride:
        ride = board(self, targets)
        current = {kid for (kid,) in self._store.rows("SELECT kid FROM index_page")}
        return Ride(tuple(one for one in ride.targets if one.number not in current), ride.stage)

    patch.setattr(Leaver, "board", changed)


def a_page_is_sealed_again_under_the_key_that_is_cut(patch: Patch) -> None:
    seal = Pages.seal

    def sealed(self: Pages, no: int, kid: int, version: int, entries: list[Entry]) -> Page:
        row = self._store.row("SELECT kid FROM index_page WHERE no = ?", no)
        return seal(self, no, row[0] if row and version == 1 else kid, version, entries)

    patch.setattr(Pages, "seal", sealed)


def entries_leave_after_the_batch(patch: Patch) -> None:
    """Write the pages when the root has turned, outside the commit that stages them."""
    waiting: list[Ride] = []
    board, turned = Leaver.board, Leaver.turned

    def changed(self: Leaver, targets: list[Target]) -> Ride:
        waiting[:] = [board(self, targets)]
        return Ride(waiting[0].targets)

    def late(self: Leaver, epoch: int) -> None:
        for ride in waiting:
            ride.stage(epoch)
        waiting.clear()
        turned(self, epoch)

    patch.setattr(Leaver, "board", changed)
    patch.setattr(Leaver, "turned", late)


def nothing_goes_along(patch: Patch) -> None:
    patch.setattr(Leaver, "board", lambda _self, _targets: Ride())


def an_undo_forgets_the_page(patch: Patch) -> None:
    _without(patch, Leaver, "undo", "DELETE FROM index_page")


def an_undo_forgets_what_the_page_was_sealed_under(patch: Patch) -> None:
    _without(patch, Leaver, "undo", "INSERT OR REPLACE INTO index_stale")


def an_undo_forgets_who_was_leaving(patch: Patch) -> None:
    _without(patch, Leaver, "undo", "UPDATE enrolled")


def old_pages_stay(patch: Patch) -> None:
    _without(patch, Leaver, "turned", "DELETE FROM index_page")


def who_left_is_still_listed(patch: Patch) -> None:
    _without(patch, Leaver, "turned", "DELETE FROM enrolled")


def cut_keys_stay_noted(patch: Patch) -> None:
    _without(patch, Leaver, "turned", "DELETE FROM index_stale")


def only_one_of_many_is_noted(patch: Patch) -> None:
    note = Enroller._note
    patch.setattr(Enroller, "_note", lambda self, new: note(self, new[:1]))


def stale_keys_live_on(patch: Patch) -> None:
    board = Leaver.board

    def changed(self: Leaver, targets: list[Target]) -> Ride:
        ride, stale = board(self, targets), {kid for (kid,) in self._store.rows("SELECT kid FROM index_stale")}
        return Ride(tuple(one for one in ride.targets if one.number not in stale), ride.stage)

    patch.setattr(Leaver, "board", changed)


def a_divided_page_keeps_its_key(patch: Patch) -> None:
    divide, new_keys = Enroller._divide, Pages.new_keys

    def changed(self: Enroller) -> None:
        pages = self._pages.count()
        old = self._pages.read(page_to_divide(pages))
        with pytest.MonkeyPatch.context() as within:
            within.setattr(Pages, "new_keys", lambda pages, _count: (old.kid, new_keys(pages, 1)[0]))
            divide(self)

    patch.setattr(Enroller, "_divide", changed)


def keys_of_lost_pages_live_on(patch: Patch) -> None:
    patch.setattr(tables, "_keys_of_lost_pages", lambda _store: [])


def keys_are_noted_in_memory_only(patch: Patch) -> None:
    _without(patch, Pages, "new_keys", "INSERT OR REPLACE INTO index_stale")


def values_are_noted_too_late(patch: Patch) -> None:
    """Write a value down in the commit that writes its page."""
    noted: list[tuple[object, ...]] = []
    replace = Pages.replace

    def changed(self: Pages, old: Page, new: Page) -> None:
        for values in noted:
            self._store.run("INSERT OR REPLACE INTO enrolled (kid, record, tag) VALUES (?, ?, ?)", *values)
        noted.clear()
        replace(self, old, new)

    def note(self: Enroller, new: Sequence[Any]) -> None:
        noted[:] = [(one.kid, one.record_id.bytes, one.beside) for one in new]

    patch.setattr(Enroller, "_note", note)
    patch.setattr(Pages, "replace", changed)


def keys_are_never_used_up(patch: Patch) -> None:
    def again(self: Enroller, page: Page, entries: tuple[Entry, ...]) -> Page:
        return self._pages.seal(page.no, page.kid, page.version + 1, entries)

    patch.setattr(Enroller, "_sealed_again", again)


def all_alike_leave(patch: Patch) -> None:
    patch.setattr(leaving, "_without", lambda page, going: [one for one in page.entries if one not in going])


def a_whole_tag_leaves(patch: Patch) -> None:
    def without(page: Page, going: list[Entry]) -> list[Entry]:
        tags = Counter(tag for tag, _record in going)
        return [one for one in page.entries if one[0] not in tags]

    patch.setattr(leaving, "_without", without)


def cohorts_are_overlooked(patch: Patch) -> None:
    leavers = Leaver._leavers

    def changed(self: Leaver, targets: list[Target]) -> leaving.Leavers:
        return leavers(self, [one for one in targets if not one.whole] or [Target(0, whole=False, number=-1, rows=b"")])

    patch.setattr(Leaver, "_leavers", changed)


def tags_stand_in_the_file(patch: Patch) -> None:
    def clear(_key: object, _header: object, _binding: object, plaintext: bytes) -> bytes:
        return plaintext

    def same(_key: object, _kid: object, _binding: object, envelope: bytes) -> bytes:
        return envelope

    patch.setattr(enrolling, "seal_envelope", clear)
    for place in (leaving, facade):
        patch.setattr(place, "open_envelope", same)


def pages_are_changed_while_a_destruction_is_staged(patch: Patch) -> None:
    patch.setattr(Enroller, "_refuse_unsettled", lambda _self: None)


def what_is_set_aside_is_enrolled(patch: Patch) -> None:
    patch.setattr(enrolling, "CohortClass", SimpleNamespace(LIVE="separate"))


def _without(patch: Patch, place: object, name: str, start: str) -> None:
    """Run a function with one of its statements left out."""
    function, run = getattr(place, name), Store.run

    def deaf(self: Store, sql: str, *values: object) -> int:
        return 0 if sql.startswith(start) else run(self, sql, *values)

    def changed(*args: object, **kwargs: object) -> object:
        with pytest.MonkeyPatch.context() as within:
            within.setattr(Store, "run", deaf)
            return function(*args, **kwargs)

    patch.setattr(place, name, changed)


VARIANTS = [
    a_page_keeps_its_key_when_an_entry_leaves,
    a_page_is_sealed_again_under_the_key_that_is_cut,
    entries_leave_after_the_batch,
    nothing_goes_along,
    an_undo_forgets_the_page,
    an_undo_forgets_what_the_page_was_sealed_under,
    an_undo_forgets_who_was_leaving,
    old_pages_stay,
    who_left_is_still_listed,
    cut_keys_stay_noted,
    stale_keys_live_on,
    a_divided_page_keeps_its_key,
    keys_of_lost_pages_live_on,
    keys_are_noted_in_memory_only,
    values_are_noted_too_late,
    keys_are_never_used_up,
    only_one_of_many_is_noted,
    all_alike_leave,
    a_whole_tag_leaves,
    cohorts_are_overlooked,
    tags_stand_in_the_file,
    pages_are_changed_while_a_destruction_is_staged,
    what_is_set_aside_is_enrolled,
]

WATCHED: list[Callable[[IndexHouse, Adversary, PageSpy], None]] = [
    index.test_an_entry_goes_with_the_key_of_its_value,
    index.test_entries_go_with_a_whole_cohort,
    index.test_pages_are_added_one_by_one_and_every_entry_is_found,
    index.test_after_a_loss_of_the_tables_old_pages_end_with_the_next_batch,
]
ALONE: list[Callable[[IndexHouse], None]] = [
    index.test_a_record_leads_to_the_others_of_its_mailbox,
    index.test_a_mailbox_with_many_records_uses_up_keys_and_adds_no_pages,
    index.test_two_values_of_one_record_are_two_entries,
    index.test_many_enrolled_at_once_spread_over_as_many_pages_as_they_need,
    index.test_what_may_not_be_enrolled_keeps_nobody_else_out,
    index.test_what_may_not_be_enrolled_is_not,
    index.test_nothing_is_enrolled_while_a_destruction_is_staged,
    index.test_no_tag_and_no_mailbox_stands_in_any_byte_of_the_file,
]


def promises() -> Iterator[Promise]:
    """Give the promises one by one; each takes a folder of its own."""
    yield from (partial(_housed, promise) for promise in WATCHED)
    for promise in ALONE:
        yield partial(_housed, lambda house, _adversary, _spy, promise=promise: promise(house))  # type: ignore[misc]  # a default binds the loop's value
    yield crashes.test_what_a_lost_staging_sealed_ends_with_the_batch_that_comes_after_it
    for entering in (crashes.more_entries, crashes.many_at_once):
        yield partial(crashes.test_a_lost_enrolment_goes_with_its_key, entering=entering)
    for operation in crashes.OPERATIONS:
        yield partial(crashes.test_stopped_anywhere_the_index_comes_to_the_same_end, operation=operation)


def _housed(promise: Callable[[IndexHouse, Adversary, PageSpy], None], folder: Path) -> None:
    adversary, spy = Adversary(), PageSpy()
    with watched(adversary, spy):
        house = IndexHouse(folder)
        promise(house, adversary, spy)
        house.store.close()


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_a_broken_index_is_noticed(
    ram_path: Path, monkeypatch: pytest.MonkeyPatch, variant: Callable[[Patch], None]
) -> None:
    variant(monkeypatch)
    assert first_broken(promises(), ram_path) is not None


def test_a_whole_index_keeps_every_promise(ram_path: Path) -> None:
    assert first_broken(promises(), ram_path) is None
