"""Years of a company, day by day, over the real functions of the domain: no database, no key, no clock.

Two rounds of the job a day, at its first and its last hour. Staff work on working days alone: they answer, resolve and
sign. What happens is drawn from a digest of the record's number, so that a run is the same everywhere.

A large company is run in tens: each record stands for ten inquiries alike, and the least cap is a tenth. Every other
number of the rails is a share, so the answer is the same; only the bursts are rougher.
"""

from tests.support.simulation.company import LONG_HOLIDAYS, Company, Report
from tests.support.simulation.days import Simulation

__all__ = ["LONG_HOLIDAYS", "Company", "Report", "Simulation"]
