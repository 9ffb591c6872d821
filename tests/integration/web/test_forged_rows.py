"""Rows by somebody who reaches the live database but not the desk's secret open nothing, and the journal is told."""

import hashlib
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import connections
from django.test import Client

from jikim import clock, sealing
from jikim.actions import desk, entry, forged, staff
from jikim.domain.errors import Misused
from jikim.domain.staff import EVERY_ROLE, StaffRole
from jikim.queries.desk import session, session_by_id
from jikim.queries.staff import has_officer, roles_of
from jikim.sealing import seals
from jikim.sealing.codes import token_digest
from jikim.sealing.keyring import KeyringUnavailable
from jikim.sealing.primitives import length_prefixed
from jikim.sealing.seals import Use
from jikim.store.live.models import DeskLink, DeskSession, PendingLeaf, StaffAccount
from tests.integration.web.test_signing_in import Joined, browser, join, joined, knock, second
from tests.support.company import Company
from tests.support.staff import PASSWORD, account_of, invited, quick, signed_in
from tests.support.staff_codes import code_of

pytestmark = pytest.mark.usefixtures("stores")

CHOSEN = "a token that the attacker chose"
FORGED_KEY = "what somebody has who runs the public process"


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    entry.sources.forget()
    seals.broken.take()
    with quick():
        yield


def sql(words: str, *values: str | bytes) -> None:
    with connections["live"].cursor() as cursor:
        cursor.execute(words, values)


def told() -> dict[str, int]:
    counts: dict[str, int] = {}
    for row in PendingLeaf.objects.filter(kind="attack"):
        counts[row.body["event"]] = counts.get(row.body["event"], 0) + row.body["count"]
    return counts


def unkeyed(token: str) -> str:
    return hashlib.sha256(length_prefixed(b"jikim/token/1", token.encode())).hexdigest()


def keyed_by_another(monkeypatch: pytest.MonkeyPatch, make: Callable[[], str]) -> str:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr("jikim.environment.secret_key", lambda: FORGED_KEY)
        return make()


def carrying(token: str) -> Client:
    client = browser()
    client.cookies["jikim_desk"] = token
    return client


def status(client: Client) -> int:
    return int(client.get("/desk/").status_code)


# --- sessions and links --------------------------------------------------------------------------------------------


def test_a_session_written_by_hand_opens_nothing(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    now, mine = clock.wall_now(), account_of(company.session_id).id
    elsewhere = keyed_by_another(monkeypatch, lambda: token_digest(Use.SESSION_TOKEN, CHOSEN))
    for digest in (unkeyed(CHOSEN), elsewhere):
        row = {"account_id": mine, "session_hash": digest, "began_at": now, "seen_at": now, "passed_at": now}
        written = DeskSession.objects.create(**row, seal="ab" * 32)
        assert status(carrying(CHOSEN)) == 403
        assert session_by_id(written.id) is None
    forged.tell()
    assert told() == {"forged-session": 2}


Change = Callable[[str], None]
SESSIONS: dict[str, Change] = {
    "another account": lambda token: _change(token, account_id=_officer().id),
    "a later beginning": lambda token: _change(token, began_at=clock.wall_now() - timedelta(hours=1)),
    "no seal": lambda token: _change(token, seal=""),
    "letters that are none": lambda token: _change(token, seal="가" * 64),
}


@pytest.mark.parametrize("change", SESSIONS)
def test_a_session_of_ones_own_that_is_altered_opens_nothing(company: Company, change: str) -> None:
    token = signed_in({StaffRole.HANDLER})
    assert status(carrying(token)) == 200
    SESSIONS[change](token)
    assert status(carrying(token)) == 403
    assert told() == {"forged-session": 1}


def test_nobody_passes_the_second_factor_by_a_row(company: Company) -> None:
    made, client = joined(browser()), browser()
    knock(client, made.username)
    DeskSession.objects.filter(passed_at=None).update(passed_at=clock.wall_now())
    assert status(client) == 403
    assert told() == {"forged-session": 1}


def test_an_invitation_written_by_hand_leads_nowhere(company: Company) -> None:
    now = clock.wall_now()
    row = {"roles": sorted(EVERY_ROLE), "made_at": now, "usable_until": now + timedelta(hours=1)}
    DeskLink.objects.create(**row, link_hash=unkeyed(CHOSEN))
    before = StaffAccount.objects.count()
    assert join(browser(), CHOSEN).status_code == 403
    assert StaffAccount.objects.count() == before


LINKS: dict[str, dict[str, Callable[[], Any]]] = {
    "more roles": {"roles": lambda: sorted(EVERY_ROLE)},
    "somebody's account": {"account_id": lambda: _officer().id},
    "a later end": {"usable_until": lambda: clock.wall_now() + timedelta(days=30)},
}


@pytest.mark.parametrize("change", LINKS)
def test_an_invitation_that_is_altered_leads_nowhere(company: Company, change: str) -> None:
    link = invited({StaffRole.HANDLER})
    changed = {name: value() for name, value in LINKS[change].items()}
    DeskLink.objects.filter(link_hash=token_digest(Use.LINK_TOKEN, link)).update(**changed)
    before = _officer().password
    assert join(browser(), link).status_code == 403
    with pytest.raises(desk.LinkRefused):
        staff.join(link, name="Han", password=PASSWORD)
    assert _officer().password == before
    forged.tell()
    assert told() == {"forged-link": 2}


def test_a_used_invitation_is_not_made_new_again(company: Company) -> None:
    link = invited()
    staff.finish_joining(staff.join(link, name="Han", password=PASSWORD))
    DeskLink.objects.update(used_at=None, account_id=None)
    assert join(browser(), link).status_code == 403


def test_an_account_laid_where_an_invitation_leads_is_not_taken_up(company: Company) -> None:
    link = invited({StaffRole.HANDLER})
    halfway = staff.join(link, name="Han", password=PASSWORD)
    StaffAccount.objects.filter(state="joining").update(roles=sorted(EVERY_ROLE))
    with pytest.raises(desk.NotAtTheDesk):
        staff.finish_joining(halfway)
    with pytest.raises(desk.LinkRefused):
        staff.join(link, name="Han", password=PASSWORD)


# --- accounts ------------------------------------------------------------------------------------------------------


def test_an_account_written_by_hand_comes_in_nowhere(company: Company) -> None:
    sql(
        "INSERT INTO live_staffaccount (id, username, password, roles, state, name_envelope, totp_step, made_at, seal)"
        " VALUES (%s, 'aaaa-0000', %s, %s, 'working', %s, 0, %s, '')",
        uuid4().hex,
        make_password(PASSWORD),
        json.dumps(sorted(EVERY_ROLE)),
        b"",
        "2026-10-05 00:00:00",
    )
    assert knock(browser(), "aaaa-0000").status_code == 422
    assert told() == {"forged-account": 1}


def test_a_password_exchanged_in_the_table_lets_nobody_in(company: Company) -> None:
    made = joined(browser())
    sql("UPDATE live_staffaccount SET password = %s WHERE username = %s", make_password("another one"), made.username)
    assert knock(browser(), made.username, "another one").status_code == 422
    assert told() == {"forged-account": 1}


def test_roles_raised_in_the_table_give_nothing_and_end_what_there_was(company: Company) -> None:
    token = signed_in({StaffRole.HANDLER})
    found = session(token)
    assert found is not None
    row = account_of(found.id)
    sql("UPDATE live_staffaccount SET roles = %s WHERE username = %s", json.dumps(sorted(EVERY_ROLE)), row.username)
    assert carrying(token).get("/desk/people/").status_code == 403
    assert roles_of(row.id) == frozenset()
    with pytest.raises(Misused):
        staff.change_roles(row.id, {StaffRole.HANDLER}, session_id=company.session_id)  # which would seal a lie
    staff.end(row.id, session_id=company.session_id)


def test_an_ended_account_is_not_called_back(company: Company) -> None:
    found = session(token := signed_in({StaffRole.HANDLER}))
    assert found is not None
    staff.end(account_of(found.id).id, session_id=company.session_id)
    StaffAccount.objects.filter(state="ended").update(state="working", password=make_password(PASSWORD), ended_at=None)
    DeskSession.objects.update(ended_at=None)
    assert session(token) is None


def test_who_loses_the_secret_may_make_an_officer_again(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_officer()
    monkeypatch.setattr("jikim.environment.secret_key", lambda: FORGED_KEY)
    assert not has_officer()
    assert status(Client()) == 403
    assert desk.issue_link()


# --- second factors ------------------------------------------------------------------------------------------------


def test_a_second_factor_added_by_hand_opens_nothing(company: Company) -> None:
    mine, theirs = joined(browser()), joined(browser())
    rows = {row.user.get_username(): row for row in Authenticator.objects.filter(type="totp")}
    known = rows[theirs.username]
    known.data = {"secret": rows[mine.username].data["secret"]}
    known.save()
    assert _second(theirs, code_of(mine.secret)) == 422
    assert told() == {"forged-factor": 1}


def test_recovery_codes_made_unused_in_the_table_are_dead(company: Company) -> None:
    made = joined(browser())
    assert _second(made, made.recovery[3]) == 302
    row = Authenticator.objects.get(user__username=made.username, type="recovery_codes")
    row.data["used_mask"] = 0
    row.save()
    assert _second(made, made.recovery[3]) == 422
    assert told() == {"forged-factor": 1}


def test_a_passkey_added_by_hand_is_not_asked(company: Company) -> None:
    from jikim.web.desk.accounts import factors

    made = joined(browser())
    account = StaffAccount.objects.get(username=made.username)
    sealed_for_another = joined(browser())
    other = Authenticator.objects.get(user__username=sealed_for_another.username, type="totp")
    forgeries: list[Any] = [{"credential": {}}, {"credential": {}, "seal": other.data["seal"]}, ["not", "ours"]]
    for data in forgeries:
        Authenticator.objects.create(user_id=account.id, type="webauthn", data=data)
    assert factors.own(account.id, "webauthn") == []
    forged.tell()
    assert told() == {"forged-factor": 3}


# --- telling -------------------------------------------------------------------------------------------------------


def test_what_cannot_be_told_now_is_told_later(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    DeskSession.objects.update(seal="")
    assert session_by_id(company.session_id) is None

    def away() -> None:
        raise KeyringUnavailable("away", hint="wait")

    with monkeypatch.context() as later:
        later.setattr(sealing, "current", away)
        forged.tell()
    assert told() == {}
    forged.tell()
    forged.tell()
    assert told() == {"forged-session": 1}


def _second(made: Joined, code: str) -> int:
    client = browser()
    knock(client, made.username)
    return int(second(client, code).status_code)


def _change(token: str, **facts: Any) -> None:
    DeskSession.objects.filter(session_hash=token_digest(Use.SESSION_TOKEN, token)).update(**facts)


def _officer() -> StaffAccount:
    return next(row for row in StaffAccount.objects.order_by("made_at") if StaffRole.OFFICER in row.roles)
