"""Through the key daemon a proven mailbox leads to all its records, and nobody ever learns a mailbox from it."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.domain.leaf import DestroyReason
from jikim.domain.mailbox import NoMailbox
from jikim.sealing.errors import GrantRefused, NotYourCall
from jikim.sealing.index import slices
from jikim.sealing.index.errors import IndexDamaged, NotEnrolled
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.later import Deferred, Lane
from jikim.sealing.keyd.local import LocalChannel
from jikim.sealing.keyd.values import Destruction, Founded, NewValue
from jikim.sealing.keyring import Binding, Sealed
from tests.support.daemon import CODE, POLICY, destruction, new_value, open_house, place_of

MINE = b"Haneul@example.kr"


class Party:
    """The roles of one daemon, and what was written."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.public, self.desk, self.worker, self.mail = (
            Client(LocalChannel(house, role), role) for role in (Role.PUBLIC, Role.DESK, Role.WORKER, Role.POSTMAN)
        )

    def write(self, words: bytes = MINE, *, enroll: bool = True) -> tuple[Founded, NewValue, Binding]:
        value = new_value(words=words)
        founded = self.public.found(CODE, [value])
        place = place_of(founded, value)
        if enroll:
            assert self.worker.enroll([(place, founded.sealed[0])]) == ("",)
        return founded, value, place


@pytest.fixture
def party(ram_path: Path) -> Iterator[Party]:
    house = open_house(ram_path)
    yield Party(house)
    house.close()


class Postponing:
    """A channel that keeps what is not answered at once."""

    def __init__(self, house: House) -> None:
        self.house, self.lanes = house, list[Lane]()

    def exchange(self, _call_id: str, frame: bytes) -> bytes:
        found = self.house.service.handle(Role.WORKER, frame)
        assert isinstance(found, Deferred)
        self.lanes.append(found.lane)
        return found.run()

    def close(self) -> None:
        """Do nothing."""


def test_enrolling_keeps_no_other_caller_waiting(party: Party) -> None:
    founded, _value, place = party.write(enroll=False)
    channel = Postponing(party.house)
    Client(channel, Role.WORKER).enroll([(place, founded.sealed[0])])
    assert channel.lanes == [Lane.WAITER]


def test_a_link_leads_to_every_record_of_the_mailbox(party: Party) -> None:
    first, _value, here = party.write()
    second, _value, there = party.write(b" haneul@EXAMPLE.kr")
    stranger, _value, elsewhere = party.write(b"bada@example.kr")
    places = [(here, first.sealed[0]), (there, second.sealed[0])]
    grant = party.public.grant_by_link(party.mail.link(first.record_id, first.gate))
    assert party.public.open_all(places, grant=grant) == (MINE, b" haneul@EXAMPLE.kr")
    with pytest.raises(GrantRefused):
        party.public.open_sealed(elsewhere, stranger.sealed[0], grant=grant)


def test_a_receipt_code_leads_to_its_own_record_only(party: Party) -> None:
    first, second = party.write(), party.write()
    grant = party.public.grant(first[0].record_id, first[0].gate, CODE)
    with pytest.raises(GrantRefused):
        party.public.open_sealed(second[2], second[0].sealed[0], grant=grant)


def test_a_destroyed_record_is_led_to_no_more(party: Party) -> None:
    first, second = party.write(), party.write()
    party.worker.destroy([destruction(second[0].sealed[0])])
    assert party.house.index.find(MINE.decode()) == (first[0].record_id,)
    assert party.worker.reconcile([(first[0].sealed[0].kid, first[0].record_id)]) == slices.Reconciled((), ())


def test_a_link_goes_on_where_the_index_cannot_be_read(party: Party) -> None:
    founded, _value, place = party.write()
    with party.house.store.writing():
        party.house.store.run("UPDATE index_page SET no = 1")
    grant = party.public.grant_by_link(party.mail.link(founded.record_id, founded.gate))
    assert party.public.open_sealed(place, founded.sealed[0], grant=grant) == MINE


def test_rows_and_entries_are_compared_over_the_wire(party: Party, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE", 2)
    written = [party.write(b"m%d@example.kr" % number, enroll=number != 3) for number in range(7)]
    rows = sorted((founded.sealed[0].kid, founded.record_id) for founded, _value, _place in written)
    missing, stray = written[3][0].sealed[0].kid, written[5][0].sealed[0].kid
    found = party.worker.reconcile([row for row in rows if row[0] != stray])
    assert (found.missing, found.stray) == ((missing,), (stray,))


def test_only_the_worker_keeps_the_index(party: Party) -> None:
    founded, _value, place = party.write(enroll=False)
    for other in (party.public, party.desk, party.mail):
        with pytest.raises(NotYourCall):
            other.enroll([(place, founded.sealed[0])])
        with pytest.raises(NotYourCall):
            other.reconcile([])


def test_what_is_no_mailbox_of_the_live_store_is_refused_by_name(party: Party) -> None:
    founded, _value, place = party.write(b"no mailbox", enroll=False)
    elsewhere = Binding("live", uuid4(), place.value_id, "email", "value")
    assert party.worker.enroll([(place, founded.sealed[0])]) == ("NoMailbox",)
    assert party.worker.enroll([(elsewhere, founded.sealed[0])]) == ("WrongBinding",)
    for other in (
        Binding("separate", place.record_id, place.value_id, "email", "value"),
        Binding("live", place.record_id, place.value_id, "phone", "value"),
        Binding("live", place.record_id, place.value_id, "email", "name"),
    ):
        with pytest.raises(Misused):
            party.worker.enroll([(other, founded.sealed[0])])
    assert {kind.__name__ for kind in (IndexDamaged, NotEnrolled, NoMailbox)} <= known()


def known() -> set[str]:
    from jikim.sealing.keyd import replies

    return set(replies.KNOWN)


def test_a_page_cannot_be_asked_to_be_destroyed(party: Party) -> None:
    party.write()
    ((kid, envelope),) = party.house.store.rows("SELECT kid, envelope FROM index_page")
    with pytest.raises(Misused):
        party.worker.destroy([destruction(Sealed(kid, envelope))])
    asked = Destruction(uuid4(), DestroyReason.UPDATED, POLICY, {kid: sha256(envelope).digest()})
    with pytest.raises(Misused):
        party.worker.ask([asked])
    assert party.house.index.find(MINE.decode()) != ()
