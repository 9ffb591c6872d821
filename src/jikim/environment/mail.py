"""JIKIM_SMTP_URL: the server that takes our mail, and whom it may be sent to. Without it mail waits.

smtps://host speaks TLS from the first byte, smtp://host turns to TLS before anything is said; `?tls=none` is for a
server on this machine. JIKIM_SMTP_USER and JIKIM_SMTP_PASSWORD, or their _FILE, sign in. JIKIM_MAIL_FROM is the
sender's address, JIKIM_SMTP_RECEIVER the name that the policy gives this server, "mail" if not set.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from jikim.environment.home import is_demo
from jikim.environment.variables import BadVariable, read, receiver, secret

URL, FROM, ALLOW, RECEIVER = "JIKIM_SMTP_URL", "JIKIM_MAIL_FROM", "JIKIM_MAIL_ALLOW", "JIKIM_SMTP_RECEIVER"
USER, PASSWORD = "JIKIM_SMTP_USER", "JIKIM_SMTP_PASSWORD"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_ADDRESS = re.compile(r"[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_DOMAIN = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*")


class Tls(StrEnum):
    """When the words between us and the server are sealed."""

    FROM_THE_START = "implicit"
    BEFORE_ANYTHING_IS_SAID = "starttls"
    NEVER = "none"  # only to this very machine


PORTS = {Tls.FROM_THE_START: 465, Tls.BEFORE_ANYTHING_IS_SAID: 587, Tls.NEVER: 25}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Who takes our mail. allowed: domains that may be written to; None when all may."""

    host: str
    port: int
    tls: Tls
    user: str
    password: str = field(repr=False)
    sender: str
    receiver: str
    allowed: frozenset[str] | None


def mail_server() -> MailServer | None:
    """Return who takes our mail; None when nobody is named, and then mail waits. Raises BadVariable."""
    written = read(URL)
    if not written:
        return None
    parts, tls = _parts(written)
    user, password = secret(USER), secret(PASSWORD)
    if bool(user) != bool(password):
        raise BadVariable(f"one of {USER} and {PASSWORD} is set without the other", hint="set both, or neither")
    if not (user.isascii() and password.isascii()):
        raise BadVariable(f"{USER} or {PASSWORD} is not plain ASCII", hint="servers take no other letters to sign in")
    if user and tls is Tls.NEVER:
        raise BadVariable(f"{URL} would send a password in clear", hint="take tls=none out, or the password")
    port = parts.port or PORTS[tls]
    return MailServer(
        parts.hostname or "", port, tls, user, password, _sender(), receiver(RECEIVER, "mail"), _allowed()
    )


def _parts(written: str) -> tuple[SplitResult, Tls]:
    try:
        parts = urlsplit(written)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        raise _bad("cannot be read") from None
    if "@" in parts.netloc:
        raise BadVariable(
            f"{URL} holds a name or a password", hint=f"put them into {USER} and {PASSWORD}_FILE: addresses are shown"
        )
    plain = parts.scheme == "smtp" and parts.query == "tls=none"
    whole = parts.scheme in {"smtp", "smtps"} and parts.hostname and port_fits and parts.path in {"", "/"}
    if not whole or parts.fragment or (parts.query and not plain):
        raise _bad("is not the address of a mail server")
    if plain and parts.hostname not in LOOPBACK:
        raise _bad("would send addresses over a network in clear")
    secured = Tls.FROM_THE_START if parts.scheme == "smtps" else Tls.BEFORE_ANYTHING_IS_SAID
    return parts, Tls.NEVER if plain else secured


def _sender() -> str:
    written = read(FROM)
    if not _ADDRESS.fullmatch(written):
        raise BadVariable(
            f"{FROM} is not an email address" if written else f"{URL} is set and {FROM} is not",
            hint="write the address that letters come from, for example privacy@example.com",
        )
    return written


def _allowed() -> frozenset[str] | None:
    """Return the domains mail may go to: in a demo home the listed ones and no other, in a real home all if none is."""
    domains = frozenset(word.strip().lower() for word in read(ALLOW).split(",") if word.strip())
    if strange := [domain for domain in domains if not _DOMAIN.fullmatch(domain)]:
        raise BadVariable(f"{ALLOW} lists {len(strange)} words that are no domain", hint="write example.com,example.kr")
    return domains if domains or is_demo() else None


def _bad(fact: str) -> BadVariable:
    return BadVariable(
        f"{URL} {fact}", hint="write smtps://host:port or smtp://host:port; smtp://127.0.0.1?tls=none on one machine"
    )
