"""What a person does who comes back to their own inquiry: read it, write more, close it, say whether it was answered.

Whose it is, the keyring decides: it holds the receipt code against the record's gate, or a link against its own mark.
Source: Privacy Policy, "Purpose", "Rights"; PIPA arts. 4, 35. Each verb is one transaction with its entry inside.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError

from jikim import sealing
from jikim.actions import journal, mail, values
from jikim.actions.conversation import OpenedInquiry, opened, opened_file
from jikim.actions.handling import freeze_holidays, held_still, no_record, policy_of
from jikim.actions.inquiries import PERSON
from jikim.actions.submission import AlreadySent, as_values, refuse_resident_numbers
from jikim.actions.values import PlainValue
from jikim.clock import policy_now, policy_today
from jikim.domain import intake
from jikim.domain.consent import refusable
from jikim.domain.delivery import Letter
from jikim.domain.inquiry import Collection, Item
from jikim.domain.intake import SubmissionRefused, UploadedFile
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind, RecordState
from jikim.sealing.codes import normalise, receipt_digest
from jikim.sealing.errors import GrantRefused
from jikim.sealing.keyring import Sealed
from jikim.store.live.models import Inquiry, ItemValue, Message


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whose record this is, as a receipt code or a link showed. Neither shows in a repr."""

    record_id: UUID
    code: str = field(default="", repr=False)
    grant: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Addition:
    """More words and files for one's own inquiry. message_id: drawn from its form, so that it is taken once."""

    message_id: UUID
    values: Mapping[str, str] = field(repr=False)
    files: tuple[UploadedFile, ...] = ()


def by_code(code: str) -> Person | None:
    """Return whose receipt code this is; None when it is nobody's."""
    row = Inquiry.objects.filter(receipt_hash=receipt_digest(code)).first() if normalise(code) else None
    return Person(row.id, code=code) if row else None


def by_link(token: str) -> tuple[Person, ...]:
    """Return a person's inquiries, the newest first, by the link that came to their mailbox; raises GrantRefused."""
    grant = sealing.current().grant_by_link(token)
    return by_grant(grant)


def by_grant(grant: str) -> tuple[Person, ...]:
    """Return what a grant is still good for, the newest first; raises GrantRefused."""
    rows = Inquiry.objects.filter(id__in=sealing.current().granted(grant)).order_by("-received_at", "id")
    return tuple(Person(row.id, grant=grant) for row in rows)


def read(person: Person) -> OpenedInquiry:
    """Open the conversation; raises GrantRefused and what the keyring raises."""
    return opened(person.record_id, grant=_grant(person))


def read_file(person: Person, value_id: UUID) -> bytes:
    """Open one attached file; raises Misused when the record has none by that id."""
    return opened_file(person.record_id, value_id, grant=_grant(person))


def asked_for_more(policy: Policy, collection: Collection) -> Collection:
    """Return a collection as it asks for more: the words anew, and files where it takes them. Nothing else again.

    What is only for a purpose that may have been refused is not asked for: no consent stands beside this form.
    """
    words, files = (_of_kind(policy, collection, kind) for kind in (ItemKind.LONGTEXT, ItemKind.FILES))
    return replace(collection, required=tuple(item.name for item in words[:1]), optional=tuple(i.name for i in files))


def write_more(person: Person, more: Addition) -> None:
    """Add words and files to one's own inquiry; it waits for an answer again, and what was to end it is cancelled.

    raises: SubmissionRefused, HoldsResidentNumber, AlreadyLeft, AlreadySent, GrantRefused and what the keyring raises;
            nothing was stored
    """
    row = Inquiry.objects.filter(id=person.record_id).first()
    if row is None:
        raise no_record(person.record_id)
    plain, today = _accepted(row, more), policy_today()
    with held_still(person.record_id):  # before anything is sealed: most refusals come from here
        pass
    rows = values.seal(row.id, more.message_id, plain, collected_on=today, grant=_grant(person))
    try:
        with held_still(person.record_id) as held:
            Message.objects.create(id=more.message_id, record_id=held.id, author=PERSON, sent_at=policy_now())
            ItemValue.objects.bulk_create(rows)
            _waits_again(held, today)
            taken = {"collection": held.collection, "policy_number": held.policy_number, "values": len(rows)}
            journal.record("live", "intake", {"on": today.isoformat(), **taken})
    except BaseException as error:
        values.forget(rows)
        if isinstance(error, IntegrityError) and Message.objects.filter(id=more.message_id).exists():
            raise AlreadySent(person.record_id) from error
        raise


def close_own(person: Person) -> None:
    """Close one's own inquiry: the quiet days begin. Which kind of record it is, a handler still has to say.

    A letter tells the mailbox: whoever has the code or a link can close it, and that begins its destruction.

    raises: AlreadyLeft, GrantRefused; nothing changed. Closing what is closed changes nothing.
    """
    with held_still(person.record_id) as row:
        grant = _proved(person)
        if row.state == RecordState.RESOLVED:
            return
        today = policy_today()
        row.state, row.resolved_on = RecordState.RESOLVED, today
        freeze_holidays(row)
        row.save()
        journal.record("live", "resolve", {"on": today.isoformat(), "record_class": ""})
        mail.take_back(row, Letter.REOPENED)
        mail.queue(row, Letter.CLOSED, grant=grant)


def was_answered(person: Person, *, answered: bool) -> None:
    """Say whether the answer was one. If so the inquiry closes; if not it waits for another, its clock cancelled.

    raises: AlreadyLeft, GrantRefused; nothing changed
    """
    if answered:
        close_own(person)
        return
    with held_still(person.record_id) as row:
        _proved(person)
        if row.state == RecordState.RECEIVED:
            return
        today = policy_today()
        _waits_again(row, today)
        journal.record("live", "reopen", {"on": today.isoformat()})


def _waits_again(row: Inquiry, today: date) -> None:
    row.state, row.last_word_on = RecordState.RECEIVED, max(row.last_word_on, today)  # clocks may step back
    row.resolved_on, row.start_event_on, row.record_class, row.calendar = None, None, "", []
    row.save()
    for end in (Letter.RESOLVED, Letter.CLOSED):
        mail.take_back(row, end)


def _accepted(row: Inquiry, more: Addition) -> tuple[PlainValue, ...]:
    policy = policy_of(row)
    asked = asked_for_more(policy, policy.collection(row.collection))
    words = intake.tidy(more.values)
    if faults := intake.problems(policy, asked, words, more.files):
        raise SubmissionRefused(faults)
    refuse_resident_numbers(words, more.files)
    return tuple(as_values(policy, asked, words, more.files))


def _of_kind(policy: Policy, collection: Collection, kind: ItemKind) -> list[Item]:
    free = refusable(policy, collection)
    stands = {item for name in collection.purposes if name not in free for item in policy.purpose(name).items}
    return [item for item in map(policy.item, collection.asked) if item.kind == kind and item.name in stands]


def _proved(person: Person) -> str:
    """Return the grant, confirmed by the keyring also where nothing is opened; raises GrantRefused."""
    grant = _grant(person)
    if person.record_id not in sealing.current().granted(grant):
        raise GrantRefused("the grant is for another record", hint="enter the receipt code again, or open a new link")
    return grant


def _grant(person: Person) -> str:
    if person.grant:
        return person.grant
    row = Inquiry.objects.get(id=person.record_id)
    gate = Sealed(row.gate_kid, bytes(row.gate_envelope))
    return sealing.current().grant(row.id, gate, receipt_digest(person.code))
