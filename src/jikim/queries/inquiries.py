"""Inquiries as states and days: by receipt code, in the inbox, one life. Never what a person wrote."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jikim import sealing
from jikim.clock import policy_today
from jikim.domain.errors import Misused
from jikim.domain.policy import Policy
from jikim.domain.separation import achieved_on, may_be_kept, needs_start_event
from jikim.domain.terms import RecordState
from jikim.queries.facts import facts_of
from jikim.queries.life import Life, life_of
from jikim.queries.policies import governing, later_than
from jikim.sealing.codes import normalise, receipt_digest
from jikim.store.direct import rows_of
from jikim.store.live.models import Inquiry, Intent, ItemValue, Message, Quarantine

OPEN = (RecordState.RECEIVED, RecordState.ANSWERED)
LIVING = (*OPEN, RecordState.RESOLVED)


@dataclass(frozen=True, slots=True)
class InquiryStatus:
    """Where one inquiry stands."""

    record_id: UUID
    collection: str
    state: RecordState
    language: str
    policy_number: int
    received_on: date
    answered_on: date | None
    resolved_on: date | None
    achieved_on: date | None  # the day the purpose ends, also when it is still to come
    set_aside_on: date | None
    destroyed_on: date | None
    record_class: str
    start_event_on: date | None
    can_reopen: bool
    awaits_class: bool  # it is over, and a law may keep some of it: that waits until somebody gives it a class
    has_values: bool  # whether there is still something live to read
    waits: bool  # a destruction has begun and waits for a copy of the keys that is away

    def is_over(self, on: date) -> bool:
        """Say whether no word can join it any more: set aside, destroyed, or its purpose ended before that day."""
        return self.state not in LIVING or (self.achieved_on is not None and self.achieved_on < on)


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One line of the inbox: nothing in it says who wrote or what."""

    record_id: UUID
    collection: str
    state: RecordState
    language: str
    received_at: datetime
    last_word_on: date
    record_class: str
    messages: int
    attachments: int
    in_quarantine: bool


@dataclass(frozen=True, slots=True)
class ClassChoice:
    """A class a handler may give, and whether the law wants the day its period starts."""

    name: str
    needs_start_event: bool
    rules: tuple[str, ...]


def has_message(message_id: UUID) -> bool:
    """Say whether a message was stored."""
    return Message.objects.filter(id=message_id).exists()


def by_receipt(code: str) -> InquiryStatus | None:
    """Return the inquiry a receipt code belongs to, however it was typed; None when there is none."""
    digest = receipt_digest(code) if normalise(code) else ""
    if not rows_of("live", "SELECT 1 FROM live_inquiry WHERE receipt_hash = %s", digest):  # every new form asks
        return None
    row = Inquiry.objects.filter(receipt_hash=digest).first()
    return _status(row) if row else None


def status(record_id: UUID) -> InquiryStatus | None:
    row = Inquiry.objects.filter(id=record_id).first()
    return _status(row) if row else None


def inbox(*states: str) -> tuple[InboxRow, ...]:
    """Return the inquiries in these states, the longest waiting first; the open ones when no state is named."""
    rows = list(Inquiry.objects.filter(state__in=states or OPEN).order_by("received_at"))
    ids = [row.id for row in rows]
    words = Counter(Message.objects.filter(record_id__in=ids).values_list("record_id", flat=True))
    names = ItemValue.objects.filter(record_id__in=ids, facet="name")
    files = Counter(names.values_list("record_id", flat=True))
    stuck = set(Quarantine.objects.filter(record_id__in=ids).values_list("record_id", flat=True))
    return tuple(
        InboxRow(
            row.id,
            row.collection,
            RecordState(row.state),
            row.language,
            row.received_at,
            row.last_word_on,
            row.record_class,
            words[row.id],
            files[row.id],
            row.id in stuck,
        )
        for row in rows
    )


def life(record_id: UUID) -> Life:
    """Return the life line of an inquiry; raises Misused when there is no such record."""
    row = Inquiry.objects.filter(id=record_id).first()
    if row is None:
        raise Misused(f"there is no record {record_id}", hint="take the id from the inbox or a certificate")
    return life_of(row)


def checkpoint() -> str:
    """Return how the journal stands, signed, for whoever wants to hold it against what is shown later."""
    return sealing.current().checkpoint()


def classes(record_id: UUID) -> tuple[ClassChoice, ...]:
    """Return the classes a handler may give to a record, in the order of the policy it was received under."""
    row = Inquiry.objects.filter(id=record_id).first()
    if row is None:
        return ()
    policy = governing(row.policy_number).policy
    return tuple(
        ClassChoice(
            kind.name,
            needs_start_event(kind.name, policy),
            tuple(rule.name for rule in policy.retention.rules_for(kind.name)),
        )
        for kind in policy.record_classes
    )


def _may_be_kept(row: Inquiry, policy: Policy, later: tuple[Policy, ...]) -> bool:
    items = set(ItemValue.objects.filter(record_id=row.id).values_list("item", flat=True))
    return any(may_be_kept(item, policy, later) for item in items)


def _status(row: Inquiry) -> InquiryStatus:
    policy, later = governing(row.policy_number).policy, later_than(row.policy_number)
    achieved = row.achieved_on or achieved_on(facts_of(row), policy, later)
    passed = achieved is not None and achieved < policy_today()
    return InquiryStatus(
        record_id=row.id,
        collection=row.collection,
        state=RecordState(row.state),
        language=row.language,
        policy_number=row.policy_number,
        received_on=row.received_on,
        answered_on=row.answered_on,
        resolved_on=row.resolved_on,
        achieved_on=achieved,
        set_aside_on=row.set_aside_on,
        destroyed_on=row.destroyed_on,
        record_class=row.record_class,
        start_event_on=row.start_event_on,
        can_reopen=row.state == RecordState.RESOLVED and not passed,
        awaits_class=passed and not row.record_class and _may_be_kept(row, policy, later),
        has_values=ItemValue.objects.filter(record_id=row.id).exists(),
        waits=any("waiting_since" in intent.body for intent in Intent.objects.filter(record_id=row.id)),
    )
