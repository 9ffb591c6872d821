"""The door of the desk: every page behind it asks who is signed in, and whether one of their roles allows it.

Source: Privacy Policy, "Safety measures"; Safety Measures Standard arts. 5, 6.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_POST

from jikim.actions import desk as signing
from jikim.actions.access_records import coming_from
from jikim.actions.desk import NotAtTheDesk
from jikim.domain.staff import RoleMissing, Task, must
from jikim.queries import desk
from jikim.queries.desk import ABSOLUTE, DeskSession
from jikim.web import sources

COOKIE, PLACE = "jikim_desk", "/desk/"
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, DeskSession, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def door(task: Task = Task.LOOK) -> Callable[[Page[P]], Guarded[P]]:
    """Show a page of the desk only to who may do its task, and only for forms the desk itself served."""

    def guard(view: Page[P]) -> Guarded[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            token = request.COOKIES.get(COOKIE, "")
            session = desk.session(token)
            if session is None:
                return closed(request)
            signing.seen(token)
            request.desk = session  # type: ignore[attr-defined] # the frame of the page shows what one may do
            try:
                must(session.roles, task)
                with coming_from(sources.address_of(request)):
                    return view(request, session, *args, **kwargs)
            except NotAtTheDesk:
                return closed(request)
            except RoleMissing:
                return render(request, "desk/not_yours.html", {"here": ""}, status=403)

        return csrf_protect(guarded)

    return guard


@csrf_protect
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session here and in the browser."""
    with coming_from(sources.address_of(request)):
        signing.sign_out(request.COOKIES.get(COOKIE, ""))
    response = render(request, "desk/left.html", {})
    response.delete_cookie(COOKIE, path=PLACE, samesite="Strict")
    return response


def carry(request: HttpRequest, response: HttpResponse, token: str) -> HttpResponse:
    """Give the browser a session to carry: to the desk alone, and out of reach of scripts."""
    response.set_cookie(
        COOKIE, token, max_age=ABSOLUTE, path=PLACE, secure=request.is_secure(), httponly=True, samesite="Strict"
    )
    return response


def closed(request: HttpRequest, *, refused: bool = False) -> HttpResponse:
    """Say that nobody is signed in, and how to come in."""
    return render(request, "desk/closed.html", {"refused": refused}, status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Answer a form that the desk did not serve to this browser (settings.CSRF_FAILURE_VIEW)."""
    return render(request, "desk/stale.html", {}, status=403)
