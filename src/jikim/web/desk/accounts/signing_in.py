"""Signing in: account name and password, then a code or a passkey. A wrong answer says neither which part nor why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from jikim.actions import desk as sessions
from jikim.actions import entry
from jikim.actions.access_records import coming_from
from jikim.actions.desk import NotAtTheDesk
from jikim.actions.entry import EntryRefused, EntryShut
from jikim.queries import desk
from jikim.queries.desk import Halfway
from jikim.web import errors, sources
from jikim.web.desk.accounts import codes, passkeys
from jikim.web.desk.door import COOKIE, carry, closed
from jikim.web.links import link


@csrf_protect
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Ask for account name and password, and go on to the second factor."""
    if request.method != "POST":
        return render(request, "desk/sign_in.html", {"username": "", "mistake": ""})
    username = request.POST.get("username", "")[:40]
    try:
        token = entry.knock(username, request.POST.get("password", "")[:400], source=source(request))
    except EntryShut as shut:
        return errors.too_many(request, shut.minutes)
    except EntryRefused:
        mistake = _("Account name or password is not right.")
        return render(request, "desk/sign_in.html", {"username": username, "mistake": mistake}, status=422)
    return carry(request, redirect(link(request, "desk:second")), token)


@csrf_protect
@require_http_methods(["GET", "POST"])
def second(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, and open the desk."""
    token = request.COOKIES.get(COOKIE, "")
    halfway = desk.halfway(token)
    if halfway is None or halfway.is_joining:
        return closed(request)
    if request.method != "POST":
        return _ask(request, halfway, "")
    try:
        entry.refuse_shut(halfway.username, source(request))
        if not _is_right(request, halfway):
            entry.count_wrong(halfway.username, source(request))
            return _ask(request, halfway, _("That was not right. A code counts once, and for half a minute."))
        with coming_from(sources.address_of(request)):
            opened = sessions.let_in(token)
    except EntryShut as shut:
        return errors.too_many(request, shut.minutes)
    except NotAtTheDesk:
        return closed(request)
    entry.forget_wrong(halfway.username)
    return carry(request, redirect(link(request, "desk:today")), opened)


def source(request: HttpRequest) -> str:
    """Return where a request comes from; "" where everybody seems to come from one place, and is not counted by it."""
    return sources.address_of(request) if sources.is_told_apart(request) else ""


def _is_right(request: HttpRequest, halfway: Halfway) -> bool:
    if request.POST.get("passkey"):
        return passkeys.check(request, halfway.account_id, halfway.session_id)
    return codes.check(halfway.account_id, request.POST.get("code", "")[:40])


def _ask(request: HttpRequest, halfway: Halfway, mistake: str) -> HttpResponse:
    question = passkeys.ask(request, halfway.account_id, halfway.session_id)
    context = {"question": question, "mistake": mistake}
    return render(request, "desk/second.html", context, status=422 if mistake else 200)
