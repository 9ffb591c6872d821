"""The ways in and out: attachments, the address people use, mail."""

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from jikim import environment
from jikim.cli.doctor.finding import Finding, fail, ok, warn
from jikim.cli.doctor.house import others
from jikim.environment import MailServer, Tls
from jikim.queries import mail, standing

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def files_are_there() -> Iterator[Finding]:
    """Every attachment that a row names lies in its store, private, and can be written beside."""
    name = "attachments"
    for alias in ("live", "separate"):
        folder = environment.files_folder(alias)
        if folder.exists() and folder.stat().st_mode & others():
            yield fail(name, f"{folder} is open to other users", f"run: chmod 700 {folder}")
        elif folder.exists() and not os.access(folder, os.W_OK):
            yield fail(
                name, f"{folder} cannot be written", "give this program's user the folder, or mount it for writing"
            )
    missing, named = standing.missing_files()
    if missing:
        fact = f"{missing} of the {named} newest that rows name are not there"
        yield fail(name, fact, "put the folder of attachments back from the newest backup")
    else:
        yield ok(name, f"the {named} newest that rows name are there")


def address_is_safe(base: str | None = None, desk: str | None = None) -> Iterator[Finding]:
    """What people write travels sealed, or does not leave this machine."""
    of_people, of_staff = base or environment.base_url(), desk or environment.desk_url()
    for url, name in {of_staff: "desk's address", of_people: "address"}.items():
        parts = urlsplit(url)
        if parts.scheme == "https":
            yield ok(name, f"{url}: TLS, by the proxy in front")
        elif parts.hostname in LOOPBACK:
            yield warn(
                name, f"{url}: this machine alone", "put a proxy with TLS in front, and name it in JIKIM_BASE_URL"
            )
        else:
            hint = "put a proxy with TLS in front, and write https:// in JIKIM_BASE_URL (docs/operating/behind-tls.md)"
            yield fail(name, f"{url}: words and codes travel in clear", hint)


def mail_leaves(server: MailServer | None = None) -> Iterator[Finding]:
    """Say who takes our letters; raises BadVariable."""
    found = server or environment.mail_server()
    if found is None:
        yield warn("mail", "no server is named, so letters wait", "set JIKIM_SMTP_URL (docs/operating/mail.md)")
    elif found.tls is Tls.NEVER and found.host not in LOOPBACK:
        yield fail("mail", f"{found.host} is spoken to in clear", "write smtps:// or smtp:// without tls=none")
    else:
        yield ok("mail", f"{found.host}:{found.port}, TLS {found.tls}, for {found.receiver}")


def letters_leave(post: mail.Post | None = None) -> Iterator[Finding]:
    found, name = post or mail.post(), "letters"
    failed = sum(count for _state, _code, count in found.failed)
    troubles = ", ".join(f"{code} {count}" for code, count in found.troubles)
    if found.stalled:
        yield fail(name, f"{found.waiting} wait, and nobody tries them", "look at the postman's messages")
    elif found.no_server or failed or troubles:
        fact = f"{found.waiting} wait{f' ({troubles})' * bool(troubles)}, {failed} came to nothing"
        yield warn(name, fact, "see the desk: whom it concerns is told there by record")
    else:
        yield ok(name, f"{found.waiting} wait, none came to nothing")
