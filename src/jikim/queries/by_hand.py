"""How a record came in, where that was not through the form."""

from uuid import UUID

from jikim.domain.channel import ByHand, Channel
from jikim.domain.terms import LegalBasis
from jikim.store.live.models import IntakeByHand


def of(record_id: UUID) -> ByHand | None:
    """Return how one record was taken in by hand; None when it came through the form."""
    row = IntakeByHand.objects.filter(record_id=record_id).first()
    return ByHand(Channel(row.channel), LegalBasis(row.ground), row.arrived_on) if row else None
