"""The numbers of the desk's first page, the most urgent first. Zero is the good news, so zero is shown too.

Each leads to where it is dealt with.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jikim import environment
from jikim.queries.alarms import Alarms
from jikim.queries.mail import Post
from jikim.queries.overview import Overview
from jikim.web.links import link

GOOD, TODAY, LATE, PLAIN = "is-good", "is-today", "is-late", ""
LONG_DAYS = 2  # an inquiry that waits longer than this stands out


@dataclass(frozen=True, slots=True)
class Tile:
    """One number, what it counts, how it stands, and where it leads."""

    number: int
    label: str
    tone: str
    url: str


def urgent(request: HttpRequest, numbers: Overview, alarms: Alarms | None, post: Post) -> Iterator[Tile]:
    """Yield what should be zero. alarms: None while the keyring cannot be asked."""
    due, mail = link(request, "desk:due"), link(request, "desk:mail")
    late, days = numbers.overdue, numbers.overdue_days
    yield Tile(days, ngettext("day: the most overdue record", "days: the most overdue record", days), _bad(late), due)
    stuck, failed = numbers.quarantined, sum(count for *_which, count in post.failed)
    yield Tile(stuck, ngettext("record put aside", "records put aside", stuck), _bad(stuck), f"{due}#stuck")
    if alarms is not None:
        held, wait = alarms.withheld, _waiting(alarms)
        yield Tile(held, ngettext("value withheld", "values withheld", held), _soon(held), f"{due}#withheld")
        told = ngettext("value waiting for approval", "values waiting for approval", wait)
        yield Tile(wait, told, _soon(wait), link(request, "desk:approvals"))
        if new := alarms.new_passkeys:  # in two days the time to ask whose it is will be over
            told = ngettext("new passkey that will approve", "new passkeys that will approve", new)
            yield Tile(new, told, TODAY, link(request, "desk:approvers"))
    unclassified = numbers.ending_unclassified
    told = ngettext("inquiry ending without a class", "inquiries ending without a class", unclassified)
    yield Tile(
        unclassified, told, _soon(unclassified), "#unclassified" if unclassified else link(request, "desk:inbox")
    )
    told = ngettext("letter waiting", "letters waiting", post.waiting)
    yield Tile(post.waiting, told, _stays(post), mail)
    yield Tile(failed, ngettext("letter failed", "letters failed", failed), _bad(failed), mail)


def running(request: HttpRequest, numbers: Overview) -> Iterator[Tile]:
    """Yield what the house is doing."""
    inbox, wait = link(request, "desk:inbox"), numbers.waiting_days
    told = _("open inquiries")
    if wait:
        told = ngettext(
            "open inquiries, waiting up to %(days)s day", "open inquiries, waiting up to %(days)s days", wait
        ) % {"days": wait}
    yield Tile(numbers.open_inquiries, told, TODAY if wait > LONG_DAYS else PLAIN, inbox)
    steps = numbers.due_today
    yield Tile(steps, _("steps due today"), _soon(steps), link(request, "desk:due"))
    yield Tile(numbers.set_aside, _("values set aside"), PLAIN, inbox)
    gone = numbers.destroyed_this_month
    yield Tile(gone, _("values destroyed this month"), PLAIN, link(request, "desk:certificates"))


def _waiting(alarms: Alarms) -> int:
    return max(alarms.held_back, sum(len(one.approval.listed) for one in alarms.lists))


def _stays(post: Post) -> str:
    """Say how letters that wait stand; a made-up company has nobody to write to, so nothing of it is late."""
    return LATE if post.stalled or (post.no_server and not environment.is_demo()) else PLAIN


def _bad(number: int) -> str:
    return LATE if number else GOOD


def _soon(number: int) -> str:
    return TODAY if number else GOOD
