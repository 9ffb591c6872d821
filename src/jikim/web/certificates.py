"""A certificate of destruction as a sheet to read and print: what, why, when, and how to verify it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from jikim.domain.policy import Policy
from jikim.domain.terms import Reason
from jikim.queries.certificates import CertificateView
from jikim.sealing.certificate import best_medium
from jikim.web import lives


@dataclass(frozen=True, slots=True)
class Line:
    label: str
    values: int
    ground: str  # "" when nothing outlived the purpose
    last_day: date
    keep_until: date | None
    destroy_by: date


@dataclass(frozen=True, slots=True)
class Sheet:
    view: CertificateView
    reason: str
    lines: tuple[Line, ...]
    medium: str  # class letter
    log_key: str


def sheet(view: CertificateView, policy: Policy, language: str) -> Sheet:
    """Tell a certificate in the reader's language."""
    lines = tuple(
        Line(
            label=lives.item_label(policy, item.item, language),
            values=item.values,
            ground=lives.ground(policy, item.rule, language) if item.rule else "",
            last_day=date.fromisoformat(item.last_day),
            keep_until=date.fromisoformat(item.keep_until) if item.keep_until else None,
            destroy_by=date.fromisoformat(item.destroy_by),
        )
        for item in view.items
    )
    return Sheet(view, reason(view.reason), lines, best_medium(view.document["medium"]), view.document["log_key"])


def reason(word: str) -> str:
    """Say why something was destroyed; a word of a later program is shown as it is."""
    return {
        Reason.PURPOSE_ACHIEVED.value: _("Its purpose was achieved"),
        Reason.ABANDONED.value: _("The inquiry was left without a further word"),
        Reason.PERIOD_ENDED.value: _("Its period ended"),
        Reason.RETENTION_ENDED.value: _("The period for which it was set aside ended"),
        Reason.KEPT_BY_RULE.value: _("A rule keeps it"),
    }.get(word, word)
