"""The demo company at work: publishes on its days, receives, answers, resolves, and lets the engine run each night."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from jikim import clock, environment
from jikim.actions import access_days, desk, inquiries, policies, staff
from jikim.actions.arrivals import arrived
from jikim.cli.demo_story import Visit, newest, newest_of, visits
from jikim.domain.consent import needed
from jikim.environment.files import write_whole
from jikim.language import load, notice
from jikim.procedures import due, journal, letters, mailboxes
from jikim.procedures.carrying import Carried
from jikim.queries import policies as published
from jikim.queries.desk import WORKING, session
from jikim.queries.inquiries import classes
from jikim.queries.staff import people
from jikim.sealing.codes import token

POLICIES = Path(__file__).resolve().parents[3] / "policies" / "utracs"
PUBLISHED_ON = {date(2022, 12, 25): POLICIES / "1.toml", date(2026, 9, 25): POLICIES / "2.toml"}
OPENED_ON = date(2023, 1, 1)  # the first day of its first policy
FORM = "inquiry"
HANDLER = "Demo"  # as colleagues would see the name
FOLLOWED = "demo-visits.json"  # which record each unresolved visit of the story became: numbers and ids only

Event = Callable[[], None]


class Company:
    """One company in one demo home. Everything it does is an action on the policy clock's day."""

    def __init__(self, last: date) -> None:
        self.today = clock.policy_today() if published.all_versions() else min(PUBLISHED_ON) - timedelta(days=1)
        self._last, self._is_kept = last, False
        self._records = _read_followed()
        self._session_id = _sign_in()
        self._events: dict[date, list[Event]] = defaultdict(list)
        followed = (visit for number in self._records if (visit := newest_of(number)))
        shown = newest(last) if last >= OPENED_ON else ()
        for visit in (*visits(OPENED_ON, last), *followed, *shown):
            self._expect(visit)

    def days(self) -> Iterator[date]:
        """Live every day that is left, and yield each one as it ends; however that ends, the home knows its day."""
        try:
            while self.today < self._last:
                self._live(self.today + timedelta(days=1))
                self.today += timedelta(days=1)
                if self.today.day == 1 or not self._is_kept:  # a kill loses a month at most, which is lived again
                    self._keep()
                yield self.today
        finally:
            self._keep()

    def _keep(self) -> None:
        _write_followed(self._records)
        clock.travel_to(self.today)
        environment.travel(clock.days_ahead())
        self._is_kept = True

    def _live(self, today: date) -> None:
        clock.travel_to(today)
        events = self._events.pop(today, ())
        if today in PUBLISHED_ON:
            policies.publish(load.read(PUBLISHED_ON[today]), by="demo")
        for happen in events:
            happen()
        carried = due.run(today)
        has_ended = carried != Carried(today)
        if has_ended:
            letters.clear()
        if has_ended or events or today in PUBLISHED_ON:
            mailboxes.enroll()
            access_days.tell(before=today)
        journal.submit()

    def _expect(self, visit: Visit) -> None:
        self._events[visit.day].append(lambda: self._receive(visit))
        self._events[visit.answered_on].append(lambda: self._answer(visit))
        self._events[visit.resolved_on].append(lambda: self._resolve(visit))

    def _receive(self, visit: Visit) -> None:
        self._records[visit.number] = inquiries.submit(_written(visit)).record_id

    def _answer(self, visit: Visit) -> None:
        record_id = self._records[visit.number]
        inquiries.open_record(record_id, session_id=self._session_id)
        inquiries.reply(record_id, visit.answer, session_id=self._session_id)

    def _resolve(self, visit: Visit) -> None:
        record_id = self._records.pop(visit.number)
        started = clock.policy_today() if _needs_start(record_id, visit.record_class) else None
        inquiries.resolve(
            record_id,
            record_class=visit.record_class,
            start_event_on=started,
            session_id=self._session_id,
        )


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
    files = (arrived("note.txt", visit.note),) if visit.attached else ()
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
    path = environment.home() / FOLLOWED
    kept: dict[str, str] = json.loads(path.read_text(encoding="ascii")) if path.exists() else {}
    return {int(number): UUID(record_id) for number, record_id in kept.items()}


def _write_followed(records: dict[int, UUID]) -> None:
    kept = json.dumps({str(number): str(record_id) for number, record_id in records.items()})
    write_whole(environment.home() / FOLLOWED, kept.encode())
