"""Sending one letter to one mailbox, over a server that the gate let it through to.

Errors say a code and never an address: what servers answer often repeats whom they will not deliver to.
"""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from jikim.clock import wall_now
from jikim.domain.errors import JikimError, Misused, Refused
from jikim.domain.vocabulary import SystemWork
from jikim.environment import MailServer, Tls
from jikim.outbox.gate import Passed
from jikim.outbox.letters import Written

TIMEOUT_SECONDS = 20
FOR_GOOD = 500  # replies from here on will not change by waiting (RFC 5321 section 4.2.1)
MOST_CHARS = 254  # of an address (RFC 5321 section 4.5.3.1.3, without the angle brackets)
SEVEN_BIT = policy.SMTP.clone(cte_type="7bit")  # taken by every server, whatever it offers
_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}", re.ASCII)


class TryLater(JikimError):
    """The letter did not leave, and may at another time. `code` says why in a word."""

    def __init__(self, code: str) -> None:
        super().__init__(f"the mail server did not take a letter: {code}", hint="it is tried again by itself")
        self.code = code


class Undeliverable(JikimError):
    """The letter did not leave and never will. `code` says why in a word."""

    def __init__(self, code: str) -> None:
        super().__init__(f"a letter cannot be delivered: {code}", hint="the person still has the receipt code")
        self.code = code


class NotAllowed(Refused):
    """This home may not write to that domain; nothing was sent."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter to one mailbox.

    id:      its own, and the same at every try, so that a mailbox that got it twice can tell
    item:    the item of the policy that the address is a value of
    company: whose letter it is
    """

    id: UUID
    item: str
    address: str = field(repr=False)
    company: str
    letter: Written


def send(passed: Passed, mail: Mail, server: MailServer) -> None:
    """Hand a letter to the server; it has taken it when this returns.

    raises: TryLater, Undeliverable, NotAllowed, Misused (the gate let out something else); it did not leave, or the
            server broke off before saying that it took it
    """
    if passed.work is not SystemWork.MAIL or passed.receiver != server.receiver or mail.item not in passed.items:
        raise Misused("a letter for which the gate was not asked", hint="ask jikim.outbox.gate for this very letter")
    to = mailbox(mail.address)
    if server.allowed is not None and to.domain not in server.allowed:
        raise NotAllowed("this home may not write to that domain", hint="list it in JIKIM_MAIL_ALLOW, if you mean it")
    letter = composed(mail, to, server.sender).as_bytes()
    with _spoken_with(server) as talk:
        talk.sendmail(server.sender, [to.addr_spec], letter)


def mailbox(written: str) -> Address:
    """Return a mailbox as servers know it; raises Undeliverable for words that are none, or that few servers take."""
    local, _, domain = written.strip().rpartition("@")
    try:
        in_ascii = domain[:MOST_CHARS].encode("idna").decode("ascii").lower()
    except UnicodeError:
        in_ascii = ""
    if not (_LOCAL.fullmatch(local) and _DOMAIN.fullmatch(in_ascii) and len(f"{local}@{in_ascii}") <= MOST_CHARS):
        raise Undeliverable("no-mailbox")
    return Address(username=local, domain=in_ascii)


def composed(mail: Mail, to: Address, sender: str) -> EmailMessage:
    """Return the message: plain text, no more headers than a letter needs, and none that a receiver answers to."""
    message, house = EmailMessage(policy=SEVEN_BIT), sender.rpartition("@")[2]
    message["From"] = Address(" ".join(mail.company.split()), addr_spec=sender)
    message["To"] = to
    message["Subject"] = " ".join(mail.letter.subject.split())
    message["Date"] = format_datetime(wall_now())
    message["Message-ID"] = f"<{mail.id}@{house}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: so that no holiday reply comes back
    message.set_content(mail.letter.body)
    message["Content-Language"] = mail.letter.language.value
    return message


@contextmanager
def _spoken_with(server: MailServer) -> Iterator[smtplib.SMTP]:
    """Speak with a server, and say what went wrong in our own words; `from None`: the server's may name the person."""
    try:
        with _connected(server) as talk:
            yield talk
    except smtplib.SMTPRecipientsRefused as error:
        raise _refusal("recipient", next(iter(error.recipients.values()))[0]) from None
    except smtplib.SMTPDataError as error:
        raise _refusal("letter", error.smtp_code) from None
    except smtplib.SMTPResponseException as error:  # signing in, our own address: ours to mend, so the letter waits
        raise TryLater(f"{_STAGE.get(type(error), 'server')}-{error.smtp_code}") from None
    except smtplib.SMTPNotSupportedError:
        raise TryLater("no-tls-or-sign-in") from None
    except ssl.SSLError:
        raise TryLater("certificate") from None
    except (OSError, smtplib.SMTPException):
        raise TryLater("unreachable") from None


_STAGE = {smtplib.SMTPAuthenticationError: "sign-in", smtplib.SMTPSenderRefused: "sender"}


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    house, context = server.sender.rpartition("@")[2], ssl.create_default_context()
    if server.tls is Tls.FROM_THE_START:
        talk: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, local_hostname=house, timeout=TIMEOUT_SECONDS, context=context
        )
    else:
        talk = smtplib.SMTP(server.host, server.port, local_hostname=house, timeout=TIMEOUT_SECONDS)
    try:
        if server.tls is Tls.BEFORE_ANYTHING_IS_SAID:
            talk.starttls(context=context)
        if server.user:
            talk.login(server.user, server.password)
        yield talk
    finally:
        with suppress(OSError, smtplib.SMTPException):  # what it took, it has taken; a goodbye adds nothing
            talk.quit()
        talk.close()


def _refusal(what: str, code: int) -> TryLater | Undeliverable:
    named = f"{what}-{code}"
    return Undeliverable(named) if code >= FOR_GOOD else TryLater(named)
