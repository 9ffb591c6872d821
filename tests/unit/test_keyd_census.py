"""What was handed out can be named, by the worker alone; who approved a plan is kept where no database can write."""

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
PLAN = "0f" * 32


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


def test_a_yes_is_kept_with_its_time_and_told_to_the_journal_once(house: House, keyring: Together) -> None:
    one, other, size = uuid4(), uuid4(), house.journal.size
    assert [keyring.approve(PLAN, by) for by in (one, one, other)] == [1, 1, 2]
    assert [by for by, _at in keyring.approvals(PLAN)] == [one, other]
    told = [house.journal.leaf(index) for index in range(size, house.journal.size)]
    assert [(leaf.kind, leaf.body["plan"], leaf.body["approvals"]) for leaf in told] == [
        ("approve", PLAN, 1),
        ("approve", PLAN, 2),
    ]


def test_what_is_no_digest_is_not_approved(keyring: Together) -> None:
    with pytest.raises(Misused):
        keyring.approve("today's", uuid4())
    assert keyring.approvals("today's") == ()


def test_a_yes_outlives_the_key_daemon(ram_path: Path) -> None:
    house, account = open_house(ram_path), uuid4()
    local(house).approve(PLAN, account)
    house.close()
    again = open_house(ram_path)
    try:
        assert [by for by, _at in local(again).approvals(PLAN)] == [account]
        assert local(again).approve(PLAN, account) == 1
    finally:
        again.close()
