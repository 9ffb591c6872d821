"""JIKIM_TRUSTED_PROXY: the proxies whose word about where a request came from is taken. Without it nobody's is."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from jikim.environment.variables import BadVariable, read

NAME = "JIKIM_TRUSTED_PROXY"

Network: TypeAlias = IPv4Network | IPv6Network


def trusted_proxies() -> tuple[Network, ...]:
    """Return the addresses and networks that are named, parted by commas; raises BadVariable."""
    words = [word.strip() for word in read(NAME).split(",")]
    try:
        found = tuple(ip_network(word) for word in words if word)
    except ValueError:
        raise BadVariable(
            f"{NAME} holds something that is no address and no network",
            hint="write addresses or networks parted by commas, for example 127.0.0.1,10.0.0.0/24",
        ) from None
    if any(network.prefixlen == 0 for network in found):
        raise BadVariable(f"{NAME} trusts every address there is", hint="name the proxy's own address")
    return found
