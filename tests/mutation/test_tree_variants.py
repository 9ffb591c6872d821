"""Trees that are broken on purpose, each in one place: the promises of the tree's tests do not hold for any of them."""

import itertools
from collections.abc import Callable, Collection, Iterator
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from jikim.sealing import formats, roots
from jikim.sealing.errors import KeyDestroyed
from jikim.sealing.groups import RootGroup
from jikim.sealing.mirror import GroupEffacement
from jikim.sealing.primitives import Key
from jikim.sealing.tree import allocate, batches, cut, destroy, nodes, rekey, requests, shipping, tree
from jikim.sealing.tree.places import cohort_edge, edge_above
from jikim.sealing.tree.ports import Target
from jikim.sealing.tree.store import Store
from tests.support.adversary import Adversary, watched_by
from tests.support.keytree import House
from tests.support.promises import Promise, first_broken
from tests.unit import test_tree_allocation as allocation
from tests.unit import test_tree_copies as copies
from tests.unit import test_tree_crashes as crashes
from tests.unit import test_tree_destruction as destruction
from tests.unit import test_tree_invariants as invariants
from tests.unit import test_tree_mirrors as mirrors
from tests.unit import test_tree_rekey as renewal

Patch = pytest.MonkeyPatch


def nothing_is_effaced(patch: Patch) -> None:
    def pretend(self: RootGroup, _epoch: int, _share: object) -> GroupEffacement:
        return GroupEffacement(("B",), self.names, ())

    patch.setattr(RootGroup, "settle", pretend)


def one_mirror_is_enough(patch: Patch) -> None:
    patch.setattr(GroupEffacement, "complete", property(lambda self: bool(self.effaced)))


def buckets_keep_their_key(patch: Patch) -> None:
    _keep_keys(patch, lambda level: level == 0)


def inner_nodes_keep_their_keys(patch: Patch) -> None:
    _keep_keys(patch, lambda level: level > 0)


def _keep_keys(patch: Patch, kept: Callable[[int], bool]) -> None:
    renew = cut._Paths._renew

    def changed(self: cut._Paths, node: int) -> Key:
        above, slot = edge_above(node)
        return self._open[above][slot] if kept(node >> 40) else renew(self, node)

    patch.setattr(cut._Paths, "_renew", changed)


def nothing_is_cut(patch: Patch) -> None:
    def found(was: tuple[Key, int], becomes: tuple[Key, int], node: int, blob: bytes, slots: Collection[int]) -> Any:
        whole, _none = formats.cut_node(was, becomes, node, blob, ())
        key, birth = was
        return whole, formats.open_some(key, node, birth, blob, slots)

    patch.setattr(nodes, "cut_node", found)


def no_cohort_is_cut(patch: Patch) -> None:
    def left(self: cut._Paths, target: Target) -> cut.Grave:
        node, slot = cohort_edge(target.number)
        return cut._grave(target, self.load(node).get(slot))

    patch.setattr(cut._Paths, "cut_cohort", left)


def the_wrong_cohort_is_cut(patch: Patch) -> None:
    patch.setattr(cut, "cohort_edge", lambda cohort: (2 << 40, (cohort & 255) - 1))


def a_dead_cohort_is_hung_up_again(patch: Patch) -> None:
    patch.setattr(cut, "_below", lambda _node, _cohorts: False)


def an_undone_staging_leaves_its_tombs(patch: Patch) -> None:
    _without(patch, batches, "undo", "DELETE FROM tomb")


def an_undone_staging_leaves_its_nodes(patch: Patch) -> None:
    _without(patch, batches, "undo", "DELETE FROM node")


def a_spent_epoch_is_forgotten(patch: Patch) -> None:
    patch.setattr(destroy, "next_epoch", lambda current, _spent: current + 1)
    patch.setattr(roots, "_refuse_later_roots", lambda _readings, _latest: None)


def numbers_are_reserved_in_memory_only(patch: Patch) -> None:
    _without(patch, allocate.Allocator, "_reserve", "UPDATE alloc")


def keys_are_handed_out_before_a_copy_has_them(patch: Patch) -> None:
    patch.setattr(allocate, "ship", lambda _store, _copies: None)


def a_missing_key_is_called_destroyed(patch: Patch) -> None:
    patch.setattr(tree, "_unknown", lambda kid: KeyDestroyed(f"key {kid}", hint="no"))


def keys_are_not_forgotten_when_the_root_turns(patch: Patch) -> None:
    turn = tree.Tree.turn

    def remembering(self: tree.Tree, epoch: int, root: Key) -> None:
        kept = self._keys
        turn(self, epoch, root)
        self._keys = kept

    patch.setattr(tree.Tree, "turn", remembering)


def keys_come_from_a_counter(patch: Patch) -> None:
    numbers = itertools.count()
    counting = SimpleNamespace(fresh=lambda: Key((next(numbers) % 256).to_bytes(32, "big")))
    patch.setattr(cut, "Key", counting)
    patch.setattr(allocate, "Key", counting)


def a_closed_cohort_goes_on(patch: Patch) -> None:
    _without(patch, requests, "accept", "UPDATE cohort")


def a_request_is_told_once_for_each_that_names_it(patch: Patch) -> None:
    patch.setattr(requests, "_UNCUT", "1")


def staged_nodes_are_added_to(patch: Patch) -> None:
    rows = Store.row

    def blind(self: Store, sql: str, *values: object) -> object:
        return None if "state = 'staged'" in sql and "SELECT 1" in sql else rows(self, sql, *values)

    patch.setattr(Store, "row", blind)


def superseded_nodes_stay(patch: Patch) -> None:
    patch.setattr(batches, "delete_superseded", lambda _store, _batch: None)


def the_log_is_not_cleared(patch: Patch) -> None:
    patch.setattr(Store, "clear_log", lambda _self: None)


def a_rekey_goes_on_with_old_cohorts(patch: Patch) -> None:
    _without(patch, rekey, "stage", "UPDATE cohort")


def a_rekey_leaves_the_way_to_what_comes_next(patch: Patch) -> None:
    patch.setattr(rekey, "_last_path", lambda _tree: [])


def a_rekey_ends_after_its_first_slice(patch: Patch) -> None:
    patch.setattr(rekey, "_old_nodes", lambda _tree, _rekey: iter(()))


def an_undone_slice_counts(patch: Patch) -> None:
    sql = "SELECT 1 FROM batch WHERE rekey = ? AND state != 'staged'"
    patch.setattr(rekey, "_has_begun", lambda store, which: store.row(sql, which) is not None)


def a_bucket_goes_on_after_an_end_without_a_word(patch: Patch) -> None:
    _without(patch, allocate.Allocator, "_begin", "UPDATE alloc")


def copies_are_given_nodes_alone(patch: Patch) -> None:
    patch.setattr(shipping, "_tables", lambda _store: [])


def what_changed_while_it_was_shipped_is_forgotten(patch: Patch) -> None:
    run = Store.run

    def forgetful(self: Store, sql: str, *values: object) -> int:
        return run(self, "DELETE FROM unsent") if sql.startswith("DELETE FROM unsent") else run(self, sql, *values)

    patch.setattr(Store, "run", forgetful)


def the_process_goes_on_with_what_it_knew(patch: Patch) -> None:
    patch.setattr(destroy.Destroyer, "_forget", lambda _self: None)


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
    nothing_is_effaced,
    one_mirror_is_enough,
    buckets_keep_their_key,
    inner_nodes_keep_their_keys,
    nothing_is_cut,
    no_cohort_is_cut,
    the_wrong_cohort_is_cut,
    a_dead_cohort_is_hung_up_again,
    an_undone_staging_leaves_its_tombs,
    an_undone_staging_leaves_its_nodes,
    a_spent_epoch_is_forgotten,
    numbers_are_reserved_in_memory_only,
    keys_are_handed_out_before_a_copy_has_them,
    a_missing_key_is_called_destroyed,
    keys_are_not_forgotten_when_the_root_turns,
    keys_come_from_a_counter,
    a_closed_cohort_goes_on,
    a_request_is_told_once_for_each_that_names_it,
    staged_nodes_are_added_to,
    superseded_nodes_stay,
    the_log_is_not_cleared,
    a_rekey_goes_on_with_old_cohorts,
    a_rekey_leaves_the_way_to_what_comes_next,
    a_rekey_ends_after_its_first_slice,
    an_undone_slice_counts,
    a_bucket_goes_on_after_an_end_without_a_word,
    copies_are_given_nodes_alone,
    what_changed_while_it_was_shipped_is_forgotten,
    the_process_goes_on_with_what_it_knew,
]

BOTH: list[Callable[[House, Adversary], None]] = [
    invariants.test_i1_every_key_is_fresh_and_none_comes_from_another,
    destruction.test_a_cohort_goes_with_one_edge_and_its_nodes_go_from_the_file,
    mirrors.test_it_is_not_destroyed_while_a_mirror_is_away,
    mirrors.test_a_rolled_back_epoch_is_never_used_again,
    allocation.test_no_bucket_grows_while_a_destruction_is_staged,
    destruction.test_superseded_nodes_leave_the_file_and_its_log,
    renewal.test_an_old_root_leads_to_nothing_that_came_after_a_rekey,
    renewal.test_what_is_handed_out_between_two_slices_is_new_already,
    renewal.test_nothing_old_is_added_to_where_the_first_slice_was_undone,
]
ALONE: list[Callable[[House], None]] = [
    invariants.test_i3_adding_keeps_the_keys_above_and_removing_renews_every_one,
    invariants.test_i5_no_number_is_handed_out_twice_whatever_stops,
    invariants.test_i7_what_was_never_handed_out_is_unknown_and_never_destroyed,
    destruction.test_a_cohort_that_is_to_go_hands_out_no_more_keys,
    destruction.test_what_an_earlier_request_destroyed_is_not_told_again,
    allocation.test_no_key_ever_serves_two_values_also_where_a_keyring_at_work_was_copied_and_brought_back,
    renewal.test_afterwards_comes_once_for_a_run_that_effaced_something,
]


def promises() -> Iterator[Promise]:
    """Give the promises one by one; each takes a folder of its own."""
    yield from (partial(_housed, promise) for promise in BOTH)
    yield from (partial(_housed, lambda house, _adversary, promise=promise: promise(house)) for promise in ALONE)  # type: ignore[misc]  # a default binds the loop's value
    yield partial(_watched, allocation.test_nothing_is_handed_out_or_destroyed_before_a_copy_has_the_nodes)
    yield partial(_watched, copies.test_a_keyring_rises_from_its_copy_opens_everything_and_destroys_on)
    yield copies.test_what_changes_while_it_is_shipped_is_shipped_again
    yield from (partial(_stopped, operation) for operation in crashes.OPERATIONS)


def _housed(promise: Callable[[House, Adversary], None], folder: Path) -> None:
    adversary = Adversary()
    with watched_by(adversary):
        house = House(folder)
        promise(house, adversary)
        house.store.close()


def _watched(promise: Callable[[Path, Adversary], None], folder: Path) -> None:
    adversary = Adversary()
    with watched_by(adversary):
        promise(folder, adversary)


def _stopped(operation: crashes.Operation, folder: Path) -> None:
    crashes.test_stopped_anywhere_it_comes_to_the_same_end(folder, operation, crashes.TWO_MIRRORS)


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_a_broken_tree_is_noticed(
    ram_path: Path, monkeypatch: pytest.MonkeyPatch, variant: Callable[[Patch], None]
) -> None:
    monkeypatch.setattr(rekey, "SLICE", 2)
    variant(monkeypatch)
    assert first_broken(promises(), ram_path) is not None


def test_a_whole_tree_keeps_every_promise(ram_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rekey, "SLICE", 2)
    assert first_broken(promises(), ram_path) is None
