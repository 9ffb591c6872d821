"""The verbs of an inquiry: submit, open, reply, resolve, reopen. Each is one transaction with its entry inside.

Source: Privacy Policy, "Items collected", "Purpose", "Retention and use period"; PIPA arts. 15, 16, 21, 22.
"""

from datetime import date
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction

from jikim.actions import handling, journal, mail, values
from jikim.actions.conversation import OpenedInquiry, opened, opened_file
from jikim.actions.handling import freeze_holidays, held_for_its_class, held_still
from jikim.actions.submission import Accepted, AlreadySent, Receipt, Submission, accept
from jikim.actions.values import VALUE, PlainValue
from jikim.clock import policy_now, policy_today
from jikim.domain.consent import ConsentState, needed
from jikim.domain.delivery import Letter
from jikim.domain.errors import Misused, Refused
from jikim.domain.intake import most_chars
from jikim.domain.period import last_day
from jikim.domain.policy import Policy
from jikim.domain.separation import needs_start_event
from jikim.domain.storage_only import AlreadyLeft
from jikim.domain.terms import ItemKind, RecordState, Why
from jikim.queries.beginning import beginning
from jikim.sealing.codes import receipt_code, receipt_digest
from jikim.sealing.index_page import MAILBOX
from jikim.sealing.keyd.values import Founded
from jikim.store.direct import in_one_go, insert, insert_unless_there, writing
from jikim.store.live.models import Consent, Inquiry, ItemValue, Message, OutgoingMail, ServedNotice, WaitingMailbox

__all__ = [
    "AlreadyLeft",
    "AlreadySent",
    "ClassNeeded",
    "OpenedInquiry",
    "Receipt",
    "StartEventNeeded",
    "StartEventOver",
    "Submission",
    "open_file",
    "open_record",
    "reopen",
    "reply",
    "resolve",
    "submit",
]

PERSON, HANDLER = "person", "handler"


class ClassNeeded(Refused):
    """The class is none that the record's policy names; nothing changed."""


class StartEventNeeded(Refused):
    """The law keeps this class from an event whose day was not given, or lies in the future; nothing changed."""


class StartEventOver(StartEventNeeded):
    """Every period of the class is over already, counted from that day: a slip of the year, or nothing to keep."""


def submit(submission: Submission) -> Receipt:
    """Take an inquiry in: every value sealed, then record, consents, values and the served notice in one commit.

    returns: the receipt, only after the commit
    raises:  what `submission.accept` raises, AlreadySent, what the keyring raises; nothing was stored
    """
    accepted = accept(submission)
    message_id, code = uuid4(), submission.code or receipt_code()
    digest, today = receipt_digest(code), policy_today()
    letter = mail.first_address(accepted.published.policy, accepted.collection.name, accepted.values)
    founded, rows = values.found(digest, message_id, accepted.values, collected_on=today, letter=letter)
    try:
        inquiry = _inquiry(accepted, founded, digest, today)
        begun = beginning(inquiry, rows, accepted.standing)
        inquiry.next_due_on = begun.next_due_on
        receipt = mail.first_letter(inquiry, letter, founded.letter)
        with writing("live"):
            _keep(accepted, inquiry, message_id, rows, receipt)
    except BaseException as error:
        values.forget(rows)
        if isinstance(error, IntegrityError) and (sent := Inquiry.objects.filter(receipt_hash=digest).first()):
            raise AlreadySent(sent.id) from error
        raise
    return Receipt(founded.record_id, code, begun, founded.checkpoint)


def open_record(record_id: UUID, *, session_id: UUID) -> OpenedInquiry:
    """Open one record for a handler; the access is committed before the first value is.

    raises: NotAtTheDesk, Misused, what the keyring raises; nothing was shown
    """
    _note(record_id, session_id, "open")
    return opened(record_id)


def open_file(record_id: UUID, value_id: UUID, *, session_id: UUID) -> bytes:
    """Open the bytes of one attached file for a handler; raises as `open_record` does."""
    _note(record_id, session_id, "file")
    return opened_file(record_id, value_id)


def reply(record_id: UUID, words: str, *, session_id: UUID) -> None:
    """Answer an inquiry; the words are sealed like the person's own. After "resolved" they start the quiet days again.

    raises: NotAtTheDesk, AlreadyLeft, Misused (empty or too long); nothing was stored
    """
    message_id, today = uuid4(), policy_today()
    rows: list[ItemValue] = []
    try:
        with held_still(record_id) as row:
            handling.note_access(record_id, session_id, "reply")
            value = PlainValue(_speaking_item(row, words), VALUE, 0, words.strip().encode())
            rows = values.seal(record_id, message_id, [value], collected_on=today)
            Message.objects.create(id=message_id, record_id=record_id, author=HANDLER, sent_at=policy_now())
            ItemValue.objects.bulk_create(rows)
            _answered(row, today)
            journal.record("live", "answer", {"on": today.isoformat(), "count": 1})
            mail.queue(row, Letter.ANSWER)
    except BaseException:
        values.forget(rows)
        raise


def resolve(record_id: UUID, *, record_class: str, start_event_on: date | None, session_id: UUID) -> None:
    """Close an inquiry under a class; until its purpose is achieved the class may still be corrected the same way.

    One that is over and waits for its class gets it so, once, and stays over: its days run from its own end.

    start_event_on: the day the class's period starts; needed where a law keeps it
    raises: NotAtTheDesk, ClassNeeded, StartEventNeeded, AlreadyLeft; nothing changed
    source: Privacy Policy, "Retention and use period"; the holidays known today are frozen into the record
    """
    with held_for_its_class(record_id) as row:
        handling.note_access(record_id, session_id, "resolve")
        policy, today, is_over = handling.policy_of(row), policy_today(), handling.is_over(row)
        was_open = row.resolved_on is None and not is_over
        if record_class not in {kind.name for kind in policy.record_classes}:
            raise ClassNeeded(f"the policy of record {record_id} has no such class", hint="choose one that it names")
        _refuse_start(policy, record_class, start_event_on, today)
        if not is_over:
            row.state, row.resolved_on = RecordState.RESOLVED, row.resolved_on or today
        row.record_class, row.start_event_on = record_class, start_event_on
        freeze_holidays(row)
        row.save()
        journal.record("live", "resolve", {"on": today.isoformat(), "record_class": record_class})
        if was_open:
            mail.take_back(row, Letter.REOPENED)
            mail.queue(row, Letter.RESOLVED)


def reopen(record_id: UUID, *, session_id: UUID) -> None:
    """Take "resolved" back while the quiet days run: the clock, the class and its start day are cancelled.

    raises: NotAtTheDesk, AlreadyLeft, Misused (it was not resolved); nothing changed
    """
    with held_still(record_id) as row:
        handling.note_access(record_id, session_id, "reopen")
        if row.state != RecordState.RESOLVED:
            raise Misused(f"record {record_id} is not resolved", hint="there is nothing to reopen")
        row.state = RecordState.ANSWERED if row.answered_on else RecordState.RECEIVED
        row.resolved_on, row.start_event_on, row.record_class, row.calendar = None, None, "", []
        row.last_word_on = max(row.last_word_on, policy_today())
        row.save()
        journal.record("live", "reopen", {"on": policy_today().isoformat()})
        mail.take_back(row, Letter.CLOSED)
        if not mail.take_back(row, Letter.RESOLVED):  # nobody was told that it was over
            mail.queue(row, Letter.REOPENED)


def _inquiry(accepted: Accepted, founded: Founded, receipt_hash: str, today: date) -> Inquiry:
    return Inquiry(
        id=founded.record_id, collection=accepted.collection.name, state=RecordState.RECEIVED,
        language=accepted.submission.language, policy_number=accepted.published.number, receipt_hash=receipt_hash,
        received_at=policy_now(), received_on=today, last_word_on=today,
        gate_kid=founded.gate.kid, gate_envelope=founded.gate.envelope,
    )  # fmt: skip


def _keep(
    accepted: Accepted, row: Inquiry, message_id: UUID, rows: list[ItemValue], letter: OutgoingMail | None
) -> None:
    """Write all of a new record, table by table."""
    if not accepted.standing.keeps:
        _keep_notice(accepted)
    given = {"record_id": row.id, "policy_number": row.policy_number, "given_at": row.received_at}
    beside = {"state": ConsentState.GIVEN, "method": accepted.collection.method}
    words = {"notice_sha256": accepted.submission.notice_sha256}
    asked, agreed = needed(accepted.published.policy, accepted.collection), accepted.submission.consents
    consents = [Consent(purpose=name, **given, **beside, **words) for name in asked if name in agreed]
    message = Message(id=message_id, record_id=row.id, author=PERSON, sent_at=row.received_at)
    taken = {"on": row.received_on.isoformat(), "collection": row.collection, "policy_number": row.policy_number}
    with in_one_go("live"):
        for of_one_table in ([row], [message], rows, consents, [letter] if letter else [], _for_index(rows)):
            insert(of_one_table)
        journal.record("live", "intake", {**taken, "values": len(rows)})


def _for_index(rows: list[ItemValue]) -> list[WaitingMailbox]:
    """Have the worker let the mailbox lead to this record, once it is committed."""
    return [WaitingMailbox(kid=row.kid) for row in rows if row.item == MAILBOX and row.facet == VALUE]


def _keep_notice(accepted: Accepted) -> None:
    """Keep the exact words once; every consent given beside them names them by digest."""
    sent, number, collection = accepted.submission, accepted.published.number, accepted.collection.name
    words = {"version_id": number, "collection": collection, "language": sent.language, "text": accepted.notice_text}
    if insert_unless_there(ServedNotice(sha256=sent.notice_sha256, **words)):
        served = {"sha256": sent.notice_sha256, "policy_number": number, "collection": collection}
        journal.record("live", "notice", {**served, "language": sent.language})


def _note(record_id: UUID, session_id: UUID, task: str) -> None:
    with transaction.atomic("live"):
        handling.note_access(record_id, session_id, task)
        journal.record("live", "open", {"on": policy_today().isoformat(), "count": 1})


def _speaking_item(row: Inquiry, words: str) -> str:
    """Return the item an answer is a value of: the collection's long text. Raises Misused when the words do not fit."""
    policy = handling.policy_of(row)
    asked = (policy.item(name) for name in policy.collection(row.collection).asked)
    item = next((item for item in asked if item.kind == ItemKind.LONGTEXT), None)
    if item is None:
        raise Misused(f"collection {row.collection} has no item for words", hint="add a longtext item to the policy")
    if not 0 < len(words.strip()) <= most_chars(item):
        raise Misused("the answer is empty or too long", hint=f"write between 1 and {most_chars(item)} characters")
    return item.name


def _answered(row: Inquiry, today: date) -> None:
    row.answered_on, row.last_word_on = row.answered_on or today, max(row.last_word_on, today)  # clocks may step back
    if row.state == RecordState.RECEIVED:
        row.state = RecordState.ANSWERED
    if row.state == RecordState.RESOLVED:
        freeze_holidays(row)
    row.save()


def _refuse_start(policy: Policy, record_class: str, start_event_on: date | None, today: date) -> None:
    if start_event_on is None and needs_start_event(record_class, policy):
        raise StartEventNeeded(f"the law keeps {record_class} from an event", hint="give the day of that event")
    if start_event_on is not None and start_event_on > today:
        raise StartEventNeeded(f"{start_event_on} has not come yet", hint="resolve on or after the day of the event")
    laws = [rule for rule in policy.retention.rules_for(record_class) if rule.why == Why.LAW]
    if start_event_on is not None and laws and all(last_day(start_event_on, rule.period) < today for rule in laws):
        raise StartEventOver(
            f"every period that {record_class} has from {start_event_on} is over already",
            hint="look at the day again; if nothing is left to keep, choose a class that no law keeps",
        )
