"""Making an account with an invitation: name and password, a second factor, recovery codes. Then the link is dead.

Looking at the link uses nothing up, so a mail scanner that follows it does no harm.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from jikim.actions import staff
from jikim.actions.access_records import coming_from
from jikim.actions.desk import LinkRefused, NotAtTheDesk
from jikim.domain.errors import Misused
from jikim.domain.staff import NAME_CHARS, PASSWORD_CHARS
from jikim.queries import desk
from jikim.queries.desk import Halfway
from jikim.queries.staff import link_is_good
from jikim.web import sources
from jikim.web.desk.accounts import approving, codes, passkeys
from jikim.web.desk.accounts.codes import Setup
from jikim.web.desk.door import COOKIE, carry, closed
from jikim.web.links import link


@csrf_protect
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for a name and a password, and begin the account."""
    if not link_is_good(token):
        return closed(request, refused=True)
    if request.method != "POST":
        return _ask_name(request, "", "")
    name, password = request.POST.get("name", ""), request.POST.get("password", "")
    if password != request.POST.get("again", ""):
        return _ask_name(request, name, _("The two passwords differ."))
    try:
        begun = staff.join(token, name=name, password=password)
    except Misused:
        return _ask_name(request, name, _("The name is empty or too long, or the password too short or too long."))
    except LinkRefused:
        return closed(request, refused=True)
    return carry(request, redirect(link(request, "desk:factor")), begun)


@csrf_protect
@require_http_methods(["GET", "POST"])
def factor(request: HttpRequest) -> HttpResponse:
    """Have a second factor set up, put the account to work, and show the recovery codes once."""
    token = request.COOKIES.get(COOKIE, "")
    joining = desk.halfway(token)
    if joining is None or not joining.is_joining:
        return closed(request)
    if request.method != "POST":
        return _ask_factor(request, joining, codes.new_setup(joining.account_id, joining.session_id), "")
    setup = codes.read_setup(joining.account_id, joining.session_id, request.POST.get("setup", ""))
    if setup is None:
        return closed(request)
    if not _is_set_up(request, joining, setup):
        return _ask_factor(request, joining, setup, _("That was not right. Try the next code that the app shows."))
    recovery = codes.new_recovery_codes(joining.account_id)
    try:
        with coming_from(sources.address_of(request)):
            opened = staff.finish_joining(token)
    except NotAtTheDesk:
        return closed(request, refused=True)
    if begun := desk.session(opened):
        approving.let_own_approve(begun)
    request.desk = begun  # type: ignore[attr-defined] # the frame of the page shows what one may do
    context = {"username": joining.username, "codes": recovery, "is_new": True, "here": ""}
    return carry(request, render(request, "desk/recovery.html", context), opened)


def _is_set_up(request: HttpRequest, joining: Halfway, setup: Setup) -> bool:
    if request.POST.get("passkey"):
        return passkeys.add(request, joining.account_id, joining.session_id)
    return codes.activate(joining.account_id, setup, request.POST.get("code", "")[:40])


def _ask_name(request: HttpRequest, name: str, mistake: str) -> HttpResponse:
    least, most = PASSWORD_CHARS
    context = {"name": name, "mistake": mistake, "name_chars": NAME_CHARS, "least": least, "most": most}
    return render(request, "desk/join.html", context, status=422 if mistake else 200)


def _ask_factor(request: HttpRequest, joining: Halfway, setup: Setup, mistake: str) -> HttpResponse:
    question = passkeys.ask_new(request, joining.account_id, joining.session_id)
    context = {"username": joining.username, "setup": setup, "question": question, "mistake": mistake}
    return render(request, "desk/factor.html", context, status=422 if mistake else 200)
