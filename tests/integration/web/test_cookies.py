"""The firewall of cookies: a hostile view sets what it likes, and only what a policy names leaves."""

from dataclasses import replace
from typing import Any

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import Client, RequestFactory
from django.urls import path

from jikim.domain.cookie import may_leave
from jikim.domain.errors import Refused
from jikim.domain.policy import CookieGroup
from jikim.language import load
from jikim.language.compile import compile as compiled
from jikim.queries import policies
from jikim.queries.policies import Published
from jikim.store.live.models import PendingLeaf
from jikim.web import cookies
from tests.support.company import Company
from tests.support.pages import POLICIES

pytestmark = pytest.mark.usefixtures("stores")

DAY = 86_400


def hostile(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("<!doctype html><title>.</title>", status=int(request.GET.get("status", "200")))
    for name in ("sessionid", "visit", "jikim_desk", "jikim_visit", "_ga"):
        response.set_cookie(name, "kim@example.kr", max_age=400 * DAY)
    response.headers["Set-Cookie"] = "raw=1"
    return response


def breaking(request: HttpRequest) -> HttpResponse:
    raise RuntimeError


urlpatterns = [path("", hostile), path("desk/", hostile), path("broken/", breaking)]


def refusals() -> list[dict[str, Any]]:
    return [row.body for row in PendingLeaf.objects.filter(kind="gate-refusal").order_by("id")]


def answered(where: str, published: Published | None, **set_: Any) -> HttpResponseBase:
    """Pass one cookie through the firewall alone."""

    def view(request: HttpRequest) -> HttpResponse:
        request.published = published  # type: ignore[attr-defined] # as the middleware inside does
        response = HttpResponse()
        response.set_cookie(**set_)
        return response

    return cookies.guard_cookies(view)(RequestFactory().get(where))


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("where", ["/", "/desk/", "/?status=404", "/?status=500", "/?status=302"])
def test_nothing_that_a_hostile_view_sets_leaves_from_any_answer(company: Company, visitor: Client, where: str) -> None:
    answer = visitor.get(where)
    assert not answer.cookies
    assert "Set-Cookie" not in answer.headers
    assert [(fact["gate"], fact["count"]) for fact in refusals()] == [("set-cookie", 6)]


def test_a_refusal_tells_a_count_and_nobody(company: Company, caplog: pytest.LogCaptureFixture) -> None:
    answered("/", None, key="visit", value="kim@example.kr")
    assert [set(fact) for fact in refusals()] == [{"on", "gate", "count"}]
    assert "kim@example.kr" not in caplog.text + str(refusals())
    assert "visit" in caplog.text


def test_an_answer_goes_out_also_when_the_journal_cannot_be_told(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise Refused("nobody hears", hint="wait")

    monkeypatch.setattr("jikim.actions.refusals.note", refuse)
    answer = answered("/", None, key="visit", value="1")
    assert (answer.status_code, dict(answer.cookies)) == (200, {})


def test_a_streamed_answer_passes_the_same_firewall(company: Company) -> None:
    def view(request: HttpRequest) -> StreamingHttpResponse:
        response = StreamingHttpResponse(iter([b"a"]))
        response.set_cookie("visit", "1")
        return response

    assert not cookies.guard_cookies(view)(RequestFactory().get("/")).cookies


@pytest.mark.parametrize(
    ("name", "seconds", "leaves"),
    [
        ("jikim_choice", 365 * DAY, True),  # essential, one year
        ("jikim_choice", 400 * DAY, False),  # longer than the policy says
        ("jikim_visit", DAY, False),  # named, and rests on a consent that nobody can give yet
        ("JIKIM_CHOICE", DAY, False),  # a name is its very letters
        ("sessionid", 0, False),
    ],
)
def test_only_what_the_policy_names_leaves_and_no_longer_than_it_says(
    company: Company, name: str, seconds: int, leaves: bool
) -> None:
    answer = answered("/", policies.in_force(), key=name, value="1", max_age=seconds)
    assert (name in answer.cookies) is leaves
    assert bool(refusals()) is not leaves


def test_without_a_policy_no_cookie_leaves(company: Company) -> None:
    assert not answered("/", None, key="jikim_choice", value="1").cookies


def test_a_group_that_names_no_ground_lets_nothing_leave(company: Company) -> None:
    now = policies.in_force()
    assert now is not None
    groups: tuple[CookieGroup, ...] = tuple(replace(group, basis="") for group in now.policy.cookies.groups)
    assert not may_leave(replace(now.policy.cookies, groups=groups), "jikim_choice", 0)


@pytest.mark.parametrize(
    ("where", "set_", "leaves"),
    [
        ("/desk/", {"key": "jikim_desk", "max_age": DAY}, True),
        ("/desk/", {"key": "jikim_desk", "max_age": DAY + 1}, False),
        ("/desk/", {"key": "jikim_form"}, True),
        ("/desk/", {"key": "jikim_form", "expires": "Fri, 01 Jan 2100 00:00:00 GMT"}, False),
        ("/privacy/", {"key": "jikim_desk"}, False),
        ("/deskless/", {"key": "jikim_desk"}, False),
        ("/desk/", {"key": "sessionid"}, False),
    ],
)
def test_a_cookie_of_the_desk_leaves_from_the_desk_alone(
    company: Company, where: str, set_: dict[str, Any], leaves: bool
) -> None:
    assert (set_["key"] in answered(where, policies.in_force(), **set_).cookies) is leaves


def test_a_cookie_can_always_be_taken_back(company: Company) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        response = HttpResponse()
        response.delete_cookie("jikim_desk", path="/desk/")
        return response

    assert "jikim_desk" in cookies.guard_cookies(view)(RequestFactory().get("/desk/")).cookies


def test_what_the_desk_sets_is_what_the_staff_policy_names() -> None:
    staff = compiled(load.read(POLICIES / "staff.toml").raw)
    named = {name: life for group in staff.cookies.groups for name, life in group.cookies}
    assert set(named) == set(cookies.AT_THE_DESK)
    assert all(life.days * DAY == cookies.AT_THE_DESK[name] for name, life in named.items())


def test_the_firewall_stands_outermost() -> None:
    assert settings.MIDDLEWARE[0] == "jikim.web.cookies.guard_cookies"


@pytest.mark.urls(__name__)
def test_an_answer_to_a_failure_sets_nothing_either(company: Company) -> None:
    visitor = Client(raise_request_exception=False)
    assert not visitor.get("/broken/").cookies
