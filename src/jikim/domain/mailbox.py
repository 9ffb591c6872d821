"""One spelling for each mailbox, so that a person who writes it differently is still found.

For looking up only: letters are sent to the address as it was typed.
"""

import re
import unicodedata

from jikim.domain.errors import Refused

MOST_LOCAL = 64  # characters before the @, and octets of a name's part after it (RFC 5321, RFC 1035)
MOST_CHARS = 254
ROUNDS = 4  # folding one letter may call for composing again; two rounds were enough for every letter there is
_LOCAL = re.compile(r'[^\s@<>(),;:\\"\[\]\x00-\x20\x7f\ud800-\udfff]+')
_DOMAIN = re.compile(r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{2,63}")


class NoMailbox(Refused):
    """The words are no address of a mailbox; nothing was looked up or kept."""


def normalise_mailbox(value: str) -> str:
    """Return the one spelling of a mailbox: composed, folded, its domain in ASCII; raises NoMailbox."""
    local, at, domain = _folded(value).rpartition("@")
    ascii_domain = _in_ascii(domain)
    fits = _LOCAL.fullmatch(local) and len(local) <= MOST_LOCAL and _DOMAIN.fullmatch(ascii_domain)
    if not fits or len(local) + 1 + len(ascii_domain) > MOST_CHARS:
        raise NoMailbox("these words are no address of a mailbox", hint="give an address such as name@example.kr")
    return local + at + ascii_domain


def _folded(words: str) -> str:
    for _ in range(ROUNDS):
        words = unicodedata.normalize("NFKC", words).strip().casefold()
    return unicodedata.normalize("NFKC", words)


def _in_ascii(domain: str) -> str:
    """Return a domain as the name service knows it (RFC 3490), "" when it is none."""
    try:
        return domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
