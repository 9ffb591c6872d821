"""Coming in at the desk: by invitation, then by password and something carried; wrong answers close the door."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import check_password
from django.test import Client

from jikim import clock
from jikim.actions import desk, entry
from jikim.domain.lockout import Door
from jikim.store.live.models import DeskLink, DeskSession, StaffAccount, UnauthorizedUse, WrongAnswers
from tests.support.company import Company
from tests.support.staff import PASSWORD, invited, quick, reseal
from tests.support.staff_codes import code_of

pytestmark = pytest.mark.usefixtures("stores")


@dataclass
class Joined:
    """An account made on the pages: what its person knows and carries."""

    username: str
    secret: str
    recovery: list[str]


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    entry.sources.forget()
    entry._nobodys_password.cache_clear()
    with quick():
        yield


def browser() -> Client:
    return Client(headers={"accept-language": "ko-KR"})


def join(client: Client, link: str, **changed: str) -> Any:
    words = {"name": "한서윤", "password": PASSWORD, "again": PASSWORD, **changed}
    return client.post(f"/desk/enter/{link}/", words)


def joined(client: Client) -> Joined:
    assert join(client, invited()).headers["Location"].startswith("/desk/enter/factor/")
    page: Any = client.get("/desk/enter/factor/")
    setup = page.context["setup"]
    done: Any = client.post("/desk/enter/factor/", {"setup": setup.signed, "code": code_of(setup.secret, ahead=-1)})
    assert done.status_code == 200, done.content.decode()
    return Joined(done.context["username"], setup.secret, done.context["codes"])


def knock(client: Client, username: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/desk/enter/", {"username": username, "password": password}, **more)


def second(client: Client, code: str) -> Any:
    return client.post("/desk/enter/second/", {"code": code})


# --- making an account ---------------------------------------------------------------------------------------------


def test_an_invitation_makes_one_account_and_is_dead_once_its_second_factor_stands(company: Company) -> None:
    link, client = invited(), browser()
    assert client.get(f"/desk/enter/{link}/").status_code == 200  # looking at it uses nothing up
    join(client, link)
    assert client.get("/desk/").status_code == 403  # a password alone opens nothing
    page: Any = client.get("/desk/enter/factor/")
    setup = page.context["setup"]
    client.post("/desk/enter/factor/", {"setup": setup.signed, "code": code_of(setup.secret)})
    assert client.get("/desk/").status_code == 200
    assert browser().get(f"/desk/enter/{link}/").status_code == 403
    assert join(browser(), link).status_code == 403


def test_an_account_begun_and_left_can_be_begun_again_with_its_link(company: Company) -> None:
    link, before = invited(), StaffAccount.objects.count()
    join(browser(), link)
    join(browser(), link)
    assert StaffAccount.objects.count() == before + 1


@pytest.mark.parametrize(
    "wrong",
    [{"name": " "}, {"name": "가" * 41}, {"password": "short", "again": "short"}, {"again": "another one here"}],
)
def test_a_form_with_a_slip_comes_back_and_makes_nothing(company: Company, wrong: dict[str, str]) -> None:
    before = StaffAccount.objects.count()
    assert join(browser(), invited(), **wrong).status_code == 422
    assert StaffAccount.objects.count() == before


def test_a_link_is_good_for_a_day(company: Company) -> None:
    link = invited()
    DeskLink.objects.filter(used_at=None).update(usable_until=clock.wall_now())
    reseal(DeskLink)
    assert join(browser(), link).status_code == 403


def test_the_house_makes_a_first_officer_and_no_second(company: Company) -> None:
    with pytest.raises(desk.OfficerThere):
        desk.issue_link()


def test_neither_name_nor_secret_is_in_the_tables(company: Company) -> None:
    made = joined(browser())
    row = StaffAccount.objects.get(username=made.username)
    kept = repr([row.__dict__, *(one.data for one in Authenticator.objects.all())])
    assert not [word for word in ("한서윤", made.secret, PASSWORD, *made.recovery) if word in kept]


# --- signing in ----------------------------------------------------------------------------------------------------


def test_password_and_code_open_the_desk(company: Company) -> None:
    made, client = joined(browser()), browser()
    answer = knock(client, made.username.upper())
    cookie = answer.cookies["jikim_desk"]
    assert (cookie["path"], cookie["samesite"], cookie["httponly"], cookie["domain"]) == ("/desk/", "Strict", True, "")
    halfway = cookie.value
    assert client.get("/desk/").status_code == 403
    opened = second(client, code_of(made.secret))
    assert opened.headers["Location"] == "/desk/"
    assert opened.cookies["jikim_desk"].value != halfway
    assert client.get("/desk/").status_code == 200


def test_a_code_counts_once(company: Company) -> None:
    made, code = joined(one := browser()), ""
    one.post("/desk/leave/")
    knock(one, made.username)
    assert second(one, code := code_of(made.secret)).status_code == 302
    other = browser()
    knock(other, made.username)
    assert second(other, code).status_code == 422


def test_a_recovery_code_counts_once(company: Company) -> None:
    made = joined(browser())
    for status in (302, 422):
        client = browser()
        knock(client, made.username)
        assert second(client, made.recovery[3]).status_code == status


def test_over_tls_the_session_never_travels_in_clear(company: Company) -> None:
    made = joined(browser())
    answer = knock(browser(), made.username, secure=True)
    assert answer.cookies["jikim_desk"]["secure"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"


def test_a_sign_in_left_halfway_is_over_after_minutes(company: Company) -> None:
    made, client = joined(browser()), browser()
    knock(client, made.username)
    DeskSession.objects.filter(passed_at=None).update(began_at=clock.wall_now() - timedelta(minutes=11))
    reseal(DeskSession)
    assert second(client, code_of(made.secret)).status_code == 403


def test_a_secret_moved_to_another_account_opens_nothing(company: Company) -> None:
    mine, theirs = joined(browser()), joined(browser())
    rows = {row.user.get_username(): row for row in Authenticator.objects.filter(type="totp")}
    rows[theirs.username].data = rows[mine.username].data
    rows[theirs.username].save()
    client = browser()
    knock(client, theirs.username)
    client.raise_request_exception = False
    assert second(client, code_of(mine.secret)).status_code >= 400
    assert client.get("/desk/").status_code == 403


# --- wrong answers -------------------------------------------------------------------------------------------------


def test_whether_an_account_exists_shows_in_no_answer(company: Company) -> None:
    made = joined(browser())
    wrong, nobody = knock(browser(), made.username, "not the password"), knock(browser(), "aaaa-0000")
    assert wrong.status_code == nobody.status_code == 422
    assert _without(wrong, made.username) == _without(nobody, "aaaa-0000")


def _without(page: Any, name: str) -> str:
    """Return a page up to its first form token, which differs each time, without a name."""
    return str(page.content.decode().replace(name, "").partition("csrfmiddlewaretoken")[0])


def test_where_there_is_no_account_a_password_is_hashed_all_the_same(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[str] = []

    def check(password: str, kept: str) -> bool:
        hashed.append(kept)
        return check_password(password, kept)

    monkeypatch.setattr(entry, "check_password", check)
    knock(browser(), "aaaa-0000")
    assert len(hashed) == 1
    assert hashed[0].startswith("md5$")


def test_a_source_that_keeps_failing_is_shut_out_and_the_account_is_not(company: Company) -> None:
    made = joined(browser())
    for _ in range(Door.SOURCE.value):
        assert knock(browser(), made.username, "wrong", REMOTE_ADDR="203.0.113.7").status_code == 422
    shut = knock(browser(), made.username, REMOTE_ADDR="203.0.113.7")
    assert shut.status_code == 429
    assert shut.headers["Retry-After"] == "60"
    assert knock(browser(), made.username, REMOTE_ADDR="203.0.113.8").status_code == 302


@pytest.mark.parametrize("exists", [True, False])
def test_an_account_name_that_many_sources_try_is_shut_for_a_while(company: Company, exists: bool) -> None:
    name = joined(browser()).username if exists else "aaaa-0000"
    for number in range(Door.ACCOUNT.value):
        assert knock(browser(), name, "wrong", REMOTE_ADDR=f"203.0.113.{number}").status_code == 422
    assert knock(browser(), name, REMOTE_ADDR="198.51.100.1").status_code == 429
    WrongAnswers.objects.update(shut_until=clock.wall_now())
    assert knock(browser(), name, REMOTE_ADDR="198.51.100.1").status_code == (302 if exists else 422)


def test_wrong_codes_count_like_wrong_passwords(company: Company) -> None:
    made, client = joined(browser()), Client(REMOTE_ADDR="203.0.113.7")
    knock(client, made.username)
    for _ in range(Door.SOURCE.value):
        assert second(client, "000000").status_code == 422
    assert second(client, code_of(made.secret)).status_code == 429


def test_where_all_seem_to_come_from_one_place_nobody_shuts_the_others_out(company: Company) -> None:
    made = joined(browser())
    for _ in range(Door.SOURCE.value * 2):
        assert knock(browser(), "aaaa-0000").status_code in {422, 429}
    assert knock(browser(), made.username).status_code == 302


@pytest.mark.parametrize("address", ["2001:db8::1", "2001:db8:0:0:ffff::1"])
def test_a_household_counts_once(company: Company, address: str) -> None:
    for _ in range(Door.SOURCE.value):
        knock(browser(), "aaaa-0000", REMOTE_ADDR="2001:db8::7")
    assert knock(browser(), "bbbb-0000", REMOTE_ADDR=address).status_code == 429


def test_a_door_that_shuts_is_noted_under_seal_because_the_policy_names_it(company: Company) -> None:
    for _ in range(Door.SOURCE.value):
        knock(browser(), "aaaa-0000", REMOTE_ADDR="203.0.113.7")
    (noted,) = UnauthorizedUse.objects.all()
    assert (noted.event, noted.item, noted.policy_number) == ("desk-source-shut", "access_log", 2)
    assert noted.kid is not None
    assert b"203.0.113.7" not in bytes(noted.envelope)


def test_where_no_policy_names_it_an_attempt_is_counted_alone(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jikim.actions.unauthorized_use.kept_item", lambda policy: "")
    for _ in range(Door.SOURCE.value):
        knock(browser(), "aaaa-0000", REMOTE_ADDR="203.0.113.7")
    (noted,) = UnauthorizedUse.objects.all()
    assert (noted.kid, noted.item, bytes(noted.envelope)) == (None, "", b"")
