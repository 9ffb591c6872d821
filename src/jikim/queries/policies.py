"""Published policies: the one in force, any other, and the page of each as it was published.

Source: Privacy Policy, "effective from"; PIPA art. 30(2), (3).
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from jikim.clock import policy_now
from jikim.domain.errors import Misused
from jikim.domain.policy import Policy
from jikim.language.canonical import restore
from jikim.language.compile import compile as compiled
from jikim.store.live.models import PolicyText, PolicyVersion


@dataclass(frozen=True, slots=True)
class Published:
    """One immutable version and when it takes effect."""

    policy: Policy
    number: int
    sha256: str
    effective_at: datetime
    published_at: datetime


def in_force(at: datetime | None = None) -> Published | None:
    """Return the version in force at an instant of the policy clock, now by default; None before the first one."""
    effective = PolicyVersion.objects.filter(effective_at__lte=at or policy_now())
    return _published(effective.order_by("-effective_at").first())


def version(number: int) -> Published | None:
    return _published(PolicyVersion.objects.filter(number=number).first())


def governing(number: int) -> Published:
    """Return the version a record was received under; raises Misused when this home never published it."""
    found = version(number)
    if found is None:
        raise Misused(f"no policy version {number} was published here", hint="restore the live database whole")
    return found


def all_versions() -> tuple[Published, ...]:
    """Return every version, the newest first."""
    rows = PolicyVersion.objects.order_by("-number")
    return tuple(found for row in rows if (found := _published(row)) is not None)


def coming() -> Published | None:
    """Return the next version that is published and not yet in force; None when there is none."""
    later = PolicyVersion.objects.filter(effective_at__gt=policy_now())
    return _published(later.order_by("effective_at").first())


def text(number: int, language: str) -> str:
    """Return the page of a version as it was published; "" when it has none in that language."""
    row = PolicyText.objects.filter(version_id=number, language=language).first()
    return row.html if row else ""


def source(number: int) -> str:
    """Return the file of a version, byte for byte as its author wrote it; "" when there is no such version."""
    row = PolicyVersion.objects.filter(number=number).first()
    return row.source if row else ""


def _published(row: PolicyVersion | None) -> Published | None:
    if row is None:
        return None
    policy = _compiled(bytes(row.canonical))
    return Published(policy, row.number, row.sha256, row.effective_at, row.published_at)


@lru_cache(maxsize=32)  # versions never change, so the bytes are the whole key
def _compiled(canonical: bytes) -> Policy:
    return compiled(restore(canonical))
