"""Going through receipt codes is stopped, and the counters tell nobody who came."""

from jikim.web.public.throttle import MOST_WRONG, WrongCodes


def _after(wrong: int, address: str) -> WrongCodes:
    codes = WrongCodes()
    for _ in range(wrong):
        codes.count(address)
    return codes


def test_a_few_wrong_codes_are_anybodys_mistake() -> None:
    assert not _after(MOST_WRONG - 1, "192.0.2.1").too_many("192.0.2.1")


def test_many_wrong_codes_close_the_door_for_that_connection_only() -> None:
    codes = _after(MOST_WRONG, "192.0.2.1")
    assert codes.too_many("192.0.2.1")
    assert not codes.too_many("192.0.2.2")


def test_a_household_of_ipv6_counts_once() -> None:
    codes = _after(MOST_WRONG, "2001:db8:1:2::7")
    assert codes.too_many("2001:db8:1:2:a:b:c:d")
    assert not codes.too_many("2001:db8:1:3::7")


def test_a_new_window_begins_from_nothing() -> None:
    codes = _after(MOST_WRONG, "192.0.2.1")
    codes.forget()
    assert not codes.too_many("192.0.2.1")


def test_no_address_stands_in_the_counters() -> None:
    codes = _after(3, "192.0.2.1")
    assert b"192.0.2.1" not in b"".join(codes._counts)
