"""The demo company's days: policies published on theirs, people at work, and the engine each night."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from jikim import clock, environment
from jikim.actions import access_days, policies
from jikim.cli import demo_mail
from jikim.cli.demo_desk import Desk, Event
from jikim.cli.demo_story import Visit, newest, newest_of, visits
from jikim.environment import MailServer
from jikim.language import load
from jikim.procedures import due, journal, letters, mailboxes, night, postman
from jikim.queries import policies as published

POLICIES = Path(__file__).resolve().parents[3] / "policies" / "utracs"
PUBLISHED_ON = {date(2022, 12, 25): POLICIES / "1.toml", date(2026, 9, 25): POLICIES / "2.toml"}
OPENED_ON = date(2023, 1, 1)  # the first day of its first policy
TIDIED_ON = 6  # of a week's days from Monday: what no day needs by itself is done on Sundays
NIGHTS = tuple((month, 1) for month in (1, 4, 7, 10))  # what a worker does each night, here each quarter
GUESSED_ON = (3, 31)  # the year's attempt to come in; its note ends with a quarter, and the next night sees to it


class Company:
    """One company in one demo home. Everything it does is an action on the policy clock's day."""

    def __init__(self, last: date) -> None:
        self.today = clock.policy_today() if published.all_versions() else min(PUBLISHED_ON) - timedelta(days=1)
        self._last, self._is_kept = last, False
        self._desk = Desk()
        self._events: dict[date, list[Event]] = defaultdict(list)
        followed = (visit for number in self._desk.followed if (visit := newest_of(number)))
        shown = (visit for visit in newest(last) if visit.day > max(self.today, OPENED_ON))
        for visit in (*visits(OPENED_ON, last), *followed, *shown):
            self._expect(visit)

    def days(self) -> Iterator[date]:
        """Live every day that is left, and yield each one as it ends; however that ends, the home knows its day."""
        with demo_mail.served() as mail:
            try:
                while self.today < self._last:
                    self._live(self.today + timedelta(days=1), mail)
                    self.today += timedelta(days=1)
                    if self.today.day == 1 or not self._is_kept:  # a kill loses a month at most, which is lived again
                        self._keep()
                    yield self.today
            finally:
                self._keep()

    def _keep(self) -> None:
        self._desk.keep()
        clock.travel_to(self.today)
        environment.travel(clock.days_ahead())
        self._is_kept = True

    def _expect(self, visit: Visit) -> None:
        for day, event in self._desk.course(visit):
            self._events[day].append(event)

    def _live(self, today: date, mail: MailServer) -> None:
        clock.travel_to(today)
        if today in PUBLISHED_ON:
            policies.publish(load.read(PUBLISHED_ON[today]), by="demo")
        for happen in self._events.pop(today, ()):
            happen()
        if (today.month, today.day) == GUESSED_ON:
            self._desk.be_guessed_at()
        due.run(today)
        if (today.month, today.day) in NIGHTS or today == self._last:
            night.work(today)
        if today.weekday() == TIDIED_ON or today == self._last:
            self._tidy(today, mail)

    def _tidy(self, today: date, mail: MailServer) -> None:
        """Do what the worker and the postman do beside what is due, so that nothing of it is left over."""
        postman.once(mail)
        letters.clear()
        mailboxes.enroll()
        access_days.tell(before=today)
        journal.submit()
