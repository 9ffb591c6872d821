"""What people do with one inquiry of the demo company: those who send it and those who work on it, by their actions."""

import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from uuid import UUID

from jikim import clock, environment
from jikim.actions import desk, entry, holds, inquiries, intake_by_hand, returning, staff
from jikim.actions.arrivals import arrived
from jikim.actions.submission import Receipt
from jikim.cli.demo_story import (
    CLASS_AFTER,
    DISPUTE_TAKES,
    RUSH_DISPUTED_AFTER,
    SEEN_TO_AFTER,
    Visit,
    Way,
    fingerprint,
)
from jikim.domain.channel import ByHand, Channel
from jikim.domain.consent import needed
from jikim.domain.errors import Misused
from jikim.domain.hold import HoldReason
from jikim.domain.terms import LegalBasis
from jikim.environment.files import write_whole
from jikim.language import notice
from jikim.queries import holds as standing
from jikim.queries import policies as published
from jikim.queries.desk import WORKING, session
from jikim.queries.inquiries import classes
from jikim.queries.staff import people
from jikim.sealing.codes import receipt_code, token

FORM = "inquiry"
HANDLER = "Demo"  # as colleagues would see the name
FOLLOWED = "demo-visits.json"  # which record each unresolved visit of the story became: numbers and ids only
STRANGERS = "203.0.113.{}"  # whose guesses shut the door, another each year (RFC 5737: nobody's addresses)
HELD = frozenset({"subject", "content", "attachments"})
GUESSES = 5  # from one source

Event = Callable[[], None]


class Desk:
    """The demo company's people, and the records they follow."""

    def __init__(self) -> None:
        self._records = _read_followed()
        self._codes: dict[int, str] = {}  # of whom the story goes on with; a person may lose theirs
        self._session_id = _sign_in()

    @property
    def followed(self) -> tuple[int, ...]:
        """Return the visits that are not at their end."""
        return tuple(self._records)

    def keep(self) -> None:
        """Write down which records are followed."""
        records = {str(number): str(record_id) for number, record_id in self._records.items()}
        kept = json.dumps({"story": fingerprint(), "records": records})
        write_whole(environment.home() / FOLLOWED, kept.encode())

    def course(self, visit: Visit) -> Iterator[tuple[date, Event]]:
        """Yield what happens with a visit, and on which days; afterwards nobody follows it any more."""
        after = visit.resolved_on
        yield visit.day, lambda: self._receive(visit)
        if visit.way is not Way.RUSH:
            yield visit.answered_on, lambda: self._answer(visit)
        if visit.way is Way.CLOSED:
            yield after, lambda: self._close(visit)
            after += SEEN_TO_AFTER
        elif visit.way is Way.NOT_ANSWERED:
            yield after, lambda: self._ask_again(visit)
            after += SEEN_TO_AFTER
            yield after, lambda: self._answer(visit)
        elif visit.way is Way.ABANDONED:
            after = visit.day + CLASS_AFTER
        yield after, lambda: self._resolve(visit)
        if visit.comes_to_dispute:
            after += RUSH_DISPUTED_AFTER if visit.way is Way.RUSH else timedelta()
            yield after, lambda: self._hold(visit)
            after += DISPUTE_TAKES
            yield after, lambda: self._settle(visit)
        yield after, lambda: self._forget(visit)

    def be_guessed_at(self) -> None:
        """Have somebody guess until the door shuts; what the policy in force keeps of that is kept."""
        for _ in range(GUESSES):
            entry.count_wrong(token(), STRANGERS.format(clock.policy_today().year % 100))

    def _receive(self, visit: Visit) -> None:
        receipt = self._called(visit) if visit.way is Way.CALLED else inquiries.submit(_written(visit))
        self._records[visit.number] = receipt.record_id
        if visit.way in (Way.CLOSED, Way.NOT_ANSWERED):
            self._codes[visit.number] = receipt.code

    def _called(self, visit: Visit) -> Receipt:
        by_hand = ByHand(Channel.TELEPHONE, LegalBasis.CONTRACT, visit.day)
        words = {"subject": visit.subject, "content": visit.content}
        call = intake_by_hand.Entry(FORM, visit.language, by_hand, words, receipt_code())
        return intake_by_hand.take_in(call, session_id=self._session_id)

    def _answer(self, visit: Visit) -> None:
        record_id = self._records[visit.number]
        inquiries.open_record(record_id, session_id=self._session_id)
        inquiries.reply(record_id, visit.answer, session_id=self._session_id)

    def _close(self, visit: Visit) -> None:
        """Have the person close it, where this run knows the code."""
        if person := self._person(visit):
            returning.close_own(person)

    def _ask_again(self, visit: Visit) -> None:
        """Have the handler resolve it, and the person say that nothing is."""
        self._resolve(visit)
        if person := self._person(visit):
            returning.was_answered(person, answered=False)

    def _person(self, visit: Visit) -> returning.Person | None:
        return returning.by_code(self._codes.pop(visit.number, ""))

    def _hold(self, visit: Visit) -> None:
        """Hold what is left of a record that is in dispute."""
        record_id, review_on = self._records[visit.number], clock.policy_today() + DISPUTE_TAKES
        if standing.living(record_id, HELD):
            by = self._session_id
            holds.set_hold(record_id, HELD, HoldReason.MEDIATION, review_on=review_on, session_id=by)

    def _settle(self, visit: Visit) -> None:
        """Lift what holds a record that was in dispute."""
        for hold in standing.of(self._records[visit.number]):
            holds.lift_hold(hold.id, session_id=self._session_id)

    def _resolve(self, visit: Visit) -> None:
        record_id = self._records[visit.number]
        started = clock.policy_today() if _needs_start(record_id, visit.record_class) else None
        inquiries.resolve(
            record_id, record_class=visit.record_class, start_event_on=started, session_id=self._session_id
        )

    def _forget(self, visit: Visit) -> None:
        del self._records[visit.number]


def _needs_start(record_id: UUID, record_class: str) -> bool:
    return any(choice.name == record_class and choice.needs_start_event for choice in classes(record_id))


def _sign_in() -> UUID:
    """Sign the demo's own handler in. Nobody learns the password that the account was made with."""
    known = next((person for person in people() if person.name == HANDLER and person.state == WORKING), None)
    begun = desk.begin(known.id) if known else staff.join(desk.issue_link(), name=HANDLER, password=token())
    found = session(desk.let_in(begun) if known else staff.finish_joining(begun))
    assert found is not None  # noqa: S101 - signed in on the line above
    return found.id


def _written(visit: Visit) -> inquiries.Submission:
    now = published.in_force()
    assert now is not None  # noqa: S101 - visits begin on the first policy's first day
    form = now.policy.collection(FORM)
    files = tuple(arrived(f"note-{number + 1}.txt", visit.note) for number in range(visit.files))
    return inquiries.Submission(
        collection=FORM,
        language=visit.language,
        policy_number=now.number,
        notice_sha256=notice.build(now.policy, form, visit.language).sha256,
        consents=needed(now.policy, form),
        values={"subject": visit.subject, "email": visit.email, "content": visit.content},
        files=files,
        access_log="203.0.113.7 · demo browser",
    )


def _read_followed() -> dict[int, UUID]:
    """Return the record of each visit that is not at its end; raises Misused where another story was lived."""
    path = environment.home() / FOLLOWED
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="ascii"))
    if kept.get("story") != fingerprint():
        raise Misused(
            "this demo home was lived by another version of Jikim, whose story went on differently",
            hint="choose another JIKIM_HOME, or delete this demo and make it anew",
        )
    return {int(number): UUID(record_id) for number, record_id in kept["records"].items()}
