"""The records of a simulated company: what comes in, what staff do with it, and what that brings on which day."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from uuid import UUID

from jikim.domain.approval import Approval
from jikim.domain.destruction import Action
from jikim.domain.foresight import foreseen
from jikim.domain.guard_rails import Ground, is_working_day
from jikim.domain.policy import Policy
from jikim.domain.separation import HeldValue, RecordFacts
from tests.support.records import HOLIDAYS
from tests.support.simulation.company import FLOOR_YEARS, WORST, Company, Record, Report, after

FAR = date(2060, 1, 1)


class Diary:
    """One company's records, and a list by day of what comes."""

    def __init__(self, company: Company, first: date) -> None:
        self.company, self.today, self.report = company, first, Report()
        self.rails = replace(company.rails, least=company.rails.least // company.each)
        self.records: dict[UUID, Record] = {}
        self.ahead: dict[date, dict[UUID, Action]] = defaultdict(dict)
        self.day_of: dict[UUID, date] = {}
        self.now: dict[UUID, Action] = {}
        self.to_do: dict[date, list[tuple[str, UUID]]] = defaultdict(list)
        self.decided: dict[tuple[object, ...], Action | None] = {}
        self.alive, self.number, self.value_number = 0, 0, 1 << 64
        self.freely: list[int] = []
        self.free_today = 0
        self.cap_today = 0
        self.approvals: list[Approval] = []
        self.done: set[UUID] = set()
        self.listed: set[UUID] = set()
        self.ground: Ground | None = None
        self.build = 0
        self.journal_at: datetime | None = None
        self.vouched_at: datetime | None = None

    def _receive(self) -> None:
        a_day = self.company.a_month * 12 / 365 / self.company.each
        before = int((self.today.toordinal() - 1) * a_day)
        for _ in range(int(self.today.toordinal() * a_day) - before):
            self._intake()
        if self.company.wave and self.today in WORST:
            for _ in range(self.company.wave // self.company.each):
                record = self._intake(spam=True)
                self._later(after(self.today, 0), "resolve-spam", record.facts.record_id)

    def _intake(self, *, spam: bool = False) -> Record:
        self.number += 1
        self.report.inquiries += 1
        luck, record_id = blake2b(str(self.number).encode(), digest_size=16).digest(), UUID(int=self.number)
        facts = RecordFacts(record_id, "inquiry", self.today, self.today, None, "", None, HOLIDAYS)
        record = self.records[record_id] = Record(facts, luck)
        form = self.company.policy.collection("inquiry")
        chosen = [item for at, item in enumerate(form.optional) if luck[at] < 80 and not spam]
        for item in (*form.required, *form.automatic, *chosen):
            facets = ("name", "bytes") if item == "attachments" else ("value",)
            self._hold(record, item, facets)
        self._foresee(record)
        if luck[6] >= 8 and not spam:  # the others are never resolved
            self._later(after(self.today, 1 + luck[7] % 3), "answer", record_id)
        return record

    def _hold(self, record: Record, item: str, facets: tuple[str, ...] = ("value",)) -> None:
        for facet in facets:
            self.value_number += 1
            self.alive += 1
            record.values.append(HeldValue(UUID(int=self.value_number), item, facet, self.today))

    def _later(self, day: date, task: str, record_id: UUID) -> None:
        self.to_do[day].append((task, record_id))

    def _work(self) -> None:
        for task, record_id in self.to_do.pop(self.today, []):
            record = self.records.get(record_id)
            if record is None or not record.values or record.values[0].value_id in self.now:
                continue
            if task == "reopen":
                record.facts = replace(
                    record.facts, resolved_on=None, record_class="", start_event_on=None, last_word_on=self.today
                )
                self._later(after(self.today, 2), "resolve", record_id)
            elif task == "answer":
                self._hold(record, _words(self.company.policy))
                record.facts = replace(record.facts, last_word_on=self.today)
                self._later(after(self.today, record.luck[8] % 3), "resolve", record_id)
            else:
                self._resolve(record, spam=task == "resolve-spam")
            self._foresee(record)

    def _resolve(self, record: Record, *, spam: bool) -> None:
        luck, classes = record.luck, [kind.name for kind in self.company.policy.record_classes]
        bound = [name for name in classes if name in FLOOR_YEARS]
        named = bound[luck[10] % len(bound)] if luck[9] < 75 and not spam else "general"
        start = self.today - timedelta(days=(0, 0, 1, 12, 61)[luck[11] % 5]) if named in FLOOR_YEARS else None
        record.facts = replace(record.facts, resolved_on=self.today, record_class=named, start_event_on=start)
        if luck[12] < 12 and not spam:
            again = self.today + timedelta(days=1 + luck[13] % 6)
            if is_working_day(again, HOLIDAYS):
                self._later(again, "reopen", record.facts.record_id)

    def _known_later(self) -> tuple[Policy, ...]:
        pairs = zip(self.company.later, self.company.announced, strict=True)
        return tuple(policy for policy, day in pairs if day <= self.today)

    def _foresee(self, record: Record) -> None:
        facts, later = record.facts, self._known_later()
        days = (facts.received_on, facts.last_word_on, facts.resolved_on, facts.record_class, facts.start_event_on)
        for value in record.values:
            key = (value.item, value.collected_on, *days, len(later))
            if key not in self.decided:  # pure functions, and many inquiries of one day are alike
                self.decided[key] = foreseen(value, facts, self.company.policy, on=date.min, until=FAR, later=later)
            action = self.decided[key]
            self._expect(value.value_id, action and _given(action, facts.record_id, value))

    def _expect(self, value_id: UUID, action: Action | None) -> None:
        if value_id in self.now:
            del self.now[value_id]
        elif value_id in self.day_of:
            del self.ahead[self.day_of.pop(value_id)][value_id]
        if action is None:
            return
        if action.due_on <= self.today:
            self.now[value_id] = action
        else:
            self.ahead[action.due_on][value_id] = action
            self.day_of[value_id] = action.due_on

    def _plan_again(self) -> None:
        for record in self.records.values():
            self._foresee(record)


def _given(action: Action, record_id: UUID, value: HeldValue) -> Action:
    return replace(action, record_id=record_id, value_id=value.value_id, facet=value.facet)


def _words(policy: Policy) -> str:
    return "content" if any(item.name == "content" for item in policy.items) else "message"
