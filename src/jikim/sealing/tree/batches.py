"""The state of a batch in the keyring's file: gathered, staged, (waiting,) effaced, logged, done."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from jikim import clock
from jikim.sealing.kids import COHORT, cohort_of, kid_of, node_id
from jikim.sealing.mirror import Effacement, Mark, Root
from jikim.sealing.tree.cut import Cut, Grave
from jikim.sealing.tree.places import LEAVES, cohort_nodes
from jikim.sealing.tree.ports import GroupState, Item, Journal, Target, Told, Turn
from jikim.sealing.tree.store import FORMAT, Store


def marks(store: Store) -> tuple[Mark | None, Mark | None, int]:
    """Return the current root's mark (None before the first), the staged one's, and the highest epoch ever staged."""
    epoch, spent, root = store.row("SELECT epoch, highest, root FROM keyring") or (0, 0, b"")
    staged = store.row("SELECT epoch, new_root FROM batch WHERE state = 'staged'")
    return Mark(epoch, root) if epoch else None, Mark(*staged) if staged else None, spent


def in_state(store: Store, state: str) -> list[int]:
    return [batch for (batch,) in store.rows("SELECT no FROM batch WHERE state = ? ORDER BY no", state)]


def stage(store: Store, batch: int, made: Cut, root: Root, current: Mark | None) -> None:
    """Write D2 inside `writing`: nodes, tombs, the state, and the epoch, which is spent from now on."""
    store.keep(made.nodes)
    _bury(store, made.graves, root.epoch)
    sql = "UPDATE batch SET state = 'staged', epoch = ?, old_root = ?, new_root = ? WHERE no = ?"
    store.run(sql, root.epoch, current.commitment if current else b"", root.commitment, batch)
    store.run("INSERT OR IGNORE INTO keyring (format, epoch, highest, root) VALUES (?, 0, 0, x'')", FORMAT)
    store.run("UPDATE keyring SET highest = ?", root.epoch)


def undo(store: Store) -> int:
    """Take back D2 inside `writing`; the epoch, which is returned, stays spent."""
    epoch = store.number("SELECT epoch FROM batch WHERE state = 'staged'") or 0
    store.run("DELETE FROM node WHERE birth = ?", epoch)
    store.run("DELETE FROM tomb WHERE epoch = ?", epoch)
    store.run(
        "UPDATE batch SET state = 'gathered', epoch = NULL, old_root = NULL, new_root = NULL WHERE state = 'staged'"
    )
    return epoch


def turned(store: Store, root: Root) -> None:
    """Write D5 inside `writing`: the staged root is the current one. Whether it is destroyed, `effaced` says."""
    store.run("UPDATE keyring SET epoch = ?, root = ?", root.epoch, root.commitment)
    store.run("UPDATE batch SET state = 'waiting' WHERE state = 'staged'")


def effaced(store: Store, effacement: Effacement) -> bool:
    """Write inside `writing` what an effacement reached: only where it is complete is anything called destroyed.

    Every copy of one group then holds the current root alone, so whatever waited before is destroyed as well.
    returns: whether anything took effect by it
    """
    took_effect = effacement.destroyed and bool(in_state(store, "waiting"))
    if took_effect:
        groups = [(group.media, len(group.effaced), len(group.pending)) for group in effacement.groups]
        sql = "UPDATE batch SET state = 'effaced', effaced_at = ?, groups = ? WHERE no = ?"
        for batch in in_state(store, "waiting"):
            store.run(sql, _not_before_it_was_asked(store, batch).isoformat(), json.dumps(groups), batch)
    return took_effect


def _not_before_it_was_asked(store: Store, batch: int) -> datetime:
    """Return the present instant, or that of the last request where the clock was put back since."""
    asked = store.rows("SELECT asked_at FROM intent WHERE batch = ?", batch)
    return max([clock.wall_now(), *(datetime.fromisoformat(at) for (at,) in asked)])


def intended(store: Store, batch: int, targets: Iterable[Target]) -> list[Told]:
    """Return what D1 tells of a batch, one leaf for each reason, class and policy."""
    sql = "SELECT no, reason, policy, request, asked_at FROM intent WHERE batch = ?"
    facts = {intent: asked for intent, *asked in store.rows(sql, batch)}
    categories = _Categories(store)
    rows = [(*facts[one.intent], categories.of(one.number, one.whole), one.whole, None) for one in targets]
    return list(_told(_id(store, batch), rows))


def tell_done(store: Store, journal: Journal, batch: int) -> None:
    """D6: tell what took effect, one leaf for each reason, class and policy, or that the root was rotated.

    A slice of a re-key is told with the whole of it.
    """
    if store.number("SELECT rekey FROM batch WHERE no = ?", batch) is not None:
        return
    turn = turn_of(store, batch)
    leaves = destroyed(store, batch)
    for told in leaves:
        journal.done(told, turn)
    if not leaves:
        journal.rotated(_id(store, batch), turn)


def destroyed(store: Store, batch: int) -> list[Told]:
    """Return what a batch destroyed, with the evidence from which certificates are made."""
    sql = """SELECT reason, policy, request, asked_at, whole, number, salt, commitment, tomb.rows, count
             FROM tomb JOIN intent ON intent.no = tomb.intent JOIN batch USING (epoch) WHERE batch.no = ?"""
    rows, categories = [], _Categories(store)
    for *facts, whole, number, salt, commitment, digest, count in store.rows(sql, batch):
        item = Item(node_id(COHORT, number) if whole else number, salt, commitment, digest, count)
        rows.append((*facts, categories.of(number, whole), bool(whole), item))
    return list(_told(_id(store, batch), rows))


def turn_of(store: Store, batch: int) -> Turn:
    """Return the change of root by which a batch took effect, once it has."""
    sql = "SELECT epoch, old_root, new_root, effaced_at, groups FROM batch WHERE no = ?"
    ((epoch, old, new, at, groups),) = store.rows(sql, batch)
    states = tuple(GroupState(tuple(media), mirrors, pending) for media, mirrors, pending in json.loads(groups))
    return Turn(epoch, old, new, datetime.fromisoformat(at), states)


def delete_superseded(store: Store, batch: int) -> None:
    """D7 inside `writing`: what a batch replaced, and what hung below the cohorts it cut. Hygiene, not secrecy."""
    epoch = store.number("SELECT epoch FROM batch WHERE no = ?", batch)
    store.run("DELETE FROM node WHERE birth < ? AND id IN (SELECT id FROM node WHERE birth = ?)", epoch, epoch)
    for (cohort,) in store.rows("SELECT number FROM tomb WHERE whole = 1 AND epoch = ?", epoch):
        node, buckets = cohort_nodes(cohort)
        store.run("DELETE FROM node WHERE id = ? OR (id >= ? AND id < ?)", node, buckets.start, buckets.stop)


def _bury(store: Store, graves: Iterable[Grave], epoch: int) -> None:
    """Write tombs, each key's before that of its cohort, which counts what is left of it."""
    sql = """INSERT INTO tomb (whole, number, epoch, intent, salt, commitment, rows, count)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)"""
    store.run_each(sql, (_tomb(store, grave, epoch) for grave in graves))


def _tomb(store: Store, grave: Grave, epoch: int) -> tuple[object, ...]:
    target = grave.target
    count = _below(store, target.number) if target.whole else 1
    return target.whole, target.number, epoch, target.intent, grave.salt, grave.commitment, target.rows, count


def _below(store: Store, cohort: int) -> int:
    """Return how many keys of a cohort may have been in use: reserved numbers, less those cut one by one."""
    sql = """SELECT next - (SELECT count(*) FROM tomb WHERE whole = 0 AND number >= ? AND number < ?)
             FROM alloc WHERE cohort = ?"""
    return store.number(sql, kid_of(cohort, 0), kid_of(cohort, 0) + LEAVES, cohort) or 0


def _told(batch: UUID, rows: list[tuple[Any, ...]]) -> Iterator[Told]:
    """Make one leaf of each reason, class and policy: (reason, policy, request, asked_at, category, whole, item)."""

    def leaf(row: tuple[Any, ...]) -> tuple[str, str, str]:
        reason, policy, _request, _asked_at, category, _whole, _item = row
        return reason, category, policy

    for (reason, category, policy), group in groupby(sorted(rows, key=leaf), key=leaf):
        members = list(group)
        yield Told(
            batch,
            reason,
            category,
            policy,
            asked_at=datetime.fromisoformat(min(row[3] for row in members)),
            requests=tuple(UUID(bytes=request) for request in sorted({row[2] for row in members})),
            kids=sum(not row[5] for row in members),
            cohorts=sum(row[5] for row in members),
            items=tuple(row[6] for row in members if row[6] is not None),
        )


class _Categories:
    """The categories of cohorts, each asked for once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[int, str] = {}

    def of(self, number: int, whole: bool) -> str:  # noqa: FBT001  a column of the row, beside its number
        cohort = number if whole else cohort_of(number)
        if cohort not in self._known:
            ((category,),) = self._store.rows("SELECT category FROM cohort WHERE no = ?", cohort)
            self._known[cohort] = str(category)
        return self._known[cohort]


def _id(store: Store, batch: int) -> UUID:
    ((name,),) = store.rows("SELECT id FROM batch WHERE no = ?", batch)
    return UUID(bytes=name)
