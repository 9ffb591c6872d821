"""Taking in what came by mail, telephone or letter: sealed and kept like what came through the form, and said to be so.

Source: Privacy Policy, "Items collected and method"; PIPA arts. 3(1), 15(1), 16, 24-2(1).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from jikim.actions import desk, handling, journal, mail, values
from jikim.actions.inquiries import PERSON
from jikim.actions.submission import (
    AlreadySent,
    NoPolicyInForce,
    Receipt,
    as_values,
    refuse_resident_numbers,
)
from jikim.actions.values import VALUE, PlainValue
from jikim.clock import policy_now, policy_today
from jikim.domain import intake
from jikim.domain.channel import ArrivalRefused, ByHand, Channel, asked_by_hand, check
from jikim.domain.errors import Misused
from jikim.domain.intake import SubmissionRefused, UploadedFile
from jikim.domain.period import SEOUL
from jikim.domain.staff import Task
from jikim.domain.terms import RecordState
from jikim.queries import policies
from jikim.queries.beginning import beginning
from jikim.queries.policies import Published
from jikim.sealing.codes import receipt_digest
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyd.values import Founded
from jikim.store.live.models import Inquiry, IntakeByHand, ItemValue, Message, OutgoingMail, WaitingMailbox

__all__ = ["ArrivalRefused", "Entry", "take_in"]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a handler typed of what somebody wrote or said. code: the receipt code that its form was made for."""

    collection: str
    language: str
    by_hand: ByHand
    values: Mapping[str, str] = field(repr=False)
    code: str = field(repr=False)
    files: tuple[UploadedFile, ...] = ()


def take_in(entry: Entry, *, session_id: UUID) -> Receipt:
    """Found a record with what came by hand; its clocks count from the day it arrived, and no consent is made up.

    A receipt is written by mail only to who wrote by mail: no other address was shown to be that person's.
    returns: the receipt, whose code is for the person
    raises:  NotAtTheDesk, RoleMissing, NoPolicyInForce, Misused, ArrivalRefused, SubmissionRefused,
             HoldsResidentNumber, AlreadySent and what the keyring raises; nothing was stored
    """
    desk.signed_in(session_id, Task.HANDLE)
    standing = policies.standing()
    if standing is None:
        raise NoPolicyInForce("no policy is in force", hint="publish one: jikim policy publish FILE")
    published = standing.published
    plain = _accepted(entry, published)
    digest, message_id = receipt_digest(entry.code), uuid4()
    writes = entry.by_hand.channel == Channel.EMAIL
    letter = mail.first_address(published.policy, entry.collection, plain) if writes else None
    founded, rows = values.found(digest, message_id, plain, collected_on=entry.by_hand.arrived_on, letter=letter)
    try:
        inquiry = _inquiry(entry, published, founded, digest)
        _refuse_what_is_over(inquiry)
        begun = beginning(inquiry, rows, standing)
        inquiry.next_due_on = begun.next_due_on
        receipt = mail.first_letter(inquiry, letter, founded.letter)
        with transaction.atomic("live"):
            _keep(entry, inquiry, message_id, rows, receipt)
            handling.note_access(inquiry.id, session_id, "take-in")
    except BaseException as error:
        values.forget(rows)
        if isinstance(error, IntegrityError) and (sent := Inquiry.objects.filter(receipt_hash=digest).first()):
            raise AlreadySent(sent.id) from error
        raise
    return Receipt(founded.record_id, entry.code, begun, founded.checkpoint)


def _accepted(entry: Entry, published: Published) -> tuple[PlainValue, ...]:
    policy = published.policy
    if entry.language not in policy.languages or entry.collection not in {one.name for one in policy.collections}:
        raise Misused("an entry whose language or collection the policy does not have", hint="load the form again")
    check(entry.by_hand, policy_today())
    asked, words = asked_by_hand(policy, policy.collection(entry.collection)), intake.tidy(entry.values)
    if faults := intake.problems(policy, asked, words, entry.files):
        raise SubmissionRefused(faults)
    refuse_resident_numbers(words, entry.files)
    return tuple(as_values(policy, asked, words, entry.files))


def _inquiry(entry: Entry, published: Published, founded: Founded, receipt_hash: str) -> Inquiry:
    arrived = entry.by_hand.arrived_on
    return Inquiry(
        id=founded.record_id, collection=entry.collection, state=RecordState.RECEIVED, language=entry.language,
        policy_number=published.number, receipt_hash=receipt_hash, received_at=_instant(arrived), received_on=arrived,
        last_word_on=arrived, gate_kid=founded.gate.kid, gate_envelope=founded.gate.envelope,
    )  # fmt: skip


def _instant(arrived: date) -> datetime:
    """Return when it came: now, or the end of an earlier day, for nobody knows the hour."""
    return min(policy_now(), datetime.combine(arrived, time(23, 59), SEOUL))


def _refuse_what_is_over(row: Inquiry) -> None:
    if handling.has_passed(row, policy_today()):
        raise ArrivalRefused(
            f"what arrived on {row.received_on} is over", hint="its purpose has ended: destroy the paper, enter nothing"
        )


def _keep(entry: Entry, row: Inquiry, message_id: UUID, rows: list[ItemValue], letter: OutgoingMail | None) -> None:
    """Write all of a new record, table by table; no consent among them."""
    today, by_hand = policy_today(), entry.by_hand
    row.save(force_insert=True)
    IntakeByHand.objects.create(
        record_id=row.id, channel=by_hand.channel, ground=by_hand.ground, arrived_on=by_hand.arrived_on,
        entered_on=today,
    )  # fmt: skip
    Message.objects.create(id=message_id, record_id=row.id, author=PERSON, sent_at=row.received_at)
    ItemValue.objects.bulk_create(rows)
    if letter:
        letter.save(force_insert=True)
    addresses = [value for value in rows if value.item == MAILBOX and value.facet == VALUE]
    WaitingMailbox.objects.bulk_create(WaitingMailbox(kid=value.kid) for value in addresses)
    taken = {"on": today.isoformat(), "collection": row.collection, "policy_number": row.policy_number}
    journal.record("live", "intake", {**taken, "values": len(rows)})
