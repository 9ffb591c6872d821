"""Access records of the desk: who, when, from where, whose record, which task. Written before it is done.

The address is sealed, once for each session, address and day. Whoever serves a page says where it was asked from.

Source: Safety Measures Standard arts. 2(3), 8(1).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from threading import Lock
from uuid import UUID, uuid4

from jikim import sealing
from jikim.clock import policy_now, policy_today
from jikim.queries.access import place_binding
from jikim.queries.desk import DeskSession
from jikim.sealing.keyring import KeyringUnavailable, SealRequest
from jikim.store.live.models import AccessPlace, AccessRecord

MOST_KNOWN = 1_000  # places remembered by a process; a forgotten one is only sealed again

_address: ContextVar[str] = ContextVar("address", default="")
Visit = tuple[UUID, str, date]


class _Places:
    """The places of this process's sessions, so that an address is sealed once and not with every access."""

    def __init__(self) -> None:
        self._lock, self._known = Lock(), dict[Visit, UUID]()

    def get(self, visit: Visit) -> UUID | None:
        with self._lock:
            return self._known.get(visit)

    def keep(self, visit: Visit, place_id: UUID) -> None:
        with self._lock:
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[visit] = place_id


places = _Places()


@contextmanager
def coming_from(address: str) -> Iterator[None]:
    """Say where what is asked meanwhile comes from. It is kept nowhere but under seal."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def note(person: DeskSession, record_id: UUID, task: str) -> None:
    """Write down that somebody does a task with a record; raises what the keyring raises, and nothing was written."""
    _write(person.account_id, person.id, record_id, task, _place_of(person.id))


def note_door(account_id: UUID, session_id: UUID, task: str) -> None:
    """Write down that somebody came in or left: without the address while the keyring is away, for nothing is read.

    task: sign-in | sign-out
    """
    try:
        place_id = _place_of(session_id)
    except KeyringUnavailable:
        place_id = None
    _write(account_id, session_id, None, task, place_id)


def _write(account_id: UUID, session_id: UUID, record_id: UUID | None, task: str, place_id: UUID | None) -> None:
    AccessRecord.objects.create(
        account_id=account_id,
        session_id=session_id,
        record_id=record_id,
        task=task,
        at=policy_now(),
        place_id=place_id,
    )


def _place_of(session_id: UUID) -> UUID | None:
    """Return where this is asked from, sealed; None where no page was asked for."""
    address = _address.get()
    if not address:
        return None
    visit = session_id, address, policy_today()
    known = places.get(visit)
    if known and AccessPlace.objects.filter(id=known).exists():  # where it was written, the commit may have failed
        return known
    row = AccessPlace(id=uuid4(), session_id=session_id, on=policy_today())
    (sealed,) = sealing.current().seal([SealRequest(place_binding(row.id), address.encode())])
    row.kid, row.envelope = sealed.kid, sealed.envelope
    row.save(force_insert=True)
    places.keep(visit, row.id)
    return row.id
