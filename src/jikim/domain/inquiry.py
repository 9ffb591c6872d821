"""What the company asks a person for, why, and by which way. Source: Privacy Policy, "Items collected", "Purpose"."""

from dataclasses import dataclass
from enum import StrEnum

from jikim.domain.period import Period
from jikim.domain.terms import Event, ItemKind, LegalBasis, Text


@dataclass(frozen=True, slots=True)
class Item:
    """One kind of personal data a policy names; the form, sealing, export and erasure follow from it."""

    name: str
    kind: ItemKind
    label: Text
    hint: Text
    max_chars: int  # 0 for kinds without text
    max_files: int  # 0 unless kind is files
    max_bytes: int  # of one file; 0 unless kind is files
    choices: tuple[tuple[str, Text], ...]  # stored word and its label; empty unless kind is choice


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why items are processed, what permits it, and the event that ends it (PIPA arts. 15, 21)."""

    name: str
    label: Text
    basis: LegalBasis | None  # None only where the policy overrides the finding
    balancing: Text  # why the interest outweighs, for legitimate-interest
    refusal: Text  # what refusing this one consent costs
    items: tuple[str, ...]
    ends: Event
    period: Period  # kept this long after the event; P0D when the event itself ends it
    quiet: Period  # days without a word before "resolved" becomes "achieved"
    inactive_after: Period | None  # an abandoned purpose ends by itself


class Minors(StrEnum):
    REFUSED = "refused"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Collection:
    """One way items come in. An item is required, optional, or recorded by the site itself."""

    name: str
    method: str
    required: tuple[str, ...]
    optional: tuple[str, ...]
    automatic: tuple[str, ...]
    purposes: tuple[str, ...]
    refusal: Text  # what refusing costs, for what the form cannot do without
    minors: Minors | None

    @property
    def asked(self) -> tuple[str, ...]:
        return self.required + self.optional

    @property
    def items(self) -> tuple[str, ...]:
        return self.required + self.optional + self.automatic
