"""While a copy of the keys is away nothing is called destroyed; the record waits, which is no failure of its own."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.test import Client

from jikim.domain.terms import RecordState
from jikim.queries import inquiries
from jikim.store.live.models import Certificate, Inquiry, Intent, ItemValue, Quarantine, Stub
from tests.support.company import Company, founded

MOVES_ON = date(2026, 10, 13)


@pytest.fixture
def mirrored(stores: None, ram_path: Path) -> Iterator[Company]:
    """A company whose root lies in two copies."""
    with founded(ram_path / "keys", mirrors=2) as company:
        yield company


@pytest.fixture
def away(ram_path: Path, mirrored: Company) -> Path:
    """The second copy, which can be taken away and brought back."""
    return ram_path / "keys" / "root-1.slots"


def test_a_destruction_waits_for_a_copy_and_is_certified_when_it_is_back(mirrored: Company, away: Path) -> None:
    receipt = mirrored.receives_and_resolves(access_log="")
    elsewhere = away.rename(away.with_name("elsewhere"))
    carried = mirrored.works_on(MOVES_ON)
    assert (carried.waiting, carried.quarantined, carried.destroyed) == ([receipt.record_id], [], 0)
    assert (Certificate.objects.count(), Quarantine.objects.count(), Intent.objects.count()) == (0, 0, 1)
    assert Inquiry.objects.get().state == RecordState.RESOLVED
    assert ItemValue.objects.filter(record_id=receipt.record_id).count() == 7  # the rows stay until the keys are gone
    elsewhere.rename(away)
    carried = mirrored.works_on(MOVES_ON + timedelta(days=1))
    assert (carried.waiting, carried.destroyed, Certificate.objects.count()) == ([], 7, 1)


def test_a_move_waits_too_and_is_finished_later(mirrored: Company, away: Path) -> None:
    record_id = mirrored.receives_and_resolves("complaint-dispute", access_log="", files=()).record_id
    elsewhere = away.rename(away.with_name("elsewhere"))
    assert mirrored.works_on(MOVES_ON).waiting == [record_id]
    assert Intent.objects.count() == 1
    elsewhere.rename(away)
    assert mirrored.works_on(MOVES_ON + timedelta(days=1)).waiting == []
    assert (Intent.objects.count(), Stub.objects.count(), ItemValue.objects.count()) == (0, 3, 0)


def test_people_see_that_it_waits(mirrored: Company, away: Path) -> None:
    receipt = mirrored.receives_and_resolves(access_log="")
    elsewhere = away.rename(away.with_name("elsewhere"))
    mirrored.works_on(MOVES_ON)
    browser = Client(headers={"accept-language": "en"})
    page = browser.post("/my/", {"code": receipt.code}).content.decode()
    assert "it is called destroyed once the last copy of the keys can be reached" in page
    elsewhere.rename(away)
    mirrored.works_on(MOVES_ON + timedelta(days=1))
    status = inquiries.status(receipt.record_id)
    assert status is not None
    assert not status.waits
