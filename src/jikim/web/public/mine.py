"""The person's own page as a value: where the inquiry stands, what was said, what may be done with it now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from jikim.actions import returning
from jikim.actions.returning import Person
from jikim.clock import policy_today, wall_now
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.queries import by_hand, certificates, inquiries
from jikim.queries.inquiries import InquiryStatus
from jikim.queries.policies import governing
from jikim.web import asking, fields, lives, turns
from jikim.web import by_hand as told_by_hand
from jikim.web.fields import Field
from jikim.web.public import once, proving
from jikim.web.uploads import Posted


@dataclass(frozen=True, slots=True)
class More:
    """The form for more words: nothing is agreed to again, for it serves the same purpose."""

    served: str
    fields: tuple[Field, ...]
    mistakes: Mapping[str, str]
    boxes: tuple[object, ...] = ()
    keeps_files: bool = False
    is_short: bool = False


def show(
    request: HttpRequest,
    person: Person,
    *,
    told: str = "",
    status: int = 200,
    sent: Posted | None = None,
    mistakes: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Show somebody's inquiry; raises what the keyring raises.

    told: what became of what was just asked
    sent: what was typed and attached and comes back, with its mistakes
    """
    found = inquiries.status(person.record_id)
    if found is None:
        return proving.unknown(request)
    context = _told(found, person, asking.language(request))
    if context["is_open"]:
        context["form"] = _more(found, sent, mistakes or {})
    return render(
        request,
        "public/my.html",
        {**context, "told": told, "done": status < 400, "wrong": bool(mistakes)},
        status=status,
    )


def asked_of(found: InquiryStatus) -> tuple[Policy, Collection]:
    """Return the policy an inquiry is held under, and its collection as it asks for more."""
    policy = governing(found.policy_number).policy
    return policy, returning.asked_for_more(policy, policy.collection(found.collection))


def _told(found: InquiryStatus, person: Person, spoken: str) -> dict[str, Any]:
    policy, life = governing(found.policy_number).policy, inquiries.life(found.record_id)
    how = by_hand.of(found.record_id)
    opened = returning.read(person) if found.has_values else None
    return {
        "turns": turns.of(opened, policy, spoken, traces=True) if opened else (),
        "status": found,
        "points": lives.points(life, policy, spoken, agreed=how is None),
        "keepings": lives.keepings(life.items, policy, spoken),
        "certificates": certificates.of(found.record_id),
        "came_by_hand": told_by_hand.told(how, spoken),
        "person": person,
        "is_open": not found.is_over(policy_today()),
        "here": "my",
    }


def _more(found: InquiryStatus, sent: Posted | None, mistakes: Mapping[str, str]) -> More:
    policy, asked = asked_of(found)
    token = once.serve(found.record_id, wall_now())
    held = sent.files.held_for(once.name_of(token)) if sent else ()
    asking_again = fields.of(policy, asked, sent.words if sent else {}, mistakes, held)
    is_short = bool(sent and sent.files.is_short)
    return More(token, asking_again, mistakes, keeps_files=bool(held), is_short=is_short)
