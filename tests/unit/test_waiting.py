"""A slip is good for its own form, in the process that made it, for half an hour."""

from datetime import timedelta

import pytest

from jikim import clock
from jikim.sealing import waiting
from jikim.sealing.keys import Key
from jikim.sealing.waiting import LIFE, TURN, Slips

FACTS = {"name": "진단서.pdf", "item": "attachments"}


@pytest.fixture
def slips() -> Slips:
    return Slips()


def pass_time(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = clock.wall_now() + by
    monkeypatch.setattr(waiting, "wall_now", lambda: now)


def test_a_slip_says_what_was_put_into_it_and_shows_nothing(slips: Slips) -> None:
    slip = slips.make("form", FACTS)
    assert slips.read("form", slip) == FACTS
    assert slip != slips.make("form", FACTS)
    assert "attachments" not in slip


@pytest.mark.parametrize("slip", ["", "made up", "A" * 4, "A" * 400, "가", "=", "009053e3-11e7-402b"])
def test_what_is_no_slip_says_nothing(slips: Slips, slip: str) -> None:
    slips.make("form", FACTS)
    assert slips.read("form", slip) is None


def test_a_slip_is_for_one_form_and_one_process(slips: Slips) -> None:
    slip = slips.make("form", FACTS)
    assert slips.read("another", slip) is None
    assert Slips().read("form", slip) is None
    slips.forget()
    assert slips.read("form", slip) is None


def test_an_altered_slip_says_nothing(slips: Slips) -> None:
    slip = slips.make("form", FACTS)
    for at in range(0, len(slip), 7):
        other = "A" if slip[at] != "A" else "B"
        assert slips.read("form", slip[:at] + other + slip[at + 1 :]) is None


@pytest.mark.parametrize(
    ("by", "is_good"),
    [(timedelta(), True), (LIFE - timedelta(seconds=1), True), (LIFE, False), (-timedelta(minutes=5), False)],
)
def test_a_slip_is_good_for_half_an_hour_whatever_the_clock_does(
    slips: Slips, monkeypatch: pytest.MonkeyPatch, by: timedelta, is_good: bool
) -> None:
    slip = slips.make("form", FACTS)
    pass_time(monkeypatch, by)
    assert (slips.read("form", slip) is not None) is is_good


def test_its_key_is_wiped_by_itself_and_none_outlives_its_slips_by_more_than_a_turn(
    slips: Slips, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: list[tuple[float, object, list[int]]] = []

    class Later:
        daemon = False

        def __init__(self, seconds: float, work: object, given: list[int]) -> None:
            ends.append((seconds, work, given))

        def start(self) -> None: ...

    monkeypatch.setattr(waiting, "Timer", Later)
    wiped: list[int] = []
    monkeypatch.setattr(Key, "wipe", lambda key: wiped.append(id(key)))
    slip = slips.make("form", FACTS)
    slips.make("form", FACTS)
    ((seconds, _work, (turn,)),) = ends
    assert seconds == (LIFE + TURN).total_seconds()
    ((_, kept),) = slips._keys.items()
    slips._wipe(turn)
    assert id(kept) in wiped
    assert slips.read("form", slip) is None
