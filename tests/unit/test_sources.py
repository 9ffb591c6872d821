"""Where a request came from: nobody is believed about it but a proxy that was named."""

from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import RequestFactory

from jikim.environment.proxies import trusted_proxies
from jikim.environment.variables import BadVariable
from jikim.web import sources


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    sources._trusted.cache_clear()
    yield
    sources._trusted.cache_clear()


def asked(peer: str, forwarded: str = "") -> HttpRequest:
    return RequestFactory().get("/", REMOTE_ADDR=peer, headers={"X-Forwarded-For": forwarded} if forwarded else {})


@pytest.mark.parametrize("forwarded", ["", "198.51.100.9", "198.51.100.9, 127.0.0.1", "<script>"])
def test_a_header_counts_for_nothing_while_no_proxy_is_named(forwarded: str) -> None:
    assert sources.address_of(asked("203.0.113.7", forwarded)) == "203.0.113.7"


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("127.0.0.1", "198.51.100.9", "198.51.100.9"),
        ("127.0.0.1", "192.0.2.66, 198.51.100.9", "198.51.100.9"),  # what the visitor wrote in front is not believed
        ("127.0.0.1", "198.51.100.9, 10.0.0.5", "198.51.100.9"),  # two proxies, both named
        ("203.0.113.7", "198.51.100.9", "203.0.113.7"),  # not a proxy of ours
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("::ffff:127.0.0.1", "2001:DB8::1", "2001:db8::1"),
    ],
)
def test_a_named_proxy_is_believed_about_the_last_step(
    monkeypatch: pytest.MonkeyPatch, peer: str, forwarded: str, visitor: str
) -> None:
    monkeypatch.setenv("JIKIM_TRUSTED_PROXY", "127.0.0.1, 10.0.0.0/24")
    assert sources.address_of(asked(peer, forwarded)) == visitor


def test_a_household_counts_once() -> None:
    one, same, other = (sources.network_of(asked(f"2001:db8:1:{tail}")) for tail in ("2::7", "2:a:b:c:d", "3::7"))
    assert one == same != other
    assert sources.network_of(asked("192.0.2.1")) != sources.network_of(asked("192.0.2.2"))


@pytest.mark.parametrize(
    ("peer", "named", "apart"),
    [("192.0.2.1", "", True), ("127.0.0.1", "", False), ("10.0.0.5", "10.0.0.5", False), ("::1", "", False)],
)
def test_this_machine_and_a_proxy_are_nobody_in_particular(
    monkeypatch: pytest.MonkeyPatch, peer: str, named: str, apart: bool
) -> None:
    monkeypatch.setenv("JIKIM_TRUSTED_PROXY", named)
    assert sources.is_told_apart(asked(peer)) is apart


@pytest.mark.parametrize("words", ["proxy.example.com", "10.0.0.1/8", "0.0.0.0/0", "::/0", "127.0.0.1;10.0.0.1"])
def test_a_proxy_is_named_by_its_address(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv("JIKIM_TRUSTED_PROXY", words)
    with pytest.raises(BadVariable, match="JIKIM_TRUSTED_PROXY"):
        trusted_proxies()
