"""The field's words as types (W3C Data Privacy Vocabulary; PIPA for the Korean terms).

Each closed vocabulary of the policy language is one enum here; its values are the words of the file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """One statement in every language of the policy. Pairs are sorted, so that equal texts are equal values."""

    pairs: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, spoken: Mapping[str, str]) -> "Text":
        return cls(tuple(sorted(spoken.items())))

    def say(self, language: str) -> str:
        """Return the text in `language`; the first language it has when that one is missing; "" when it has none."""
        spoken = dict(self.pairs)
        return spoken.get(language) or next(iter(spoken.values()), "")

    def __bool__(self) -> bool:
        return any(words for _, words in self.pairs)


class ItemKind(StrEnum):
    TEXT = "text"
    LONGTEXT = "longtext"
    EMAIL = "email"
    PHONE = "phone"
    BIRTH_DATE = "birth-date"
    ADDRESS = "address"
    FILES = "files"
    ACCESS_LOG = "access-log"
    CHOICE = "choice"


class LegalBasis(StrEnum):
    """What permits processing (PIPA art. 15(1) 1-7)."""

    CONSENT = "consent"
    STATUTE = "statute"
    CONTRACT = "contract"
    VITAL_INTEREST = "vital-interest"
    LEGITIMATE_INTEREST = "legitimate-interest"
    PUBLIC_SAFETY = "public-safety"


class Event(StrEnum):
    """What starts a clock or ends a purpose; never "created"."""

    COLLECTED = "collected"
    INQUIRY_CLOSED = "inquiry.closed"
    PURPOSE_ACHIEVED = "purpose.achieved"
    REQUEST_CLOSED = "request.closed"
    REPRESENTATION_ENDED = "representation.ended"
    MEMBERSHIP_ENDED = "membership.ended"
    CONSENT_WITHDRAWN = "consent.withdrawn"
    CONTRACT_ENDED = "contract.ended"
    SUPPLY_COMPLETED = "supply.completed"
    TRANSACTION_SETTLED = "transaction.settled"
    COMPLAINT_RESOLVED = "complaint.resolved"
    ABUSE_CLOSED = "abuse.closed"
    DISPLAY_ENDED = "display.ended"
    BOOKS_CLOSED = "books.closed"
    FISCAL_YEAR_CLOSED = "fiscal-year.closed"
    FILING_DEADLINE_PASSED = "filing-deadline.passed"
    LIQUIDATION_COMPLETED = "liquidation.completed"
    ENTRY_WRITTEN = "entry.written"
    DATA_DESTROYED = "data.destroyed"
    DATA_TRANSFERRED = "data.transferred"


class Why(StrEnum):
    """On whose authority a retention rule stands: `law` is a floor, `internal` can never refuse an erasure."""

    LAW = "law"
    INTERNAL = "internal"


class LawfulUse(StrEnum):
    """The only uses of what is set aside (PIPA art. 21(3); retention.use = storage-only)."""

    AUTHORITY = "authority"
    DISPUTE = "dispute"
    SUBJECT_ACCESS = "subject-access"


class Answer(StrEnum):
    """The company's answers about itself that switch conditional rules on and off."""

    CONSUMER_SALES = "consumer-sales"
    BUSINESS_SALES = "business-sales"
    LICENSED_E_FINANCE = "licensed-e-finance"
    TELECOM_OPERATOR = "telecom-operator"


class RecordState(StrEnum):
    """Where an inquiry stands in its life."""

    RECEIVED = "received"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    SET_ASIDE = "set-aside"
    DESTROYED = "destroyed"


class Reason(StrEnum):
    """Why a value leaves its place."""

    PURPOSE_ACHIEVED = "purpose-achieved"
    ABANDONED = "abandoned"
    PERIOD_ENDED = "period-ended"
    RETENTION_ENDED = "retention-ended"
    KEPT_BY_RULE = "kept-by-rule"


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
