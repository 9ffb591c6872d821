"""Error pages: what happened, what to do next, and the way back. They say nothing a stranger could use."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from jikim import environment
from jikim.domain.journal import Role
from jikim.web.asking import SPOKEN, choose

AWAY_SECONDS = 5  # the keyring is started again within them


def page(request: HttpRequest, status: int, title: str, words: str, typed: str = "") -> HttpResponse:
    """Render one error page. Whatever failed, this must not: it asks nothing of any database.

    typed: what somebody wrote and may want to copy
    """
    at_desk = environment.role() is Role.DESK
    told = {"title": title, "words": words, "status": status, "typed": typed, "at_desk": at_desk}
    return render(request, "error.html", told, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    with _spoken(request):
        return page(
            request, 400, _("We could not read this request"),
            _("Something in it was not as our pages send it. Nothing was stored. Load the page again and retry."),
        )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's shape
    with _spoken(request):
        return page(
            request, 403, _("This page is not open to you"),
            _("If you followed a link meant for you, ask for a new one. Nothing was changed."),
        )  # fmt: skip


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's shape
    with _spoken(request):
        return page(
            request, 404, _("There is no page here"),
            _("The address may be mistyped, or the page may be gone. The front page leads everywhere."),
        )  # fmt: skip


def wrong_verb(request: HttpRequest, allowed: str) -> HttpResponse:
    """Answer an address that is only reached by a button, or only read.

    allowed: the verbs it takes, for programs
    """
    with _spoken(request):
        response = page(
            request, 405, _("This page cannot be opened like this"),
            _("A button on another page leads here; its address alone does not. Nothing was changed."),
        )  # fmt: skip
    response.headers["Allow"] = allowed
    return response


def no_length(request: HttpRequest) -> HttpResponse:
    with _spoken(request):
        return page(
            request, 411, _("We could not read this request"),
            _("It did not say how long it is, so nothing was read and nothing was stored. Another browser may help."),
        )  # fmt: skip


def too_large(request: HttpRequest) -> HttpResponse:
    with _spoken(request):
        return page(
            request, 413, _("That was more than we can take"),
            _("Nothing was stored. Go back: what you typed is still there. Shorten it, or choose fewer files."),
        )  # fmt: skip


def too_many(request: HttpRequest, minutes: int, typed: str = "") -> HttpResponse:
    """Tell how long to wait. typed: see `page`."""
    with _spoken(request):
        words = _("There were many attempts from your connection. Wait %(minutes)d minutes, then try again.")
        response = page(request, 429, _("Please wait a moment"), words % {"minutes": minutes}, typed)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def failed(request: HttpRequest) -> HttpResponse:
    with _spoken(request):
        return page(
            request, 500, _("Something went wrong on our side"),
            _("It is not your fault. What you were sending was not stored, unless you were shown a receipt."),
        )  # fmt: skip


def away(request: HttpRequest, typed: str = "", *, keyring: bool = True) -> HttpResponse:
    """Say that the keyring, or else the store, does not answer; nothing is stored without. typed: see `page`."""
    with _spoken(request):
        if not keyring:
            words = _("Our store does not answer just now, so nothing was stored. The fault is ours.")
            return come_back(page(request, 503, _("Please try again in a moment"), words, typed))
        response = page(
            without_keyring(request), 503, _("Please try again in a moment"),
            _("The part that keeps the keys does not answer just now, so nothing was opened and nothing was stored."),
            typed,
        )  # fmt: skip
    return come_back(response)


def without_keyring(request: HttpRequest) -> HttpRequest:
    """Note that the frame of the page must not ask the keyring again, which would only take as long once more."""
    request.keyring_away = True  # type: ignore[attr-defined] # the shell reads it; see PageRequest
    return request


def come_back(response: HttpResponse) -> HttpResponse:
    """Tell a program when to try again."""
    response.headers["Retry-After"] = str(AWAY_SECONDS)
    return response


def not_ready(request: HttpRequest) -> HttpResponse:
    with _spoken(request):
        response = page(
            request, 503, _("This site is not open yet"),
            _("No privacy policy is in force, and without one nothing may be collected here. Please come back later."),
        )  # fmt: skip
    response.headers["Retry-After"] = "3600"
    return response


def _spoken(request: HttpRequest) -> Any:
    """Speak the page's language, or the browser's when the failure came before the choice."""
    language = getattr(request, "language", "")
    wanted = language or choose(request.GET.get("lang", ""), request.headers.get("Accept-Language", ""), tuple(SPOKEN))
    request.language = wanted  # type: ignore[attr-defined] # the shell reads it; see PageRequest
    return translation.override(wanted)
