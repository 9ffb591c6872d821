"""What was handed out can be named, by the worker alone."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.period import legal_day
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import local
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyring import Binding, SealRequest
from tests.support.daemon import CODE, destruction, new_value, open_house

TODAY = legal_day(clock.wall_now())
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def house(ram_path: Path) -> Iterator[House]:
    one = open_house(ram_path)
    yield one
    one.close()


@pytest.fixture
def keyring(house: House) -> Together:
    return local(house)


def test_every_living_key_of_a_store_is_named_once_in_order(keyring: Together) -> None:
    founded = keyring.found(CODE, [new_value() for _ in range(20)])
    kids = sorted([founded.gate.kid, *(one.kid for one in founded.sealed)])
    assert list(keyring.handed_out("live", TOMORROW)) == kids
    keyring.destroy([destruction(*founded.sealed[:5])])
    gone = {one.kid for one in founded.sealed[:5]}
    assert list(keyring.handed_out("live", TOMORROW)) == [kid for kid in kids if kid not in gone]


def test_more_than_a_bucket_of_keys_is_named_too(keyring: Together) -> None:
    founded = [keyring.found(CODE, [new_value() for _ in range(60)]) for _ in range(10)]
    kids = {one.kid for found in founded for one in (found.gate, *found.sealed)}
    found = list(keyring.handed_out("live", TOMORROW))
    assert (set(found), len(found)) == (kids, 610)


def test_keys_of_today_and_numbers_that_nobody_has_seen_are_not_named(house: House, keyring: Together) -> None:
    founded = keyring.found(CODE, [new_value()])
    assert list(keyring.handed_out("live", TODAY)) == []
    assert house.store.number("SELECT max(next) FROM alloc") != 2  # reserved, not handed out
    assert len(list(keyring.handed_out("live", TOMORROW))) == 1 + len(founded.sealed)


def test_keys_of_other_stores_are_not_taken_for_those_of_this_one(keyring: Together) -> None:
    keyring.seal([SealRequest(Binding("live", uuid4(), uuid4(), "email", "value"), b"x")])
    assert list(keyring.handed_out("mail", TOMORROW)) == []
    with pytest.raises(Misused):
        list(keyring.handed_out("separate", TOMORROW))
