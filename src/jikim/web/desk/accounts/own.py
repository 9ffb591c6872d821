"""One's own account: password, app, passkeys, recovery codes. Whoever is at the desk has just shown a second factor."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from jikim.actions import own_account
from jikim.actions.entry import EntryRefused, EntryShut
from jikim.domain.errors import Misused
from jikim.domain.staff import PASSWORD_CHARS
from jikim.queries import staff
from jikim.queries.desk import DeskSession
from jikim.web import errors
from jikim.web.desk.accounts import approving, carried, codes, passkeys
from jikim.web.desk.accounts.carried import LastFactor
from jikim.web.desk.accounts.people import role_names
from jikim.web.desk.accounts.signing_in import source
from jikim.web.desk.door import door
from jikim.web.links import link


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    return _show(request, session, "")


@require_POST
@door()
def password(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Change the password, by the old one."""
    old, new = request.POST.get("old", "")[:400], request.POST.get("password", "")
    if new != request.POST.get("again", ""):
        return _show(request, session, _("The two passwords differ."))
    try:
        own_account.change_password(old, new, session_id=session.id, source=source(request))
    except EntryShut as shut:
        return errors.too_many(request, shut.minutes)
    except EntryRefused:
        return _show(request, session, _("The old password is not right."))
    except Misused:
        return _show(request, session, _("The new password is too short or too long."))
    return _show(request, session, "", told=_("Your password is changed. Every other browser is signed out."))


@require_http_methods(["GET", "POST"])
@door()
def app(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Set an authenticator app up, in the place of the one before."""
    if request.method != "POST":
        return _ask_app(request, codes.new_setup(session.account_id, session.id), "")
    setup = codes.read_setup(session.account_id, session.id, request.POST.get("setup", ""))
    if setup is None:
        return redirect(link(request, "desk:app"))
    if not codes.activate(session.account_id, setup, request.POST.get("code", "")[:40]):
        return _ask_app(request, setup, _("That was not right. Try the next code that the app shows."))
    own_account.factor_changed(session.account_id, "app", session_id=session.id)
    return redirect(link(request, "desk:account"))


@require_POST
@door()
def passkey(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Keep another passkey."""
    if not passkeys.add(request, session.account_id, session.id):
        return _show(request, session, _("The passkey was not taken. Load the page again and retry."))
    approving.let_own_approve(session)
    return redirect(link(request, "desk:account"))


@require_POST
@door()
def drop(request: HttpRequest, session: DeskSession, factor: int) -> HttpResponse:
    """Take one of one's own second factors away."""
    try:
        if not carried.take_away(session.account_id, factor, session_id=session.id):
            raise Http404
    except LastFactor:
        return _show(request, session, _("This is the last one. Set up another before you take it away."))
    return redirect(link(request, "desk:account"))


@require_POST
@door()
def recovery(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Draw new recovery codes and show them once; the old ones are dead."""
    context = {
        "codes": codes.new_recovery_codes(session.account_id),
        "username": "",
        "is_new": False,
        "here": "account",
    }
    own_account.factor_changed(session.account_id, "recovery", session_id=session.id)
    return render(request, "desk/recovery.html", context)


def _ask_app(request: HttpRequest, setup: codes.Setup, mistake: str) -> HttpResponse:
    context = {"setup": setup, "mistake": mistake, "here": "account"}
    return render(request, "desk/app.html", context, status=422 if mistake else 200)


def _show(request: HttpRequest, session: DeskSession, mistake: str, *, told: str = "") -> HttpResponse:
    me, (least, most) = next(person for person in staff.people() if person.id == session.account_id), PASSWORD_CHARS
    names = role_names()
    context = {
        "me": me, "roles": [names[role] for role in me.roles], "mistake": mistake, "told": told, "here": "account",
        "factors": carried.factors_of(me.id), "codes_left": codes.recovery_codes_left(me.id),
        "question": passkeys.ask_new(request, me.id, session.id), "ends_at": session.ends_at,
        "least": least, "most": most,
    }  # fmt: skip
    return render(request, "desk/account.html", context, status=422 if mistake else 200)
