"""A policy that sets attachments aside: the file goes along under a new name and key, and ends with its floor."""

from datetime import date
from pathlib import Path

import pytest

from jikim import sealing
from jikim.actions import inquiries
from jikim.domain.storage_only import StorageOnly
from jikim.procedures import sweeps
from jikim.sealing.file_store import attachments
from jikim.sealing.files import FileCard, open_file
from jikim.sealing.keyring import Binding, KeyState, Sealed
from jikim.store.live.models import Certificate, ItemValue, Stub
from jikim.store.separate.models import SeparateItem
from tests.support.company import PDF, PNG, POLICIES, Company, founded

MOVES_ON, ENDS = date(2026, 10, 13), date(2029, 10, 6)


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """The reference policy, with attachments among what complaints keep."""
    words = (POLICIES / "utracs/2.toml").read_text()
    kept = 'items = ["email", "subject", "content"]\nstart = "complaint.resolved"'
    assert words.count(kept) == 1
    path = tmp_path / "2.toml"
    path.write_text(words.replace(kept, kept.replace('"content"', '"content", "attachments"')))
    return str(path)


def card(row: SeparateItem) -> FileCard:
    place = Binding("separate", row.record_id, row.value_id, row.item, row.facet)
    return FileCard.from_bytes(sealing.current().open_sealed(place, Sealed(row.kid, bytes(row.envelope))))


def test_a_file_moves_apart_and_ends_with_its_floor(stores: None, ram_path: Path, policy: str) -> None:
    with founded(ram_path / "keys", policy) as company:
        record_id = company.receives_and_resolves("complaint-dispute", access_log="").record_id
        before = {row.id: row.file for row in ItemValue.objects.filter(facet="bytes")}
        assert company.works_on(MOVES_ON).set_aside == 7
        apart = list(SeparateItem.objects.filter(record_id=record_id, facet="bytes").order_by("ordinal"))
        store = attachments("separate")
        assert [b"".join(open_file(store, card(row))) for row in apart] == [PDF.content, PNG.content]
        assert not {row.file for row in apart} & set(before.values())
        assert not set(before.values()) & set(attachments("live").names())
        names = {row.file for row in apart}
        assert sweeps.files() == 0
        assert names <= set(store.names())
        _looks_in_vain(company, record_id=record_id)
        assert company.works_on(ENDS).destroyed == 7
        assert not names & set(store.names())
        kids = [row.kid for row in apart]
        assert set(sealing.current().states(kids).values()) == {KeyState.DESTROYED}
        assert (Stub.objects.count(), Certificate.objects.count()) == (0, 1)


def _looks_in_vain(company: Company, *, record_id: object) -> None:
    """Ask for a file that is set aside: it is kept, not used."""
    stub = Stub.objects.filter(facet="bytes").first()
    assert stub is not None
    with pytest.raises(StorageOnly):
        inquiries.open_file(stub.record_id, stub.value_id, session_id=company.session_id)
    assert stub.record_id == record_id
