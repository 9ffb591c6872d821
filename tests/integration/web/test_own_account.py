"""One's own account: another password, another app, and what was lost is taken away; other browsers are signed out."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from jikim import clock, sealing
from jikim.actions import entry
from jikim.domain.staff import StaffRole
from jikim.queries import approvers
from jikim.store.live.models import LeftKey, StaffAccount, StaffChange
from jikim.web.desk.accounts import factors, passkeys
from tests.integration.web.test_signing_in import Joined, browser, joined, knock, second
from tests.support.company import Company
from tests.support.passkeys import SoftPasskey, letters
from tests.support.staff import PASSWORD, quick
from tests.support.staff_codes import code_of
from tests.support.web import enter

pytestmark = pytest.mark.usefixtures("stores")

NEW = "a staple and three batteries"
FORM = {"old": PASSWORD, "password": NEW, "again": NEW}


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    entry.sources.forget()
    with quick():
        yield


def changes(username: str) -> list[str]:
    account = StaffAccount.objects.get(username=username).id
    return list(StaffChange.objects.filter(account_id=account).order_by("id").values_list("change", flat=True))


def is_in(client: Client) -> bool:
    return bool(client.get("/desk/account/").status_code == 200)


def give_passkey(account: StaffAccount) -> SoftPasskey:
    """Have the account carry a passkey, as the page of the account stores one."""
    one = SoftPasskey()
    told = json.dumps({"type": "webauthn.create", "challenge": "", "origin": one.origin}).encode()
    registered = {
        "id": letters(one.credential), "rawId": letters(one.credential), "type": "public-key",
        "clientExtensionResults": {},
        "response": {"clientDataJSON": letters(told), "attestationObject": one.attestation},
    }  # fmt: skip
    row = Authenticator(user_id=account.id, type=passkeys.KIND, data={"name": "", "credential": registered})
    factors.keep(row)
    assert row.wrap().authenticator_data.credential_data.credential_id == one.credential
    return one


def another_browser(me: Joined, *, ahead: int) -> Client:
    client = browser()
    knock(client, me.username)
    assert second(client, code_of(me.secret, ahead=ahead)).status_code == 302
    return client


# --- the password ----------------------------------------------------------------------------------------------------


def test_another_password_takes_the_old_one_and_signs_every_other_browser_out(company: Company) -> None:
    mine = browser()
    me = joined(mine)
    other = another_browser(me, ahead=0)
    assert is_in(other)
    assert mine.post("/desk/account/password/", FORM).status_code == 200
    assert (is_in(mine), is_in(other)) == (True, False)
    assert knock(browser(), me.username).status_code == 422
    assert knock(browser(), me.username, NEW).status_code == 302
    assert changes(me.username) == ["joined", "password"]


@pytest.mark.parametrize(
    "wrong",
    [{"old": "not this one at all"}, {"old": ""}, {"again": "another"}, {"password": "short", "again": "short"}],
)
def test_a_password_form_with_a_slip_changes_nothing(company: Company, wrong: dict[str, str]) -> None:
    mine = browser()
    me = joined(mine)
    assert mine.post("/desk/account/password/", {**FORM, **wrong}).status_code == 422
    assert knock(browser(), me.username).status_code == 302
    assert changes(me.username) == ["joined"]


def test_guessing_the_old_password_shuts_the_same_door_as_the_entrance(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = browser()
    me = joined(mine)
    for _ in range(10):
        mine.post("/desk/account/password/", {**FORM, "old": "a guess, made up"})
    assert mine.post("/desk/account/password/", FORM).status_code == 429
    now = clock.wall_now()
    monkeypatch.setattr(entry, "wall_now", lambda: now + timedelta(hours=2))
    assert mine.post("/desk/account/password/", FORM).status_code == 200
    assert changes(me.username) == ["joined", "password"]


# --- what is carried -------------------------------------------------------------------------------------------------


def test_another_app_takes_the_place_of_the_one_before(company: Company) -> None:
    mine = browser()
    me = joined(mine)
    other = another_browser(me, ahead=0)
    (kept,) = Authenticator.objects.filter(type="totp")
    setup: Any = mine.get("/desk/account/app/").context["setup"]
    wrong = mine.post("/desk/account/app/", {"setup": setup.signed, "code": "000000"})
    assert (wrong.status_code, is_in(other)) == (422, True)
    made = mine.post("/desk/account/app/", {"setup": setup.signed, "code": code_of(setup.secret, ahead=1)})
    assert made.status_code == 302
    assert (is_in(mine), is_in(other)) == (True, False)
    assert not Authenticator.objects.filter(pk=kept.pk).exists()
    assert LeftKey.objects.count() == 1  # the old secret's key goes to be destroyed
    assert changes(me.username) == ["joined", "app"]


def test_a_setup_that_was_not_made_here_is_asked_for_anew(company: Company) -> None:
    mine = browser()
    joined(mine)
    (kept,) = Authenticator.objects.filter(type="totp")
    assert mine.post("/desk/account/app/", {"setup": "made up", "code": "123456"}).status_code == 302
    assert Authenticator.objects.get(type="totp").pk == kept.pk


def test_a_lost_passkey_is_taken_away_and_approves_nothing_any_more(company: Company) -> None:
    mine = browser()
    me = joined(mine)
    account = StaffAccount.objects.get(username=me.username)
    lost = give_passkey(account)
    sealing.current().enroll_passkey(account.id, lost.attested)
    other = another_browser(me, ahead=0)
    row = Authenticator.objects.get(type=passkeys.KIND)
    assert mine.post(f"/desk/account/factors/{row.pk}/").status_code == 302
    assert passkeys.count(account.id) == 0
    assert approvers.passkeys() == ()
    assert (is_in(mine), is_in(other)) == (True, False)
    assert changes(me.username) == ["joined", "passkey-gone"]
    assert mine.post(f"/desk/account/factors/{row.pk}/").status_code == 404


def test_the_last_second_factor_is_not_taken_away(company: Company) -> None:
    mine = browser()
    me = joined(mine)
    Authenticator.objects.filter(type="recovery_codes").delete()
    (app,) = Authenticator.objects.all()
    assert mine.post(f"/desk/account/factors/{app.pk}/").status_code == 422
    assert Authenticator.objects.count() == 1
    assert changes(me.username) == ["joined"]


def test_recovery_codes_are_not_taken_away_as_if_they_were_a_device(company: Company) -> None:
    mine = browser()
    joined(mine)
    (codes,) = Authenticator.objects.filter(type="recovery_codes")
    assert mine.post(f"/desk/account/factors/{codes.pk}/").status_code == 404
    assert Authenticator.objects.filter(pk=codes.pk).exists()


def test_nobody_takes_anothers_second_factor_away_but_the_officer(company: Company) -> None:
    mine, handler, officer = browser(), Client(), Client()
    me = joined(mine)
    enter(handler, {StaffRole.HANDLER})
    enter(officer)
    account = StaffAccount.objects.get(username=me.username)
    (app,) = Authenticator.objects.filter(user_id=account.id, type="totp")
    assert handler.post(f"/desk/account/factors/{app.pk}/").status_code == 404
    assert handler.post(f"/desk/people/{account.id}/factors/{app.pk}/").status_code == 403
    assert Authenticator.objects.filter(pk=app.pk).exists()
    assert officer.post(f"/desk/people/{account.id}/factors/{app.pk}/").status_code == 302
    assert not Authenticator.objects.filter(pk=app.pk).exists()
    assert not is_in(mine)
    assert changes(me.username) == ["joined", "app-gone"]
    knock(client := browser(), me.username)
    assert second(client, me.recovery[0]).status_code == 302  # what is left still lets the person in


def test_the_officer_leaves_nobody_without_a_way_in(company: Company) -> None:
    officer = Client()
    me = joined(browser())
    enter(officer)
    Authenticator.objects.filter(type="recovery_codes").delete()
    (app,) = Authenticator.objects.all()
    account = StaffAccount.objects.get(username=me.username)
    assert officer.post(f"/desk/people/{account.id}/factors/{app.pk}/").status_code == 422
    assert Authenticator.objects.count() == 1


def test_a_row_that_is_no_passkey_can_be_taken_away_all_the_same(company: Company) -> None:
    mine = browser()
    me = joined(mine)
    account = StaffAccount.objects.get(username=me.username)
    forged = Authenticator.objects.create(user_id=account.id, type=passkeys.KIND, data={"credential": "nonsense"})
    assert mine.post(f"/desk/account/factors/{forged.pk}/").status_code == 302
    assert not Authenticator.objects.filter(pk=forged.pk).exists()
