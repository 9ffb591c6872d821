"""Whose inquiry it is: by the receipt code, or by what a link from the mailbox became. Both travel in bodies alone.

Source: Privacy Policy, "Rights"; PIPA arts. 35, 38. A wrong code and an unknown one get the same answer.

A source that guesses too often is shut out for a while. Where all seem to come from one place, behind a proxy that
nobody named, only further guesses are: what one visitor does there shuts nobody else out.
"""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jikim.actions import returning
from jikim.actions.returning import Person
from jikim.sealing.errors import GrantRefused
from jikim.web import errors, sources
from jikim.web.public import throttle

CODE_CHARS = 64  # far more than any way to type a code
TOKEN_CHARS = 4096  # far more than the address in a letter
CODE, GRANT, RECORD = "code", "grant", "record"
FIELDS = frozenset({CODE, GRANT, RECORD})


def person(request: HttpRequest, words: Mapping[str, str], typed: str = "") -> Person | HttpResponse:
    """Return who is asking, or the answer to a wrong proof; raises what the keyring raises.

    typed: what came along with the proof, and is given back where that is over
    """
    if shut := _shut(request, typed):
        return shut
    if words.get(GRANT):
        return _by_grant(request, words, typed)
    found = returning.by_code(words.get(CODE, "")[:CODE_CHARS])
    return found or unknown(request, typed)


def people(request: HttpRequest, address: str) -> tuple[Person, ...] | HttpResponse:
    """Return a person's inquiries by the address in a letter, whole or only its last part."""
    if shut := _shut(request):
        return shut
    try:
        found = returning.by_link(address[:TOKEN_CHARS].rpartition("#")[2].strip())
    except GrantRefused:
        found = ()
    return found or over(request, by_mail=True)


def unknown(request: HttpRequest, typed: str = "") -> HttpResponse:
    """Answer a code that is nobody's, and count it."""
    if stopped := _counted(request, typed):
        return stopped
    mistake = _("No inquiry belongs to this code. Check it letter by letter; capitals and dashes do not matter.")
    return render(request, "public/my_ask.html", {"mistake": mistake, "here": "my", "typed": typed}, status=404)


def over(request: HttpRequest, typed: str = "", *, by_mail: bool) -> HttpResponse:
    """Answer a link, or what it became, that is over or was never ours; count it."""
    if stopped := _counted(request, typed):
        return stopped
    mistake = _("This is over, or not whole. Open the link in the newest letter, or use your receipt code.")
    template = "public/my_by_mail.html" if by_mail else "public/my_ask.html"
    return render(request, template, {"mistake": mistake, "here": "my", "typed": typed}, status=404)


def _by_grant(request: HttpRequest, words: Mapping[str, str], typed: str) -> Person | HttpResponse:
    try:
        found = returning.by_grant(words[GRANT][:TOKEN_CHARS])
    except GrantRefused:
        found = ()
    mine = next((one for one in found if one.record_id.hex == words.get(RECORD)), None)
    return mine or over(request, typed, by_mail=False)


def _shut(request: HttpRequest, typed: str = "") -> HttpResponse | None:
    """Return the answer to a source that guessed too often, unless it may be anybody's."""
    return _stopped(request, typed) if sources.is_told_apart(request) else None


def _counted(request: HttpRequest, typed: str) -> HttpResponse | None:
    """Count one wrong proof; return the answer to a source that had too many before."""
    if stopped := _stopped(request, typed):
        return stopped
    throttle.wrong_codes.count(sources.network_of(request))
    return None


def _stopped(request: HttpRequest, typed: str) -> HttpResponse | None:
    minutes = throttle.wrong_codes.wait_minutes(sources.network_of(request), throttle.MOST_WRONG)
    return errors.too_many(request, minutes, typed) if minutes else None
