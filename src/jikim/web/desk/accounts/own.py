"""One's own account: another passkey, new recovery codes. Whoever is at the desk has just shown a second factor."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from jikim.queries import staff
from jikim.queries.desk import DeskSession
from jikim.web.desk.accounts import approving, codes, passkeys
from jikim.web.desk.accounts.people import role_names
from jikim.web.desk.door import door
from jikim.web.links import link


@require_GET
@door()
def page(request: HttpRequest, session: DeskSession) -> HttpResponse:
    return _show(request, session, "")


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
def recovery(request: HttpRequest, session: DeskSession) -> HttpResponse:
    """Draw new recovery codes and show them once; the old ones are dead."""
    context = {
        "codes": codes.new_recovery_codes(session.account_id),
        "username": "",
        "is_new": False,
        "here": "account",
    }
    return render(request, "desk/recovery.html", context)


def _show(request: HttpRequest, session: DeskSession, mistake: str) -> HttpResponse:
    me = next(person for person in staff.people() if person.id == session.account_id)
    names = role_names()
    context = {
        "me": me, "roles": [names[role] for role in me.roles], "mistake": mistake, "here": "account",
        "passkeys": passkeys.count(me.id), "codes_left": codes.recovery_codes_left(me.id),
        "question": passkeys.ask_new(request, me.id, session.id), "ends_at": session.ends_at,
    }  # fmt: skip
    return render(request, "desk/account.html", context, status=422 if mistake else 200)
