"""Which items outlive their purpose, how long, and on whose authority.

Source: Privacy Policy, "Retention and use period"; PIPA arts. 21(1), 21(3), 30(1)3-2.
"""

from dataclasses import dataclass

from jikim.domain.period import Period
from jikim.domain.terms import Event, LawfulUse, LegalBasis, Text, Why


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """Items of one record class kept for a period after an event. `applies` is already answered for this company."""

    name: str
    records: str
    why: Why
    law: str  # pack reference "kr:…" when why is law, else ""
    reason: Text  # the company's own reason when why is internal
    basis: LegalBasis | None
    items: tuple[str, ...]
    start: Event
    period: Period
    applies: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """The principle (destroy once the purpose is achieved) and its exceptions."""

    within: Period
    calendar: str
    move_to: str
    paper_to: str
    use: str
    allowed: tuple[LawfulUse, ...]
    rules: tuple[RetentionRule, ...]
    laws: tuple[str, ...] = ()  # pack references named as grounds beside the rules

    def rules_for(self, record_class: str) -> tuple[RetentionRule, ...]:
        """Rules that bind this company for a class; empty means: nothing outlives the purpose."""
        return tuple(rule for rule in self.rules if rule.applies and rule.records == record_class)
