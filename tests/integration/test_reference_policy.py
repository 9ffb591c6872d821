"""The reference policy as its company published it (version 1), sentence by sentence: what it says is what happens.

The policy map names one of these for each sentence that is kept by running code.
"""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

import pytest

from jikim import sealing
from jikim.domain.intake import SubmissionRefused
from jikim.domain.period import SEOUL
from jikim.domain.terms import RecordState

if TYPE_CHECKING:
    from tests.support.company import Company

FIRST = date(2023, 3, 6)  # a Monday
FIVE_YEARS, THREE_YEARS, ONE_YEAR = date(2028, 3, 6), date(2026, 3, 6), date(2024, 3, 7)  # last days of each period


@pytest.fixture
def company(stores: None, ram_path: Path) -> "Iterator[Company]":
    from tests.support.company import founded

    with founded(ram_path / "keys", "utracs/1.toml", FIRST) as company:
        yield company


def kept(record_id: UUID) -> dict[str, date]:
    """What is set aside of a record: item → its last day."""
    from jikim.store.separate.models import SeparateItem

    return {row.item: row.last_day for row in SeparateItem.objects.filter(record_id=record_id)}


def live(record_id: UUID) -> set[str]:
    from jikim.store.live.models import ItemValue

    return set(ItemValue.objects.filter(record_id=record_id).values_list("item", flat=True))


def set_aside(company: "Company", record_class: str) -> dict[str, date]:
    receipt = company.receives_and_resolves(record_class)
    company.works_on(FIRST + timedelta(days=1))
    return kept(receipt.record_id)


def gone_after(company: "Company", record_class: str, last_day: date) -> None:
    """Nothing is destroyed on the last day of the period, and everything within the five days after it."""
    receipt = company.receives_and_resolves(record_class)
    company.works_on(FIRST + timedelta(days=1))
    company.works_on(last_day)
    assert set(kept(receipt.record_id).values()) == {last_day}
    company.lives_until(last_day + timedelta(days=5))
    assert kept(receipt.record_id) == {}


def test_it_takes_effect_on_its_first_day_and_not_before(company: "Company") -> None:
    from jikim.queries import policies

    first_instant = datetime(2023, 1, 1, tzinfo=SEOUL)
    found = policies.in_force(first_instant)
    assert found is not None
    assert found.number == 1
    assert policies.in_force(first_instant - timedelta(microseconds=1)) is None


def test_nothing_is_taken_that_the_list_does_not_name(company: "Company") -> None:
    words = {"subject": "a", "email": "kim@example.kr", "content": "b", "phone": "010-0000-0000"}
    with pytest.raises(SubmissionRefused):
        company.receives(values=words)


def test_an_inquiry_holds_the_five_listed_items(company: "Company") -> None:
    receipt = company.receives()
    assert live(receipt.record_id) == {"subject", "email", "content", "attachments", "access_log"}


def test_an_inquiry_arrives_by_the_form(company: "Company") -> None:
    from jikim.store.live.models import Consent

    receipt = company.receives()
    assert {row.method for row in Consent.objects.filter(record_id=receipt.record_id)} == {"online-form"}


def test_an_inquiry_is_answered(company: "Company") -> None:
    from tests.support import own

    receipt = company.receives()
    company.answers(receipt.record_id, "Of course.")
    opened = own.read(receipt.code)
    assert [turn.author for turn in opened.turns] == ["person", "handler"]


def test_what_was_collected_is_opened_for_nothing_but_an_answer(company: "Company") -> None:
    from jikim.actions import inquiries
    from jikim.actions.desk import NotAtTheDesk
    from jikim.store.live.models import AccessRecord

    receipt = company.receives()
    with pytest.raises(NotAtTheDesk):
        inquiries.open_record(receipt.record_id, session_id=uuid4())
    assert not AccessRecord.objects.exclude(task="sign-in").exists()
    inquiries.open_record(receipt.record_id, session_id=company.session_id)
    assert [row.task for row in AccessRecord.objects.exclude(task="sign-in")] == ["open"]


def test_what_has_achieved_its_purpose_is_destroyed_within_five_days(company: "Company") -> None:
    from jikim.store.live.models import Inquiry

    receipt = company.receives_and_resolves("general")
    company.lives_until(FIRST + timedelta(days=5))
    assert live(receipt.record_id) == set()
    assert kept(receipt.record_id) == {}
    assert Inquiry.objects.get(id=receipt.record_id).state == RecordState.DESTROYED


def test_what_is_destroyed_is_not_reproduced_from_a_copy_of_everything_but_the_root(
    company: "Company", ram_path: Path
) -> None:
    """Somebody copied every row and the whole keyring the day before: with the old root it opens, and that is gone."""
    from jikim.actions.values import binding_of
    from jikim.sealing.errors import RootForeign, RootMissing
    from jikim.sealing.keyring import KeyState, Sealed
    from jikim.store.live.models import ItemValue
    from tests.support.company import WORDS, sealed_by

    record_id = company.receives_and_resolves("general").record_id
    row = ItemValue.objects.get(record_id=record_id, item="content")
    place, sealed = binding_of(row), Sealed(row.kid, bytes(row.envelope))
    copies = [Path(shutil.copytree(ram_path / "keys", ram_path / copy)) for copy in ("with the root", "without it")]
    company.works_on(FIRST + timedelta(days=1))
    assert sealing.current().states([row.kid]) == {row.kid: KeyState.DESTROYED}
    with sealed_by(copies[0]):  # the copy itself is good: it is the root alone that is missing in the other
        assert sealing.current().open_sealed(place, sealed) == WORDS["content"].encode()
    shutil.copyfile(ram_path / "keys" / "root-0.slots", copies[1] / "root-0.slots")
    with pytest.raises((RootForeign, RootMissing)), sealed_by(copies[1]):
        pass


def test_only_listed_records_outlive_their_purpose(company: "Company") -> None:
    plain, complaint = company.receives_and_resolves("general"), company.receives_and_resolves("complaint-dispute")
    company.works_on(FIRST + timedelta(days=1))
    assert kept(plain.record_id) == {}
    assert set(kept(complaint.record_id)) == {"subject", "email", "content"}


def test_a_record_of_unauthorized_use_is_kept_by_the_companys_own_rule(company: "Company") -> None:
    assert set(set_aside(company, "unauthorized-use")) == {"access_log"}


def test_a_record_of_unauthorized_use_is_kept_for_one_year(company: "Company") -> None:
    receipt = company.receives_and_resolves("unauthorized-use")
    company.works_on(FIRST + timedelta(days=1))
    (last_day,) = kept(receipt.record_id).values()
    assert last_day in (date(2024, 3, 6), ONE_YEAR)
    company.works_on(last_day)
    assert kept(receipt.record_id) != {}
    company.lives_until(last_day + timedelta(days=5))
    assert kept(receipt.record_id) == {}


def test_what_a_law_names_moves_to_the_separate_database_and_the_rest_dies(company: "Company") -> None:
    receipt = company.receives_and_resolves("contract-withdrawal")
    company.works_on(FIRST + timedelta(days=1))
    assert live(receipt.record_id) == set()
    assert set(kept(receipt.record_id)) == {"subject", "email", "content"}


def test_what_is_set_aside_can_no_longer_be_opened_at_the_desk(company: "Company") -> None:
    from jikim.actions import inquiries
    from tests.support.company import copies

    receipt = company.receives_and_resolves("contract-withdrawal")
    company.works_on(FIRST + timedelta(days=1))
    opened = inquiries.open_record(receipt.record_id, session_id=company.session_id)
    assert [value for turn in opened.turns for value in turn.values] == []
    assert copies(receipt.record_id, "content") == ["separate"]


def test_contract_records_are_kept(company: "Company") -> None:
    assert set_aside(company, "contract-withdrawal")


def test_contract_records_are_kept_for_five_years(company: "Company") -> None:
    gone_after(company, "contract-withdrawal", FIVE_YEARS)


def test_payment_records_are_kept(company: "Company") -> None:
    assert set_aside(company, "payment-supply")


def test_payment_records_are_kept_for_five_years(company: "Company") -> None:
    gone_after(company, "payment-supply", FIVE_YEARS)


def test_complaint_records_are_kept(company: "Company") -> None:
    assert set_aside(company, "complaint-dispute")


def test_complaint_records_are_kept_for_three_years(company: "Company") -> None:
    gone_after(company, "complaint-dispute", THREE_YEARS)


def test_destroyed_keys_and_rows_leave_nothing_that_opens(company: "Company") -> None:
    from tests.support.company import copies

    receipt = company.receives_and_resolves("general")
    company.works_on(FIRST + timedelta(days=1))
    assert [copies(receipt.record_id, item) for item in ("subject", "content", "attachments")] == [[], [], []]
