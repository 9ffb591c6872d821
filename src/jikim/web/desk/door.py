"""The door of the desk: a one-time link becomes a session, and every page behind it asks for that session.

Source: Privacy Policy, "Safety measures"; Safety Measures Standard arts. 5, 6. The link's page only shows a button, so
that a mail scanner that follows links uses nothing up; the button signs in.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from jikim.actions import desk as signing
from jikim.actions.desk import LinkRefused, NotAtTheDesk
from jikim.queries import desk
from jikim.queries.desk import ABSOLUTE, DeskSession
from jikim.web.links import link

COOKIE, PLACE = "jikim_desk", "/desk/"
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, DeskSession, P], HttpResponse]


def door(view: Page[P]) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Show a page of the desk only to who is signed in, and only for forms the desk itself served."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        token = request.COOKIES.get(COOKIE, "")
        session = desk.session(token)
        if session is None:
            return closed(request)
        signing.seen(token)
        try:
            return view(request, session, *args, **kwargs)
        except NotAtTheDesk:
            return closed(request)

    return csrf_protect(guarded)


@csrf_protect
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Show the button, or use the link up and begin a session."""
    if request.method != "POST":
        return render(request, "desk/enter.html", {})
    try:
        session = signing.sign_in(token)
    except LinkRefused:
        return closed(request, refused=True)
    response = redirect(link(request, "desk:today"))
    response.set_cookie(
        COOKIE, session, max_age=ABSOLUTE, path=PLACE, secure=request.is_secure(), httponly=True, samesite="Strict"
    )
    return response


@csrf_protect
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the session here and in the browser."""
    signing.sign_out(request.COOKIES.get(COOKIE, ""))
    response = render(request, "desk/left.html", {})
    response.delete_cookie(COOKIE, path=PLACE, samesite="Strict")
    return response


def closed(request: HttpRequest, *, refused: bool = False) -> HttpResponse:
    """Say that nobody is signed in, and how to come in."""
    return render(request, "desk/closed.html", {"refused": refused}, status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's shape
    """Answer a form that the desk did not serve to this browser (settings.CSRF_FAILURE_VIEW)."""
    return render(request, "desk/stale.html", {}, status=403)
