"""What may be told to the journal: closed kinds, closed fields, no personal data. The log itself will stand here too.

Intake, opening and answers are told as counts of a day, so that no entry points at a person by its time.
"""

from collections.abc import Mapping
from datetime import datetime

from jikim.domain.errors import Misused

LEAVES: dict[str, frozenset[str]] = {
    "policy": frozenset({"number", "sha256", "policy", "by"}),
    "notice": frozenset({"sha256", "policy_number", "collection", "language"}),
    "intake": frozenset({"on", "collection", "policy_number", "values"}),
    "open": frozenset({"on", "count"}),
    "answer": frozenset({"on", "count"}),
    "resolve": frozenset({"on", "record_class"}),
    "reopen": frozenset({"on"}),
    "separate": frozenset({"on", "rule", "values", "policy_number"}),
    "erase-rows": frozenset({"on", "values"}),
    "destroy": frozenset({"on", "certificate", "reason", "record_class", "values", "policy_number"}),
    "desk": frozenset({"on", "event"}),
    "quarantine": frozenset({"on", "error"}),
}
WORD_CHARS = 80  # identifiers, days, digests: nothing longer belongs here


def check_leaf(kind: str, body: Mapping[str, object]) -> None:
    """Refuse a leaf of an unknown kind, with other fields than its kind has, or with values that are no short facts."""
    fields = LEAVES.get(kind)
    if fields is None or set(body) != fields:
        raise Misused(f"no journal leaf {kind} with fields {sorted(body)}", hint="declare it in jikim.domain.journal")
    if not all(_is_a_fact(word) for word in body.values()):
        raise Misused(
            f"a {kind} leaf has a value that is no number and no word of {WORD_CHARS} characters at most",
            hint="journal identifiers, not content",
        )


def _is_a_fact(word: object) -> bool:
    return isinstance(word, int) or (isinstance(word, str) and len(word) <= WORD_CHARS)


def to_the_hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
