"""Holds and approvals at the desk: what is not destroyed yet and why, and what waits for a yes."""

import json
from base64 import urlsafe_b64decode
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import html5lib
import pytest
from django.test import Client

from jikim import sealing
from jikim.actions import holds as doing
from jikim.domain.guard_rails import Rails
from jikim.domain.hold import HoldReason
from jikim.domain.passkey import Purpose
from jikim.domain.staff import StaffRole
from jikim.procedures import rails as showing
from jikim.queries import approvers, holds, rails
from jikim.queries.desk import session
from jikim.store.live.models import ItemValue, Quarantine, StaffChange, VouchedClock
from tests.support.company import Company
from tests.support.passkeys import SoftPasskey, approver
from tests.support.staff import signed_in
from tests.support.web import enter

pytestmark = pytest.mark.usefixtures("stores")

ENDS = date(2026, 10, 13)


def of(record_id: UUID, more: str = "") -> str:
    return f"/desk/records/{record_id}/holds/{more}"


def wanted(**changes: Any) -> dict[str, Any]:
    return {"item": ["content"], "reason": "lawsuit", "review_on": "2027-01-05", **changes}


@pytest.fixture
def waiting(company: Company, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a list wait for approval, because a day may destroy ten values alone; return its digest."""
    monkeypatch.setattr(rails, "RAILS", Rails(least=10, percent=0))
    monkeypatch.setattr(rails, "cap", lambda alive, freely: 10)
    for _ in range(9):
        company.receives_and_resolves(access_log="")
    company.works_on(ENDS)
    showing.show_lists(ENDS)
    (found,) = rails.waiting()
    return found.approval.digest


# --- holds ---------------------------------------------------------------------------------------------------------


def test_a_hold_set_at_the_desk_refuses_destruction_and_the_plan_says_so(company: Company, handler: Client) -> None:
    record_id = company.receives_and_resolves("general", access_log="").record_id
    assert handler.post(of(record_id), wanted()).status_code == 302
    company.works_on(ENDS)
    assert list(ItemValue.objects.values_list("item", flat=True)) == ["content"]
    enter(handler)
    page: Any = handler.get("/desk/due/")
    ((line, why),) = page.context["held"]
    assert (line.action.item, why) == ("content", "소송")
    assert "소송" in handler.get("/desk/holds/").content.decode()


def test_a_lifted_hold_says_when_and_lets_go(company: Company, handler: Client) -> None:
    record_id = company.receives_and_resolves("general", access_log="").record_id
    handler.post(of(record_id), wanted())
    (hold,) = holds.of(record_id)
    assert handler.post(of(record_id, f"{hold.id}/lift/")).status_code == 422
    assert holds.every() == (hold,), "a slip lifts nothing"
    assert handler.post(of(record_id, f"{hold.id}/lift/"), {"sure": "yes"}).status_code == 302
    assert "해제함" in handler.get(of(record_id)).content.decode()
    assert handler.post(of(record_id, f"{hold.id}/lift/"), {"sure": "yes"}).status_code == 422
    company.works_on(ENDS)
    assert not ItemValue.objects.exists()


def test_a_hold_is_looked_at_again_within_six_months(company: Company, handler: Client) -> None:
    record_id = company.receives().record_id
    handler.post(of(record_id), wanted())
    (hold,) = holds.of(record_id)
    review = of(record_id, f"{hold.id}/review/")
    assert handler.post(review, {"review_on": "2027-02-01"}).status_code == 302
    for day in ("2027-12-01", "soon", "2026-10-05"):
        assert handler.post(review, {"review_on": day}).status_code == 422
    assert holds.of(record_id)[0].review_on == date(2027, 2, 1)


@pytest.mark.parametrize(
    "changes",
    [{"item": []}, {"item": ["made_up"]}, {"reason": "later"}, {"review_on": ""}, {"review_on": "2028-01-01"}],
)
def test_a_hold_without_its_facts_is_asked_again(company: Company, handler: Client, changes: dict[str, Any]) -> None:
    record_id = company.receives().record_id
    assert handler.post(of(record_id), wanted(**changes)).status_code == 422
    assert holds.every() == ()


def test_who_asked_for_a_hold_stands_beside_who_decided(company: Company, handler: Client) -> None:
    record_id, sol = company.receives().record_id, session(signed_in({StaffRole.HANDLER}, "Sol"))
    assert sol is not None
    assert f'<option value="{sol.account_id}">Sol</option>' in handler.get(of(record_id)).content.decode()
    assert handler.post(of(record_id), wanted(asked_by=str(sol.account_id))).status_code == 302
    assert holds.every()[0].asked_by == sol.account_id
    for page in (of(record_id), "/desk/holds/"):
        assert "Sol" in handler.get(page).content.decode()


@pytest.mark.parametrize("nobody", ["somebody", "00000000-0000-0000-0000-000000000047"])
def test_nobody_unknown_has_asked_for_a_hold(company: Company, handler: Client, nobody: str) -> None:
    record_id = company.receives().record_id
    assert handler.post(of(record_id), wanted(asked_by=nobody)).status_code == 422
    assert holds.every() == ()


def test_only_the_officer_decides_on_holds(company: Company) -> None:
    record_id = company.receives().record_id
    client = Client()
    enter(client, {StaffRole.HANDLER})
    assert client.post(of(record_id), wanted()).status_code == 403
    assert "holds/" not in client.get(f"/desk/records/{record_id}/").content.decode()
    assert holds.every() == ()


# --- approvals -----------------------------------------------------------------------------------------------------


def test_a_list_is_shown_whole_and_signed_as_it_was_shown(company: Company, waiting: str) -> None:
    client, path = Client(headers={"accept-language": "en"}), f"/desk/approvals/{waiting}/"
    mine = approver(whose(enter(client)))
    page: Any = client.get(path)
    assert sum(step.values for step in page.context["steps"]) == page.context["line"].values
    whole = max(page.context["steps"], key=lambda step: step.values)
    assert [label for label, _count in whole.items] == ["Subject", "Email", "Message", "Attachments"]
    for shown in (path, "/desk/approvals/"):
        html5lib.HTMLParser(strict=True).parse(client.get(shown).content.decode())
    assert waiting in page.content.decode()
    answer = mine.in_a_form(challenge(page))
    assert client.post(path, answer).status_code == 302
    assert len(rails.waiting()[0].approval.signatures) == 1
    assert "You have signed this list" in client.get(path).content.decode()
    assert client.post(path, answer).status_code == 409


def whose(token: str) -> UUID:
    found = session(token)
    assert found is not None
    return found.account_id


def challenge(page: Any) -> bytes:
    options = json.loads(page.context["question"].options)["publicKey"]
    assert (options["userVerification"], options["rpId"]) == ("required", "localhost")
    word = options["challenge"]
    return urlsafe_b64decode(word + "=" * (-len(word) % 4))


@pytest.mark.parametrize("form", [{}, {"passkey": ""}, {"passkey": "[]"}, {"passkey": '{"rawId": 7, "response": {}}'}])
def test_without_a_passkeys_answer_nobody_signs(company: Company, waiting: str, form: dict[str, str]) -> None:
    client = Client()
    approver(whose(enter(client)))
    assert client.post(f"/desk/approvals/{waiting}/", form).status_code == 409
    assert rails.waiting()[0].approval.signatures == ()


def test_an_approver_without_a_passkey_that_counts_is_led_to_making_one(company: Company, waiting: str) -> None:
    client = Client(headers={"accept-language": "en"})
    mine, new = whose(enter(client)), SoftPasskey()
    page: Any = client.get(f"/desk/approvals/{waiting}/")
    assert "data-passkey" not in page.content.decode()
    assert "/desk/approvers/" in page.content.decode()
    assert "/desk/account/" in client.get("/desk/approvers/").content.decode()
    sealing.current().enroll_passkey(mine, new.attested)
    assert client.post(f"/desk/approvals/{waiting}/", yes_in_a_form(new, waiting)).status_code == 409
    assert "Counts from" in client.get("/desk/approvers/").content.decode()
    assert rails.waiting()[0].approval.signatures == ()


def yes_in_a_form(passkey: SoftPasskey, digest: str) -> dict[str, str]:
    return passkey.in_a_form(sealing.current().ask_passkey(Purpose.APPROVE, digest))


# --- passkeys that approve -------------------------------------------------------------------------------------------


def test_everybody_at_the_desk_is_told_of_a_new_passkey_while_it_waits(company: Company, handler: Client) -> None:
    other = Client(headers={"accept-language": "en"})
    enter(other, {StaffRole.HANDLER})
    assert "new passkey" not in other.get("/desk/").content.decode()
    sealing.current().enroll_passkey(uuid4(), SoftPasskey().attested)
    assert numbers(other)["new passkey that will approve"] == 1
    assert "nobody known" in other.get("/desk/approvers/").content.decode()


def test_an_approver_vouches_for_a_new_passkey_and_no_handler_does(company: Company) -> None:
    one, other, new = Client(), Client(), SoftPasskey()
    mine = approver(whose(enter(one)))
    sealing.current().enroll_passkey(whose(enter(other, {StaffRole.APPROVER})), new.attested)
    path = f"/desk/approvers/{new.id}/"
    answer = mine.in_a_form(challenge(one.get(path)))
    enter(nobody := Client(), {StaffRole.HANDLER})
    assert nobody.post(path, answer).status_code == 403
    assert one.post(path, {"passkey": "{}"}).status_code == 422
    assert one.post(path, mine.in_a_form(bytes(40))).status_code == 422
    assert approvers.waiting() != ()
    assert one.post(path, answer).status_code == 302
    assert approvers.waiting() == ()
    assert one.get(path).status_code == 404


def test_a_passkey_is_taken_away_by_the_officer_or_its_owner_and_by_nobody_else(company: Company) -> None:
    officer, owner, handler = Client(), Client(), Client()
    enter(officer)
    enter(handler, {StaffRole.HANDLER})
    new, mine = SoftPasskey(), whose(enter(owner, {StaffRole.APPROVER}))
    sealing.current().enroll_passkey(mine, new.attested)
    path = f"/desk/approvers/{new.id}/retire/"
    assert handler.post(path).status_code == 403
    assert officer.post(path).status_code == 302
    assert officer.post(path).status_code == 404
    again = approver(mine)
    assert owner.post(f"/desk/approvers/{again.id}/retire/").status_code == 302
    assert approvers.passkeys() == ()
    assert list(StaffChange.objects.filter(account_id=mine).values_list("change", flat=True))[-1] == "passkey-end"


def test_who_may_approve_no_longer_has_no_passkey_that_does(company: Company) -> None:
    for ending in ({"role": "handler"}, None):
        officer, other = Client(), Client()
        enter(officer)
        account = whose(enter(other, {StaffRole.APPROVER}))
        approver(account)
        path = f"/desk/people/{account}/"
        assert officer.post(f"{path}roles/" if ending else f"{path}end/", ending or {"sure": "yes"}).status_code == 302
        assert approvers.counting(account) == ()


def test_a_list_that_does_not_wait_is_not_signed(company: Company, handler: Client) -> None:
    assert handler.get(f"/desk/approvals/{'0' * 64}/").status_code == 404
    assert handler.post(f"/desk/approvals/{'0' * 64}/").status_code == 409


def test_who_may_not_approve_sees_the_list_and_no_button(company: Company, waiting: str) -> None:
    client = Client()
    enter(client, {StaffRole.HANDLER})
    assert 'type="submit">Approve' not in client.get(f"/desk/approvals/{waiting}/?lang=en").content.decode()
    assert client.post(f"/desk/approvals/{waiting}/").status_code == 403
    assert rails.waiting()[0].approval.signatures == ()


# --- the first page ------------------------------------------------------------------------------------------------


def numbers(client: Client) -> dict[str, int]:
    page: Any = client.get("/desk/?lang=en")
    return {tile.label: tile.number for tile in (*page.context["urgent"], *page.context["running"])}


def test_the_first_number_is_the_age_of_the_most_overdue_record(company: Company, handler: Client) -> None:
    from jikim import clock

    company.receives_and_resolves("general")
    first = handler.get("/desk/?lang=en").context["urgent"][0]
    assert (first.number, first.tone) == (0, "is-good")
    clock.travel_to(ENDS + timedelta(days=8))
    enter(handler)
    first = handler.get("/desk/?lang=en").context["urgent"][0]
    assert first.number > 0
    assert (first.tone, first.url) == ("is-late", "/desk/due/?lang=en")


def test_the_first_page_tells_what_waits_and_leads_to_it(company: Company, waiting: str) -> None:
    record_id = company.receives_and_resolves("general").record_id
    doing.set_hold(
        record_id, ["content"], HoldReason.LAWSUIT, review_on=date(2027, 1, 5), session_id=company.session_id
    )
    Quarantine.objects.create(record_id=record_id, error="MadeUp", tries=2, failed_on=ENDS)
    company.works_on(ENDS + timedelta(days=8))
    client = Client()
    enter(client)
    told = numbers(client)
    assert told["value withheld"] == 1
    assert told["record put aside"] == 1
    assert told["values waiting for approval"] > 1
    assert told["letters waiting"] > 1
    page: Any = client.get("/desk/")
    for tile in (*page.context["urgent"], *page.context["running"]):
        assert client.get(tile.url.partition("#")[0] or "/desk/").status_code == 200
    assert "MadeUp" in client.get("/desk/due/").content.decode()


def test_the_clock_is_vouched_for_by_the_officer_alone(company: Company, handler: Client) -> None:
    stranger = Client()
    enter(stranger, {StaffRole.HANDLER})
    assert stranger.post("/desk/clock/").status_code == 403
    assert handler.post("/desk/clock/").status_code == 302
    assert VouchedClock.objects.count() == 1


def test_certificates_are_listed_page_by_page(
    company: Company, handler: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jikim.web.desk.certificates.MOST_LINES", 2)
    for _ in range(3):
        company.receives_and_resolves("general")
    company.works_on(date(2026, 10, 14))
    enter(handler)
    first: Any = handler.get("/desk/certificates/")
    second: Any = handler.get("/desk/certificates/", {"page": "2"})
    assert (len(first.context["lines"]), len(second.context["lines"])) == (2, 1)
    assert "?page=2" in first.content.decode()
    for page in ("3", "0", "x", "-1"):
        assert handler.get("/desk/certificates/", {"page": page}).status_code == 404
