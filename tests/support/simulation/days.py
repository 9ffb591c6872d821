"""Day after day."""

from datetime import date, time

from jikim.domain.guard_rails import cap, is_working_day
from tests.support.records import HOLIDAYS
from tests.support.simulation.company import ONE_DAY, Report
from tests.support.simulation.job import Job


class Simulation(Job):
    """One company from day to day."""

    def run(self, last: date) -> Report:
        while self.today <= last:
            self._day()
            self.today += ONE_DAY
        return self.report

    def _day(self) -> None:
        on = self.today
        self.free_today, self.cap_today = 0, cap(self.alive, self.freely, self.rails)
        self.report.highest_cap = max(self.report.highest_cap, self.cap_today)
        self.build += on in self.company.upgrades
        if on in self.company.announced:
            self._plan_again()
        self.now |= self.ahead.pop(on, {})
        if on not in self.company.off:
            self._round(time(0, 30))
        self._receive()
        if is_working_day(on, HOLIDAYS):
            self._work()
            self._approve()
        if on not in self.company.off:
            self._round(time(23, 30))
        self.freely = [*self.freely[-(self.rails.days - 1) :], self.free_today]
        self.report.overdue += sum(action.due_by <= on for action in self.now.values())
