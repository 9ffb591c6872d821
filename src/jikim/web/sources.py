"""Where a request came from, as far as that can be told. Source: Privacy Policy, "Safety"; PIPA art. 3(1).

X-Forwarded-For is anybody's to write, so it counts for nothing unless the proxy that hands it on is named
(JIKIM_TRUSTED_PROXY); then the last address in it that is no named proxy is the visitor's.
"""

from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import TypeAlias

from django.http import HttpRequest

from jikim import environment
from jikim.environment.proxies import Network, trusted_proxies

HOUSEHOLD = 64  # bits of an IPv6 address that one household has in common

Address: TypeAlias = IPv4Address | IPv6Address


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address in its usual spelling, or what stands where one should."""
    peer = str(request.META.get("REMOTE_ADDR", ""))
    said = (_read(word) for word in reversed(request.headers.get("X-Forwarded-For", "").split(",")))
    visitor = _read(peer)
    while visitor is not None and _is_trusted(visitor):
        before = next(said, None)
        if before is None:
            break
        visitor = before
    return str(visitor) if visitor is not None else peer


def network_of(request: HttpRequest) -> str:
    """Return what counts as one source: an IPv4 address, or the network of one household."""
    address = _read(address_of(request))
    if isinstance(address, IPv6Address):
        return str(ip_network((address, HOUSEHOLD), strict=False))
    return str(address or "")


def is_told_apart(request: HttpRequest) -> bool:
    """Say whether this source is one visitor's, and not this machine's or that of a proxy nobody named."""
    address = _read(address_of(request))
    return address is not None and not address.is_loopback and not _is_trusted(address)


def is_at_home(request: HttpRequest) -> bool:
    """Say whether somebody on this very machine is asking, with no proxy between."""
    address = _read(address_of(request))
    return address is not None and address.is_loopback and not environment.base_url().startswith("https://")


def _is_trusted(address: Address) -> bool:
    return any(address.version == network.version and address in network for network in _trusted())


@cache
def _trusted() -> tuple[Network, ...]:
    return trusted_proxies()


def _read(word: str) -> Address | None:
    try:
        address = ip_address(word.strip())
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
