"""How a later version of the policy reaches what is already held: a shorter period does, a longer one does not.

A shorter period takes effect on the first day of the version that brings it, so what it ends is destroyed within five
days of that day. What a law keeps is not touched here: floors are united, never cut.

Source: PIPA arts. 15(2) (a longer period needs a new consent), 21(1), 30(3) (what favours the person holds).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from jikim.domain.destruction import KeptValue
from jikim.domain.period import Window, legal_day, window
from jikim.domain.policy import Policy
from jikim.domain.retention import RetentionRule
from jikim.domain.spans import longest, shortened
from jikim.domain.terms import Why


@dataclass(frozen=True, slots=True)
class KeptFacts:
    """What a set-aside value's row knows beside the value itself."""

    record_class: str
    started_on: date  # the event day its rule counts from
    holidays: frozenset[date]


def later_than(policy: Policy, versions: Iterable[Policy], *, on: date) -> tuple[Policy, ...]:
    """Return the versions that followed a record's own and are in force by a day, the oldest first."""
    followed = (v for v in versions if v.in_force_at > policy.in_force_at and legal_day(v.in_force_at) <= on)
    return tuple(sorted(followed, key=lambda version: version.in_force_at))


def kept_under(kept: KeptValue, facts: KeptFacts, policy: Policy, later: tuple[Policy, ...]) -> KeptValue:
    """Return a set-aside value with the window it has under the versions that followed the one it was received under.

    A law's floor only grows, and only under the law it was moved for; the company's own rule only shrinks.
    """
    rule = _rule_of(kept, (policy, *later))
    if rule is None:
        return kept
    if rule.why == Why.LAW:
        return replace(kept, window=longest((kept.window, *_floors(rule, kept, facts, later))))
    cuts = [(_own_end(kept.item, facts, version), legal_day(version.in_force_at)) for version in later]
    if kept.window.keep_until is not None:
        return kept  # a law keeps it too, and for as long as the row says
    return replace(kept, window=shortened(kept.window, cuts) or kept.window)


def years_in_reach(kept: KeptValue, facts: KeptFacts, policy: Policy, later: tuple[Policy, ...]) -> frozenset[int]:
    """Return the years whose holidays a set-aside value's floors can meet under the versions that followed."""
    rule = _rule_of(kept, (policy, *later))
    spans = _floors(rule, kept, facts, later) if rule is not None and rule.why == Why.LAW else []
    return frozenset(span.last_day.year + more for span in spans for more in (0, 1))


def _rule_of(kept: KeptValue, versions: tuple[Policy, ...]) -> RetentionRule | None:
    """Return the rule a value was moved for: of its own version, or of the one that brought it."""
    rules = (rule for version in versions for rule in version.retention.rules)
    return next((rule for rule in rules if rule.name == kept.rule), None)


def _floors(rule: RetentionRule, kept: KeptValue, facts: KeptFacts, later: tuple[Policy, ...]) -> list[Window]:
    return [_span(again, facts) for version in later for again in _same_law(rule, kept.item, facts, version)]


def _same_law(rule: RetentionRule, item: str, facts: KeptFacts, version: Policy) -> tuple[RetentionRule, ...]:
    rules = version.retention.rules_for(facts.record_class)
    return tuple(r for r in rules if r.why == Why.LAW and r.law == rule.law and item in r.items)


def _own_end(item: str, facts: KeptFacts, version: Policy) -> date:
    rules = version.retention.rules_for(facts.record_class)
    own = (rule for rule in rules if rule.why != Why.LAW and item in rule.items)
    return max((_span(rule, facts).last_day for rule in own), default=facts.started_on)


def _span(rule: RetentionRule, facts: KeptFacts) -> Window:
    return window(facts.started_on, rule.period, holidays=facts.holidays, roll=rule.why == Why.LAW)
