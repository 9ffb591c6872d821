"""How long the house keeps what it holds about the people who work at its desk, by the built-in policy for staff.

Source: policies/staff.toml; Safety Measures Standard arts. 5(3), 8(1).
"""

from dataclasses import dataclass
from functools import cache

from jikim import environment
from jikim.domain.period import Period
from jikim.domain.policy import Policy
from jikim.domain.terms import RecordState
from jikim.domain.vocabulary import Statement
from jikim.language import load
from jikim.language.compile import compile as compiled
from jikim.queries.policies import all_versions
from jikim.store.live.models import Inquiry

ACCESS, RIGHTS, SESSION = "access-record", "right-record", "session"  # two record classes, one purpose
MANY = 50_000  # data subjects from which the Standard asks for two years
TWO_YEARS = Period(years=2)
ASKS_FOR_MORE = (Statement.UNIQUE_IDENTIFIERS, Statement.SENSITIVE)
NONE = "none"


@dataclass(frozen=True, slots=True)
class Kept:
    """How long each kind of record is kept; all but sessions count from the day they were written."""

    access: Period
    rights: Period
    session: Period
    policy_sha256: str


def kept() -> Kept:
    """Return the periods that hold today."""
    policy = _policy()
    access = _rule(policy, ACCESS)
    session = next(one.period for one in policy.purposes if one.name == SESSION)
    return Kept(
        access=TWO_YEARS if asks_for_two_years() else access,
        rights=_rule(policy, RIGHTS),
        session=session,
        policy_sha256=policy.sha256,
    )


def asks_for_two_years() -> bool:
    """Say whether the Standard asks for two years: many people's data, or some that is unique or sensitive.

    Inquiries are counted, which are never fewer than the people who sent them.
    """
    told = (said for version in all_versions() for said in version.policy.statements)
    if any(key in ASKS_FOR_MORE and said != NONE for key, said in told):
        return True
    return Inquiry.objects.exclude(state=RecordState.DESTROYED).count() >= MANY


def _rule(policy: Policy, record_class: str) -> Period:
    (rule,) = policy.retention.rules_for(record_class)
    return rule.period


@cache
def _policy() -> Policy:
    return compiled(load.read(environment.staff_policy_path()).raw)
