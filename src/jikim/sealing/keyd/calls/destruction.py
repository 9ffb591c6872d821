"""Destroying: requests are kept before anyone is told "accepted", gathered, and carried out beside the serving."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.domain.leaf import DestroyReason
from jikim.sealing.certificate import Claims, Issuer
from jikim.sealing.errors import EvidenceMissing, StillWaiting
from jikim.sealing.journal.log import Journal
from jikim.sealing.keyd.later import Lane, Later
from jikim.sealing.keyd.schedule import Schedule
from jikim.sealing.keyd.upkeep import Upkeep
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import Destroyed
from jikim.sealing.kids import cohort_of
from jikim.sealing.tree import batches
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.errors import NodesLinger
from jikim.sealing.tree.ports import Told, Turn
from jikim.sealing.tree.requests import Request
from jikim.sealing.tree.shelves import CohortClass
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.telling import Teller, evidence
from jikim.sealing.tree.tree import Standing, Tree

LOG = logging.getLogger("jikim.keyd")
AT_ONCE = 512  # numbers of one question to the keyring's file


class DestructionCalls:
    """The worker's calls."""

    def __init__(
        self,
        tree: Tree,
        destroyer: Destroyer,
        journal: Journal,
        teller: Teller,
        schedule: Schedule,
        upkeep: Upkeep,
        beforehand: Callable[[], None] = lambda: None,
    ) -> None:
        """Take what destroys and tells. beforehand: is done before each run, so that sealing need not wait for it."""
        self._beforehand = beforehand
        self._tree, self._destroyer, self._schedule = tree, destroyer, schedule
        self._journal, self._teller, self._upkeep = journal, teller, upkeep
        self._events = Events(tree.store, journal, teller)

    def destroy(self, _role: Role, requests: Sequence[Destruction]) -> Later[Destroyed]:
        return Later(lambda: self._destroy(requests))

    def ask(self, _role: Role, asked: tuple[Sequence[Destruction], bool]) -> Later[None]:
        requests, urgent = asked

        def work() -> None:
            self._accept(requests)
            self._schedule.ask(urgent=urgent)

        return Later(work)

    def certificates(
        self, _role: Role, asked: Sequence[tuple[UUID, Sequence[int]]]
    ) -> Later[tuple[Mapping[str, Any], ...]]:
        return Later(lambda: self._certificates(asked), Lane.WAITER)

    def _certificates(self, asked: Sequence[tuple[UUID, Sequence[int]]]) -> tuple[Mapping[str, Any], ...]:
        """Certify what was destroyed together from one reading of it, so that its evidence is looked up once."""
        if self._events.size != self._journal.size:
            self._events = Events(self._tree.store, self._journal, self._teller)
        events = self._events
        return tuple(self._certificate(events, *one) for one in asked)

    def _certificate(self, events: "Events", request_id: UUID, kids: Sequence[int]) -> Mapping[str, Any]:
        if not kids:
            raise Misused("a certificate for no value", hint="ask for one value at least, of one person")
        _refuse_others(self._tree.store, request_id, kids)
        event = events.that_tells(kids)
        _refuse_later(self._tree.store, request_id, kids)
        return event.certificate(kids)

    def carry_out(self) -> None:
        """Carry out all that was asked for, then one piece of what the calendar asks for; raises as `flush` does."""
        self._flush(self._upkeep.do)

    def flush(self) -> None:
        """Carry out all that was asked for; raises what `Destroyer.run` raises, and is due again then.

        Nodes that only linger in the log are cleared another time, for what was asked is done: the keys are destroyed.
        """
        self._flush()

    def _flush(self, *further: Callable[[], object]) -> None:
        self._schedule.begun()
        self._beforehand()
        for work in (lambda: self._destroyer.run(slices=False), *further):
            self._trying(work)
        self._look_again()

    def _trying(self, work: Callable[[], object]) -> None:
        try:
            work()
        except NodesLinger as error:
            LOG.warning("%s", error)
            self._schedule.retry()
        except BaseException:
            self._schedule.retry()
            raise

    def _look_again(self) -> None:
        """Have the next instant noted at which something is due, without anybody's asking."""
        if self._destroyer.unsettled or batches.in_state(self._tree.store, "waiting"):
            self._schedule.retry()
        self._schedule.within(self._upkeep.seconds_left())

    def _accept(self, requests: Sequence[Destruction]) -> None:
        _refuse_own_keys(self._tree.store, (kid for one in requests for kid in one.kids))
        self._destroyer.accept(*(Request(one.id, one.reason, one.policy, one.kids) for one in requests))

    def _destroy(self, requests: Sequence[Destruction]) -> Destroyed:
        self._accept(requests)
        self.flush()
        kids = tuple(kid for one in requests for kid in one.kids)
        if any(standing is not Standing.DESTROYED for standing in self._tree.standings(kids).values()):
            raise _waiting()
        return Destroyed(kids, max(_effaced_at(self._tree.store, kids), default=clock.wall_now()))


class Events:
    """What the journal tells of destructions, read once for everybody who is certified by it while it does not grow."""

    def __init__(self, store: Store, journal: Journal, teller: Teller) -> None:
        self._store, self._journal, self._teller = store, journal, teller
        self._read: dict[int, list[Event]] = {}
        self.size = journal.size

    def that_tells(self, kids: Sequence[int]) -> "Event":
        """Return the one entry that tells of all these keys; raises StillWaiting, EvidenceMissing."""
        for event in self._told(kids):
            if event.numbers.issuperset(kids):
                _refuse_moved(event.told)
                return event
        raise _no_evidence("no single journal entry tells of all these values")

    def _told(self, kids: Sequence[int]) -> "Iterator[Event]":
        """Yield what is read already, then what tells of these keys."""
        yield from [event for known in self._read.values() for event in known]
        for batch in sorted({_batch(self._store, kid) for kid in kids}):
            yield from self._of(batch)

    def _of(self, batch: int) -> "list[Event]":
        if batch not in self._read:
            if self._store.number("SELECT count(*) FROM batch WHERE no = ? AND effaced_at IS NULL", batch):
                raise _waiting()
            turn = batches.turn_of(self._store, batch)
            told = batches.destroyed(self._store, batch)
            self._read[batch] = [Event(one, turn, self._journal, self._teller.index(one)) for one in told]
        return self._read[batch]


class Event:
    """One entry of the journal, the evidence behind it, and the change of root that made it true."""

    def __init__(self, told: Told, turn: Turn, journal: Journal, index: int | None) -> None:
        """Take what was destroyed together. index: of the entry; None while the journal does not tell it yet."""
        self.told, self._turn, self._journal, self._index = told, turn, journal, index
        self.numbers = frozenset(item.number for item in told.items)

    def certificate(self, kids: Sequence[int]) -> Mapping[str, Any]:
        """Return the signed certificate of some of it; raises StillWaiting, and as `certificate.issue`."""
        return self._issuer.issue(kids, _claims(self._turn))

    @cached_property
    def _issuer(self) -> Issuer:
        if self._index is None:
            raise _waiting()
        return Issuer(self._journal, self._index, evidence(self.told))


def _refuse_own_keys(store: Store, kids: Iterable[int]) -> None:
    """Refuse what no row holds: a page of the index is cut with the values on it, the daemon's own keys never."""
    own = "SELECT 1 FROM cohort WHERE no = ? AND class = ?"
    if any(store.row(own, cohort, CohortClass.SYSTEM) for cohort in {kid >> 16 for kid in kids}):
        raise Misused("a request names keys of the key daemon itself", hint="destroy values, by the keys in their rows")


def _refuse_others(store: Store, request_id: UUID, kids: Iterable[int]) -> None:
    """Refuse keys that a request did not name: a certificate says whose wish was done."""
    asked = "SELECT whole, number FROM target JOIN intent ON intent.no = intent WHERE request = ?"
    named = {(bool(whole), number) for whole, number in store.rows(asked, request_id.bytes)}
    if not named:
        raise _no_evidence(f"request {request_id} was never accepted here")
    for kid in kids:
        if (False, kid) not in named and (True, cohort_of(kid)) not in named:
            raise _no_evidence(f"request {request_id} does not name key {kid}")


def _refuse_later(store: Store, request_id: UUID, kids: Iterable[int]) -> None:
    """Refuse keys that an earlier request destroyed: a value has one certificate, whatever a restored database asks."""
    for kid in kids:
        found = store.row(f"SELECT intent.request {_TOMB_OF}", kid, cohort_of(kid))
        if found is None or bytes(found[0]) != request_id.bytes:
            raise _no_evidence(f"key {kid} was destroyed for another request, before {request_id} came")


def _effaced_at(store: Store, kids: Sequence[int]) -> set[datetime]:
    """Return the instants since when keys are destroyed: each by its own tomb, or by that of its cohort."""
    instants: set[str] = set()
    for start in range(0, len(kids), AT_ONCE):
        part = kids[start : start + AT_ONCE]
        own = f"WHERE whole = 0 AND number IN ({', '.join('?' * len(part))})"
        found = store.rows(f"SELECT number, effaced_at FROM tomb JOIN batch USING (epoch) {own}", *part)  # noqa: S608  # ours
        instants |= {at for _, at in found}
        left = {cohort_of(kid) for kid in set(part).difference(number for number, _ in found)}
        whole = "SELECT effaced_at FROM tomb JOIN batch USING (epoch) WHERE whole = 1 AND number = ?"
        instants |= {at for cohort in left for (at,) in store.rows(whole, cohort)}
    return {datetime.fromisoformat(at) for at in instants if at}


_TOMB = """FROM tomb JOIN batch USING (epoch)
           WHERE (whole = 0 AND number = ?) OR (whole = 1 AND number = ?) ORDER BY epoch LIMIT 1"""

_TOMB_OF = """FROM tomb JOIN intent ON intent.no = tomb.intent
              WHERE (whole = 0 AND number = ?) OR (whole = 1 AND number = ?) ORDER BY epoch LIMIT 1"""


def _refuse_moved(told: Told) -> None:
    """Certify no move: the values live on under other keys, whatever a restored database says of them today."""
    if told.reason == DestroyReason.MOVED:
        raise _no_evidence("these values were set aside, so what is destroyed is one of their copies alone")


def _batch(store: Store, kid: int) -> int:
    batch = store.number(f"SELECT batch.no {_TOMB}", kid, cohort_of(kid))
    if batch is None:
        raise _no_evidence(f"key {kid} was not destroyed")
    return batch


def _claims(turn: Turn) -> Claims:
    pending = any(group.pending for group in turn.groups)
    return Claims(live_effaced_at=turn.at, all_mirrors_at=None if pending else turn.at)


def _waiting() -> StillWaiting:
    return StillWaiting(
        "the destruction is accepted and not yet complete: a copy is away that may hold an older root",
        hint="bring the missing mirror back; it is carried out then, and only then called destroyed",
    )


def _no_evidence(why: str) -> EvidenceMissing:
    return EvidenceMissing(why, hint="ask with the request that destroyed the values, for one record class at a time")
