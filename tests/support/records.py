"""Made-up records for tests of the clocks: one policy, one record, one value at a time."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

from jikim import packs
from jikim.domain.period import Period
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.separation import HeldValue, RecordFacts
from jikim.domain.terms import Event, Text, Why
from jikim.language import load
from jikim.language.compile import compile as compiled

POLICIES = Path(__file__).resolve().parents[2] / "policies"
POLICY: Policy = compiled(load.read(POLICIES / "utracs" / "2.toml").raw)
HOLIDAYS = packs.holidays("kr", 2020, 2045)
RECORD = UUID("5b7a1f00-0000-4000-8000-000000000001")


def value(item: str, collected_on: date = date(2026, 10, 5), *, facet: str = "value") -> HeldValue:
    return HeldValue(uuid4(), item, facet, collected_on)


def facts(
    *,
    received: date = date(2026, 10, 5),
    last_word: date | None = None,
    resolved: date | None = None,
    record_class: str = "",
    start: date | None = None,
    holidays: frozenset[date] = HOLIDAYS,
) -> RecordFacts:
    return RecordFacts(RECORD, "inquiry", received, last_word or received, resolved, record_class, start, holidays)


def rule(
    name: str,
    period: str,
    *,
    records: str = "complaint-dispute",
    items: tuple[str, ...] = ("content",),
    why: Why = Why.LAW,
    start: Event = Event.COMPLAINT_RESOLVED,
) -> RetentionRule:
    law = "kr:ecommerce-complaint" if why == Why.LAW else ""
    return RetentionRule(name, records, why, law, Text(()), None, items, start, Period.parse(period), applies=True)


def with_rules(*rules: RetentionRule) -> Policy:
    """Return the policy with these rules and no others."""
    return replace(POLICY, retention=replace(POLICY.retention, rules=rules))
