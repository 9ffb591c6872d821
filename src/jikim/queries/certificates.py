"""Certificates of destruction, as issued. No personal data, so they outlive the record they are about."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from jikim.store.live.models import Certificate


@dataclass(frozen=True, slots=True)
class CertificateItem:
    """One item's line: how many of its values are destroyed, and the rule that kept them until then."""

    item: str
    rule: str  # "" when nothing outlived the purpose
    values: int
    last_day: str
    keep_until: str  # "" where no law kept it
    destroy_by: str


@dataclass(frozen=True, slots=True)
class CertificateView:
    """One certificate: the lines a page shows, and the document itself."""

    certificate_id: UUID
    record_id: UUID
    reason: str
    issued_at: datetime
    items: tuple[CertificateItem, ...]
    document: dict[str, Any]

    @property
    def values(self) -> int:
        return sum(line.values for line in self.items)


def of(record_id: UUID) -> tuple[CertificateView, ...]:
    """Return every certificate of a record, the oldest first."""
    rows = Certificate.objects.filter(record_id=record_id).order_by("issued_at", "id")
    return tuple(_view(row) for row in rows)


def one(certificate_id: UUID) -> CertificateView | None:
    row = Certificate.objects.filter(id=certificate_id).first()
    return _view(row) if row else None


def latest(most: int, skipped: int = 0) -> tuple[CertificateView, ...]:
    """Return the newest certificates after those skipped, at most so many, the newest first."""
    return tuple(_view(row) for row in Certificate.objects.order_by("-issued_at", "id")[skipped : skipped + most])


def count() -> int:
    return Certificate.objects.count()


def _view(row: Certificate) -> CertificateView:
    document: dict[str, Any] = row.body
    lines = tuple(
        CertificateItem(
            item=line["item"],
            rule=line["rule"],
            values=line["values"],
            last_day=line["last_day"],
            keep_until=line["keep_until"] or "",
            destroy_by=line["destroy_by"],
        )
        for line in document["items"]
    )
    return CertificateView(row.id, row.record_id, row.reason, row.issued_at, lines, document)
