"""Letters that wait and letters that came to nothing, for the desk. Which, and of which record; never to whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Min

from jikim.clock import wall_now
from jikim.domain.delivery import Letter, MailState
from jikim.store.live.models import OutgoingMail

NO_SERVER = "no-server"  # the trouble of a letter while JIKIM_SMTP_URL names nobody
LATE = timedelta(minutes=15)  # a letter nobody has even tried for so long: the postman does not work
MOST_SHOWN = 100
FAILED = (MailState.REFUSED, MailState.UNDELIVERABLE, MailState.GIVEN_UP)


@dataclass(frozen=True, slots=True)
class Post:
    """How the mail stands."""

    waiting: int
    oldest_due_at: datetime | None  # of those that wait
    no_server: bool  # letters wait because no mail server is named: set JIKIM_SMTP_URL
    stalled: bool  # letters wait that the postman should have tried long ago
    troubles: tuple[tuple[str, int], ...]  # why letters wait, by code, the most frequent first
    failed: tuple[tuple[str, str, int], ...]  # letters that came to nothing: state, code, how many

    @property
    def is_well(self) -> bool:
        return not (self.no_server or self.stalled or self.failed)


@dataclass(frozen=True, slots=True)
class Sent:
    """One letter: which, to whose record, and how it stands."""

    record_id: UUID
    letter: Letter
    state: MailState
    trouble: str


def post() -> Post:
    waiting = OutgoingMail.objects.filter(state=MailState.WAITING)
    found = waiting.aggregate(count=Count("id"), oldest=Min("due_at"))
    troubles = (
        waiting.exclude(trouble="").values_list("trouble").annotate(count=Count("id")).order_by("-count", "trouble")
    )
    failed = OutgoingMail.objects.filter(state__in=FAILED).values_list("state", "trouble").annotate(count=Count("id"))
    unserved = any(code == NO_SERVER for code, _ in troubles)
    return Post(
        waiting=found["count"],
        oldest_due_at=found["oldest"],
        no_server=unserved,
        stalled=waiting.exclude(trouble=NO_SERVER).filter(due_at__lt=wall_now() - LATE).exists(),
        troubles=tuple(troubles),
        failed=tuple(failed.order_by("state", "trouble")),
    )


def failures(record_id: UUID | None = None) -> tuple[Sent, ...]:
    """Return the letters that came to nothing, of one record or of all; the newest first, and not all of many."""
    rows = OutgoingMail.objects.filter(state__in=FAILED)
    mine = rows if record_id is None else rows.filter(record_id=record_id)
    told = mine.order_by("-due_at", "id").values_list("record_id", "letter", "state", "trouble")[:MOST_SHOWN]
    return tuple(Sent(whose, Letter(letter), MailState(state), trouble) for whose, letter, state, trouble in told)
