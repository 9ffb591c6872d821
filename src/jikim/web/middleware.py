"""What stands around every page, inside the firewall of cookies: the headers, the language, and words for failures."""

import logging
from collections.abc import Callable
from typing import cast

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.cache import patch_vary_headers

from jikim.domain.terms import ItemKind
from jikim.queries import policies
from jikim.queries.away import is_away
from jikim.sealing.errors import StoreUnavailable
from jikim.sealing.keyring import KeyringUnavailable
from jikim.web import errors
from jikim.web.asking import PageRequest, choose, languages

log = logging.getLogger(__name__)
Answer = Callable[[HttpRequest], HttpResponseBase]
ANSWER = "words"  # the field of the desk in which an answer is typed

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
        "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": (
        "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
        "magnetometer=(), microphone=(), payment=(), usb=()"
    ),
}
A_YEAR = "max-age=31536000"


def secure_headers(get_response: Answer) -> Answer:
    """Give every answer, static files included, the same strict headers; nothing is stored unless a page says so."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.path.startswith("/desk/"):
            # Under no-referrer browsers send forms with the origin "null", and a desk form must prove where it is from.
            response.headers["Referrer-Policy"] = "same-origin"
        response.headers.setdefault("Cache-Control", "no-store")
        if request.is_secure():
            response.headers["Strict-Transport-Security"] = A_YEAR
        return response

    return answer


def answer_in_words(get_response: Answer) -> Answer:
    """Say what would otherwise be an empty page: a verb that an address does not take, a body of unknown length.

    A body without a length would be read as empty, and what a person wrote taken for nothing.
    """

    def answer(request: HttpRequest) -> HttpResponseBase:
        if "Transfer-Encoding" in request.headers and not request.headers.get("Content-Length"):
            return errors.no_length(request)
        response = get_response(request)
        if isinstance(response, HttpResponseNotAllowed):
            return errors.wrong_verb(request, response.headers["Allow"])
        return response

    return answer


def choose_language(get_response: Answer) -> Answer:
    """Choose the page's language from the link, else the browser, else the policy; no cookie remembers it."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asking = cast(PageRequest, request)
        asking.published = policies.last_seen.in_force()
        offered = languages(asking.published)
        wanted = request.GET.get("lang", "")
        asking.carried = wanted in offered
        asking.language = choose(wanted, request.headers.get("Accept-Language", ""), offered)
        with translation.override(asking.language):
            response = get_response(request)
        response.headers["Content-Language"] = asking.language
        patch_vary_headers(response, ["Accept-Language"])
        return response

    return answer


class TellWhatIsAway:
    """Answer "try again in a moment" where the keyring, a database or a disk does not, and the page said no better."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponseBase | None:
        if not isinstance(exception, (KeyringUnavailable, StoreUnavailable)) and not is_away(exception):
            return None
        log.error("what this page needs is away: %s", type(exception).__name__)
        return errors.away(request, _written(request), keyring=isinstance(exception, KeyringUnavailable))


def _written(request: HttpRequest) -> str:
    """Return the long words of a form that was read as usual, for whoever typed them to copy."""
    published = getattr(request, "published", None)
    items = published.policy.items if published and request.method == "POST" else ()
    names = [ANSWER, *(item.name for item in items if item.kind == ItemKind.LONGTEXT)]
    try:
        return "\n".join(request.POST[name] for name in names if name in request.POST)
    except (BadRequest, OSError):
        return ""
