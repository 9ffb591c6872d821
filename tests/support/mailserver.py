"""A mail server of a test's own: it speaks real SMTP, keeps what it took, and refuses on demand."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from ipaddress import ip_address
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jikim.clock import wall_now

HOST = "127.0.0.1"
USER, WORD = "jikim", "correct-horse"


@dataclass
class Letters:
    """What a server took, and what it answers instead."""

    taken: list[Envelope] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)  # "RCPT", "DATA", "MAIL" → its answer

    @property
    def messages(self) -> list[EmailMessage]:
        return [
            BytesParser(EmailMessage, policy=policy.default).parsebytes(one.original_content or b"")
            for one in self.taken
        ]

    async def handle_MAIL(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 - the server's names
        if "MAIL" in self.refuses:
            return self.refuses["MAIL"]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802
        if "RCPT" in self.refuses:
            return self.refuses["RCPT"].format(address=address)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802
        if "DATA" in self.refuses:
            return self.refuses["DATA"]
        self.taken.append(envelope)
        return "250 taken"


@dataclass(frozen=True)
class Running:
    """A server that runs."""

    port: int
    letters: Letters


@contextmanager
def serving(*, certificate: Path | None = None, implicit: bool = False, sign_in: bool = False) -> Iterator[Running]:
    """Run a server on this machine.

    certificate: PEM of its certificate and key; without one it speaks in clear
    implicit:    TLS from the first byte, else once asked for
    """
    letters, context = Letters(), _context(certificate) if certificate else None
    options: dict[str, Any] = {"auth_required": sign_in, "authenticator": _signs_in} if sign_in else {}
    if context and not implicit:
        options |= {"tls_context": context, "require_starttls": True}
    with socket.create_server((HOST, 0)) as ear:
        thread = _Thread(lambda: SMTP(letters, hostname=HOST, **options), ear, context if implicit else None)
        with thread:
            yield Running(ear.getsockname()[1], letters)


class _Thread:
    """A server in an event loop that runs beside the test."""

    def __init__(self, factory: Callable[[], SMTP], ear: socket.socket, context: SSLContext | None) -> None:
        self._factory, self._ear, self._context = factory, ear, context
        self._listens = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._listens.wait(5)

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(5)

    async def _run(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(self._factory, sock=self._ear, ssl=self._context)
        self._listens.set()
        await self._over.wait()
        server.close()


def self_signed(folder: Path, name: str = HOST) -> Path:
    """Write a certificate for an address of this machine, and its key, into one file."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    alternative = x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)
    now = wall_now()
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{name}.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + private)
    return path


def variables(url: str, **more: str) -> Mapping[str, str]:
    return {"JIKIM_SMTP_URL": url, "JIKIM_MAIL_FROM": "privacy@mulpure.example", **more}


def _context(certificate: Path) -> SSLContext:
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


def _signs_in(_server: Any, _session: Any, _envelope: Any, _mechanism: str, words: LoginPassword) -> AuthResult:
    return AuthResult(success=(words.login, words.password) == (USER.encode(), WORD.encode()), handled=False)
