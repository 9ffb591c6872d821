"""An inquiry that ends without a class: what a law may keep of it waits for one, and the desk says so.

Nobody's inquiry gets a class by default: neither one that keeps, nor one that destroys.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from jikim import clock
from jikim.domain.terms import RecordState
from jikim.queries import due as planned
from jikim.queries.overview import overview
from jikim.store.live.models import Certificate, Inquiry, OutgoingMail
from jikim.store.separate.models import SeparateItem
from tests.support.company import BEGINS, Company, copies

pytestmark = pytest.mark.usefixtures("stores")

OVER = BEGINS + timedelta(days=8)  # a person closed it on the first day, and seven quiet days passed
LATE = OVER + timedelta(days=5)


def closed_by_the_person(company: Company, visitor: Client) -> tuple[UUID, str]:
    receipt = company.receives(access_log="")
    visitor.post("/my/close/", {"code": receipt.code})
    return receipt.record_id, receipt.code


def page(client: Client, path: str, language: str = "en") -> Any:
    return client.get(f"{path}{'&' if '?' in path else '?'}lang={language}")


def gives(client: Client, record_id: UUID, record_class: str, start: date | None = None) -> Any:
    choice = {"class": record_class, "start_event_on": start.isoformat() if start else "", "step": "confirm"}
    return client.post(f"/desk/records/{record_id}/resolve/", choice)


def row(record_id: UUID) -> Inquiry:
    return Inquiry.objects.get(id=record_id)


def test_what_no_law_keeps_goes_in_time_and_the_rest_waits(company: Company, visitor: Client) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    assert company.works_on(OVER).destroyed == 4  # two files
    assert [copies(record_id, item) for item in ("subject", "email", "content", "attachments")] == [
        ["live"], ["live"], ["live"], [],
    ]  # fmt: skip
    assert Certificate.objects.get().reason == "purpose-achieved"


@pytest.mark.parametrize(
    ("language", "lacks", "gives"), [("en", "No class yet", "Give it a class"), ("ko", "종류 없음", "종류 정하기")]
)
def test_what_a_person_closed_says_in_its_folder_and_on_its_page_that_it_has_no_class(
    company: Company, visitor: Client, handler: Client, language: str, lacks: str, gives: str
) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    folder, record = "/desk/inbox/?folder=resolved", f"/desk/records/{record_id}/"
    assert lacks in page(handler, folder, language).content.decode()
    assert gives in page(handler, record, language).content.decode()
    company.resolves(record_id)
    assert lacks not in page(handler, folder, language).content.decode()
    assert gives not in page(handler, record, language).content.decode()


@pytest.mark.parametrize(("language", "words"), [("en", "over without a class"), ("ko", "종류 없이 끝난 문의")])
def test_the_desk_s_first_page_says_so_until_it_has_one(
    company: Company, visitor: Client, handler: Client, language: str, words: str
) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    before = page(handler, "/desk/", language).content.decode()
    assert words not in before
    assert f"/desk/records/{record_id}/resolve/" in before  # it is about to end
    company.works_on(OVER)
    now = page(handler, "/desk/", language).content.decode()
    assert words in now
    assert f"/desk/records/{record_id}/resolve/" in now
    gives(handler, record_id, "general")
    after = page(handler, "/desk/", language).content.decode()
    assert words not in after
    assert f"/desk/records/{record_id}/resolve/" not in after


def test_a_class_given_in_its_five_days_keeps_what_its_law_names(
    company: Company, visitor: Client, handler: Client
) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    company.works_on(OVER)
    clock.travel_to(OVER + timedelta(days=3))
    assert gives(handler, record_id, "complaint-dispute", BEGINS).status_code == 302
    done = company.works_on(OVER + timedelta(days=4))
    assert (done.set_aside, done.destroyed) == (3, 0)
    kept = SeparateItem.objects.get(item="content")
    assert (kept.rule, kept.start_on, kept.last_day) == ("complaint-dispute", BEGINS, date(2029, 10, 5))
    assert (row(record_id).state, row(record_id).resolved_on) == (RecordState.SET_ASIDE, BEGINS)
    assert overview().overdue == 0


def test_one_that_no_law_keeps_is_destroyed_with_the_next_round(
    company: Company, visitor: Client, handler: Client
) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    company.works_on(OVER)
    gives(handler, record_id, "general")
    assert company.works_on(OVER).destroyed == 3
    assert row(record_id).state == RecordState.DESTROYED
    assert Certificate.objects.filter(body__in_time=True).count() == 2


def test_after_five_days_it_is_shown_as_late_and_still_not_destroyed(
    company: Company, visitor: Client, handler: Client
) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    company.works_on(LATE - timedelta(days=1))
    assert overview().overdue == 0
    assert company.works_on(LATE + timedelta(days=30)).destroyed == 0
    assert (overview().overdue, overview().overdue_days) == (3, 31)
    for path, words in (("/desk/", "by 31 days at most"), ("/desk/due/", "Waiting for a class")):
        assert words in page(handler, path).content.decode()
    gives(handler, record_id, "general")
    assert company.works_on(LATE + timedelta(days=30)).destroyed == 3
    assert Certificate.objects.filter(body__in_time=False).count() == 1


def test_an_abandoned_one_gets_its_class_afterwards_and_is_not_opened_again_by_it(
    company: Company, visitor: Client, handler: Client
) -> None:
    receipt = company.receives(access_log="")
    company.works_on(date(2027, 4, 4))
    record_id = receipt.record_id
    letters = OutgoingMail.objects.count()
    assert gives(handler, record_id, "complaint-dispute", date(2026, 10, 20)).status_code == 302
    assert (row(record_id).resolved_on, OutgoingMail.objects.count()) == (None, letters)
    assert visitor.post("/my/answered/", {"code": receipt.code, "answered": "no"}).status_code == 409
    assert company.works_on(date(2027, 4, 5)).set_aside == 3
    assert SeparateItem.objects.get(item="content").last_day == date(2029, 10, 20)


def test_a_class_given_after_the_end_is_given_once(company: Company, visitor: Client, handler: Client) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    company.works_on(OVER)
    assert gives(handler, record_id, "complaint-dispute", BEGINS).status_code == 302
    answer = gives(handler, record_id, "general")
    assert answer.status_code == 422
    assert row(record_id).record_class == "complaint-dispute"


def test_while_it_waits_nothing_but_its_class_is_taken(company: Company, visitor: Client, handler: Client) -> None:
    record_id, code = closed_by_the_person(company, visitor)
    company.works_on(OVER)
    shown = page(handler, f"/desk/records/{record_id}/").content.decode()
    assert "Which kind of record is this?" in shown
    assert "Send the answer" not in shown
    handler.post(f"/desk/records/{record_id}/reply/", {"words": "one more word"})
    handler.post(f"/desk/records/{record_id}/reopen/")
    visitor.post("/my/answered/", {"code": code, "answered": "no"})
    assert {action.record_id for action in planned.plan(OVER).awaiting} == {record_id}


@pytest.mark.parametrize(
    ("language", "before", "after"),
    [
        ("en", "unless a law keeps it", "Once we have decided whether a law keeps it"),
        ("ko", "법이 보관하게 하면 더 둡니다", "법이 보관하게 하는 기록인지 가린 뒤"),
    ],
)
def test_the_person_is_promised_no_day_that_a_law_may_move(
    company: Company, visitor: Client, language: str, before: str, after: str
) -> None:
    _record_id, code = closed_by_the_person(company, visitor)
    assert before in visitor.post(f"/my/?lang={language}", {"code": code}).content.decode()
    company.works_on(LATE)
    told = visitor.post(f"/my/?lang={language}", {"code": code}).content.decode()
    assert after in told
    assert before not in told


def test_the_preview_of_a_late_class_counts_from_the_end_and_not_from_today(
    company: Company, visitor: Client, handler: Client
) -> None:
    record_id, _code = closed_by_the_person(company, visitor)
    clock.travel_to(OVER + timedelta(days=2))
    choice = {"class": "general", "start_event_on": "", "step": ""}
    told: Any = handler.post(f"/desk/records/{record_id}/resolve/?lang=en", choice)
    assert "cannot be corrected afterwards" in told.content.decode()
    days = {kept.destroyed for kept in told.context["keepings"]}
    assert days == {"At the latest 17 October 2026"}
