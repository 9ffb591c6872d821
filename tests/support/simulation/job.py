"""The job as the worker does it: rails, approvals, then exactly what they let go, held against floors by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from jikim.domain.approval import Approval, covered, sign
from jikim.domain.destruction import LIVE, Action, KeptValue, kept_action, plan
from jikim.domain.guard_rails import (
    AHEAD,
    ClockJumped,
    admit,
    dry,
    is_working_day,
    refuse_jump,
    stand,
    to_approve,
)
from jikim.domain.period import SEOUL
from jikim.domain.separation import Fate
from jikim.domain.spans import first_day_after
from jikim.domain.staff import StaffRole
from tests.support.records import HOLIDAYS
from tests.support.simulation.company import FLOOR_YEARS, ONE_DAY, Record, years_later
from tests.support.simulation.diary import Diary

APPROVER = frozenset({StaffRole.APPROVER})


class Job(Diary):
    """The rounds of one day."""

    def _round(self, hour: time) -> None:
        at = datetime.combine(self.today, hour, SEOUL)
        try:
            refuse_jump(at, known=[known for known in (self.journal_at, self.vouched_at) if known])
        except ClockJumped:  # the next person at work vouches for it
            self.report.stopped_rounds += 1
            if hour.hour and is_working_day(self.today, HOLIDAYS):
                self.vouched_at = at
                self._carry(at)
            return
        self.journal_at = at
        self._carry(at)

    def _carry(self, at: datetime) -> None:
        before, self.ground = self.ground, stand(self.ground, f"build-{self.build}", self._in_force(), self.today)
        if not self.now:
            return
        for value_id in self.now:
            self.day_of.pop(value_id, None)
        listed = plan(self.today, self.now.values())
        shown = dry(listed, self.ground, set(self.now.values()).__contains__) if before else frozenset()
        self.report.dry_days += bool(shown)
        approved = self._covered(at)
        left = max(0, self.cap_today - self.free_today)
        admitted = admit(listed, left=left, approved=approved, dry=shown)
        self.free_today += admitted.free
        for action in admitted.going:
            self._do(action)
        self.report.busiest_day = max(self.report.busiest_day, len(admitted.going))

    def _in_force(self) -> Iterator[str]:
        for policy in (self.company.policy, *self.company.later):
            if policy.in_force_at.astimezone(SEOUL).date() <= self.today:
                yield policy.sha256

    def _do(self, action: Action) -> None:
        del self.now[action.value_id]
        self.report.longest_wait = max(self.report.longest_wait, (self.today - action.due_on).days)
        record = self.records[action.record_id]
        if action.store == LIVE:
            record.values = [value for value in record.values if value.value_id != action.value_id]
        if action.verb == Fate.SET_ASIDE:
            self.report.set_aside += 1
            kept = KeptValue(action.value_id, action.record_id, action.item, action.facet, action.rule, action.window)
            due_on = first_day_after(kept.window)
            self._expect(action.value_id, kept_action(kept, due_on))
            return
        self.alive -= 1
        self.report.destroyed += 1
        if action.value_id in self.listed:
            self.done.add(action.value_id)
        self._judge(action, record)

    def _judge(self, action: Action, record: Record) -> None:
        """Hold a destruction against a floor worked out by hand, not by the functions under test."""
        years, start = FLOOR_YEARS.get(record.facts.record_class), record.facts.start_event_on
        kept = {"email", "subject", "content", "name", "message"}
        if years is None or start is None or action.item not in kept:
            return
        last = years_later(start, years)
        until = last
        while not is_working_day(until, HOLIDAYS):
            until += ONE_DAY
        self.report.floors += 1
        self.report.too_early += self.today <= until
        self.report.too_late_after_floor += self.today > max(last + timedelta(days=5), until + ONE_DAY)

    def _approve(self) -> None:
        self._drop_lapsed()
        left = max(0, self.cap_today - self.free_today)
        soon = [day for day in (self.today + n * ONE_DAY for n in range(1, AHEAD.days + 1)) if day in self.ahead]
        if len(self.now) <= left and all(len(self.ahead[day]) <= self.cap_today for day in soon):
            return  # each day's own fits under its cap: nothing can fall behind
        coming = [*self.now.values(), *(action for day in soon for action in self.ahead[day].values())]
        unlisted = [a for a in coming if a.verb == Fate.DESTROY and a.value_id not in self.listed]
        asked = to_approve(unlisted, on=self.today, left=left, cap=self.cap_today, holidays=HOLIDAYS)
        if not asked:
            return
        approval = Approval(asked)
        at = datetime.combine(self.today, time(23, 0), SEOUL).astimezone(UTC)
        for person in range(min(2, self.company.approvers)):
            approval = sign(approval, approval.digest, by=UUID(int=person + 1), roles=APPROVER, at=at)
        self.approvals.append(approval)
        self.listed |= {action.value_id for action in asked}
        self.report.approvals[self.today.year, self.today.month] += 1

    def _decided(self, approval: Approval) -> Iterator[Action]:
        for action in approval.listed:
            day = self.day_of.get(action.value_id)
            found = self.now.get(action.value_id) or (self.ahead[day].get(action.value_id) if day else None)
            if found:
                yield found

    def _covered(self, at: datetime) -> frozenset[Action]:
        alone = self.company.approvers == 1
        parts = (covered(a, self._decided(a), self.done, now=at, alone=alone) for a in self.approvals)
        return frozenset().union(*parts)

    def _drop_lapsed(self) -> None:
        for approval in list(self.approvals):
            values = {action.value_id for action in approval.listed}
            over = values <= self.done
            lapsed = set(self._decided(approval)) | {a for a in approval.listed if a.value_id in self.done}
            if over or lapsed != set(approval.listed):
                self.approvals.remove(approval)
                self.listed -= values
                self.done -= values
                self.report.lapsed += not over
