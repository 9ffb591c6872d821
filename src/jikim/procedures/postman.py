"""The postman: writes the letters that are due and hands them to the mail server, each in six steps.

    p0  take the letter, so that nobody else sends it too
    p1  drop it when its record has been set aside or destroyed
    p2  ask the gate
    p3  open the address, have a link made, write the letter
    p4  send it
    p5  write down how it went; a refusal of the gate goes to the journal in the same commit

A crash between p4 and p5 sends it again, under the same Message-ID. The address stands in no row, log or error; its key
is destroyed by `procedures.letters`. Source: Privacy Policy, "Purpose" and "Consignment"; PIPA art. 26(5).
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from django.db import DatabaseError, close_old_connections, transaction

from jikim import environment, sealing
from jikim.actions import journal, stored
from jikim.clock import policy_today, wall_now
from jikim.domain.delivery import Letter, MailState, next_try
from jikim.domain.destruction import LIVE
from jikim.domain.errors import JikimError
from jikim.domain.processor import scope_of
from jikim.domain.storage_only import StorageOnly, Verb
from jikim.domain.terms import RecordState
from jikim.domain.vocabulary import Language, SystemWork
from jikim.environment import MailServer
from jikim.outbox import gate, letters, mail
from jikim.outbox.gate import NotRegistered
from jikim.outbox.letters import Written
from jikim.outbox.mail import Mail, NotAllowed, TryLater, Undeliverable
from jikim.queries import policies
from jikim.queries.mail import NO_SERVER
from jikim.sealing.errors import GrantRefused, TooManyOpens, UnknownFormat
from jikim.sealing.keyring import Binding, KeyDestroyed, KeyringUnavailable, KeyUnknown, Sealed, WrongBinding
from jikim.sealing.tree.errors import KeyRetired
from jikim.store.live.models import Inquiry, OutgoingMail

log = logging.getLogger(__name__)

SECONDS = 5  # between rounds
A_ROUND = 50  # letters
TAKEN_FOR = timedelta(minutes=10)  # longer than any talk with a server; after it whoever took a letter counts as gone
ENDED = (RecordState.SET_ASIDE, RecordState.DESTROYED)
PATH = "/my/by-mail/"


class RecordEnded(JikimError):
    """The record of a letter is no longer here to be read; nobody is written to."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went with a letter. trouble: why, as a code; fact: what the journal is told."""

    state: MailState
    trouble: str = ""
    fact: Mapping[str, object] | None = None


_GONE, _UNREADABLE = Outcome(MailState.DROPPED), Outcome(MailState.UNDELIVERABLE, "key")
FAILURES: Mapping[type[Exception], Outcome] = {
    NotAllowed: Outcome(MailState.REFUSED, "not-allowed"),
    RecordEnded: _GONE,
    StorageOnly: _GONE,
    KeyDestroyed: _GONE,
    KeyRetired: _GONE,
    KeyUnknown: _UNREADABLE,
    WrongBinding: _UNREADABLE,
    UnknownFormat: _UNREADABLE,
    GrantRefused: _UNREADABLE,
}


def run(stop: Event, *, every: float = SECONDS) -> None:
    """Work until told to stop; a round that fails as a whole is tried again at the next.

    every: seconds between rounds
    """
    while not stop.is_set():
        close_old_connections()
        try:
            done = once(environment.mail_server())
            if done:
                log.info("letters: %s", ", ".join(f"{count} {state}" for state, count in sorted(done.items())))
        except (JikimError, DatabaseError) as error:
            log.error("this round stopped: %s", type(error).__name__)  # noqa: TRY400 - a traceback could show a row
        except Exception as error:
            log.exception("this round stopped: %s", type(error).__name__)  # its way is told, never its words
        close_old_connections()
        stop.wait(every)


def once(server: MailServer | None) -> Counter[MailState]:
    """Carry the letters that are due, and return how many came to stand where.

    server: None while none is named; letters wait then, and say why
    raises: KeyringUnavailable, TooManyOpens; the letters left wait as they were
    """
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING)
    if server is None:
        waiting.exclude(trouble=NO_SERVER).update(trouble=NO_SERVER)
        return Counter()
    due = list(waiting.filter(due_at__lte=wall_now()).order_by("due_at", "id")[:A_ROUND])
    return Counter(_carried(row, server) for row in due if _take(row))


def _take(row: OutgoingMail) -> bool:
    """p0: take a letter; False when somebody else did."""
    mine = OutgoingMail.objects.filter(id=row.id, state=MailState.WAITING, due_at=row.due_at)
    return mine.update(due_at=wall_now() + TAKEN_FOR) == 1


def _carried(row: OutgoingMail, server: MailServer) -> MailState:
    try:
        return _written_down(row, _outcome(row, server))
    except (KeyringUnavailable, TooManyOpens):  # not this letter's fault: it waits as it did
        OutgoingMail.objects.filter(id=row.id, state=MailState.WAITING).update(due_at=row.due_at)
        raise


def _outcome(row: OutgoingMail, server: MailServer) -> Outcome:
    try:
        _send(row, server)
    except NotRegistered as refusal:
        return Outcome(MailState.REFUSED, "not-registered", refusal.fact)
    except Undeliverable as end:
        return Outcome(MailState.UNDELIVERABLE, end.code)
    except TryLater as trouble:
        return Outcome(MailState.WAITING, trouble.code)
    except (KeyringUnavailable, TooManyOpens, DatabaseError):
        raise
    except Exception as error:
        found = next((outcome for kind, outcome in FAILURES.items() if isinstance(error, kind)), None)
        if found is None or found.trouble == "key":
            log.exception(
                "letter %s was not sent: %s", row.id, type(error).__name__
            )  # never its words; the others go on
        return found or Outcome(MailState.WAITING, "failed")
    return Outcome(MailState.SENT)


def _send(row: OutgoingMail, server: MailServer) -> None:
    """p1 to p4. What is opened is known here and in the talk with the server, and nowhere else."""
    record = Inquiry.objects.filter(id=row.record_id).exclude(state__in=ENDED).first()
    if record is None:
        raise RecordEnded(f"record {row.record_id} has ended", hint="nothing to do: the letter is dropped")
    stored.permit(Verb.SHARE, record.id, items=[row.item])
    published = policies.in_force()
    scope = scope_of(published.policy) if published else None
    passed = gate.let_out(scope, server.receiver, SystemWork.MAIL, [row.item], on=policy_today())
    company = published.policy.controller.name.say(row.language) if published else ""
    there = Binding("mail", row.record_id, row.id, row.item, "value")
    address = sealing.current().open_sealed(there, Sealed(row.kid or 0, bytes(row.envelope))).decode()
    mail.send(passed, Mail(row.id, row.item, address, company, _letter(row, record, company)), server)


def _letter(row: OutgoingMail, record: Inquiry, company: str) -> Written:
    proof = sealing.current().link(record.id, Sealed(record.gate_kid, bytes(record.gate_envelope)))
    base, spoken = environment.base_url(), f"?lang={row.language}"
    return letters.write(
        Letter(row.letter), Language(row.language), company=company,
        link=f"{base}{PATH}{spoken}#{proof}", page=f"{base}/my/{spoken}",
    )  # fmt: skip


def _written_down(row: OutgoingMail, outcome: Outcome) -> MailState:
    """p5: a letter that is tried again has its next time, and one that was tried for long enough has none."""
    tries, again = row.tries + 1, None
    if outcome.state is MailState.WAITING:
        again = next_try(tries, wall_now())
    state = MailState.GIVEN_UP if outcome.state is MailState.WAITING and again is None else outcome.state
    with transaction.atomic(LIVE):
        OutgoingMail.objects.filter(id=row.id, state=MailState.WAITING).update(
            state=state, tries=tries, trouble=outcome.trouble, due_at=again or wall_now(),
            ended_on=None if again else policy_today(),
        )  # fmt: skip
        if outcome.fact:
            journal.record(LIVE, gate.LEAF, outcome.fact)
    return state
