"""The receipt: drawn once for all inquiries that begin alike, then handed out with what is each one's own.

What is kept holds no code and nothing of anybody: the frame of a page, a life line in days, and the names of items.
"""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.html import escape

from jikim.actions.inquiries import Receipt
from jikim.domain.policy import Policy
from jikim.queries import inquiries as asked
from jikim.queries.beginning import Beginning
from jikim.queries.life import Life
from jikim.queries.policies import Published
from jikim.web import asking, lives
from jikim.web.shell import Shell, shell

TEMPLATE = "public/receipt.html"
PLACES = ("{receipt code}", "{checkpoint}")  # no text of ours or of a policy has them: they split a page in three
MOST_KEPT = 64

_kept: dict[tuple[Beginning, Published, Shell], tuple[bytes, ...]] = {}


def first(request: HttpRequest, published: Published, stored: Receipt) -> HttpResponse:
    """Show the code of an inquiry that was stored just now. It is in no address, no cookie and no log: only here."""
    key = (stored.beginning, published, shell(request)["shell"])
    around = _kept.get(key)
    if around is None:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        around = _kept[key] = _drawn(request, published.policy, stored.beginning.life)
    before, between, after = around
    code, checkpoint = escape(stored.code).encode(), escape(stored.checkpoint).encode()
    return HttpResponse(b"".join((before, code, between, checkpoint, after)), status=201)


def again(request: HttpRequest, policy: Policy, record_id: UUID, code: str, *, explained: bool) -> HttpResponse:
    """Show the receipt of a form that came a second time. explained: whether to say that it did."""
    context = _context(request, policy, asked.life(record_id), code, asked.checkpoint(), again=explained)
    return render(request, TEMPLATE, context, status=200 if explained else 201)


def _drawn(request: HttpRequest, policy: Policy, life: Life) -> tuple[bytes, ...]:
    page = render_to_string(TEMPLATE, _context(request, policy, life, *PLACES, again=False), request)
    before, after = page.split(escape(PLACES[0]))
    return tuple(part.encode() for part in (before, *after.split(escape(PLACES[1]))))


def _context(
    request: HttpRequest, policy: Policy, life: Life, code: str, checkpoint: str, *, again: bool
) -> dict[str, object]:
    spoken = asking.language(request)
    return {
        "code": code,
        "again": again,
        "points": lives.points(life, policy, spoken),
        "keepings": lives.keepings(life.items, policy, spoken),
        "checkpoint": checkpoint,
        "here": "inquiry",
    }
