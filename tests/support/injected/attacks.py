"""What code in the public process tries. Each attack ends with what stopped it, or with DONE."""

import ctypes
import os
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from uuid import uuid4

from django.db import connections

from jikim import environment, sealing
from jikim.domain.journal import Leaf, Role
from jikim.domain.leaf import DestroyReason
from jikim.domain.staff import EVERY_ROLE
from jikim.environment.databases import file_of
from jikim.queries.row_seals import Row, seal_of
from jikim.sealing.codes import receipt_digest, token_digest
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.values import Destruction, Move, SignedLeaf, leaf_mac
from jikim.sealing.keyring import Binding, Sealed
from jikim.sealing.seals import Use
from jikim.sealing.webauthn import Assertion
from jikim.store.live.models import DeskLink, DeskSession, Inquiry, ItemValue, PendingLeaf, StaffAccount

DONE = "done"
PTRACE_SEIZE, PIDFD_GETFD = 0x4206, 438  # linux/ptrace.h; asm-generic/unistd.h
LIE = {"on": "2026-10-05", "error": "NothingAtAll"}
LIBRARY = ctypes.CDLL(None, use_errno=True)

Attack = Callable[[], object]


def outcomes(code: str) -> dict[str, str]:
    """Try everything. code: the receipt code of an inquiry that the attacker wrote."""
    return {name: _outcome(attack) for name, attack in _attacks(code).items()}


def _outcome(attack: Attack) -> str:
    try:
        attack()
    except Exception as error:  # noqa: BLE001 - whatever stopped it is what we want to know
        return type(error).__name__
    return DONE


def _attacks(code: str) -> dict[str, Attack]:
    home, keys = environment.home(), environment.keys()
    return {
        "open the separate database": _open_separate,
        "name the separate database": _name_separate,
        "read the worker's variables": lambda: _of("jikim.cli.worker", "environ").read_bytes(),
        "list what is set aside": lambda: list(environment.files_folder("separate").iterdir()),
        "read a slot file": (keys.folder / "root.slots").read_bytes,
        "read the keyring": keys.database.read_bytes,
        "read the journal's key": (keys.journal / "journal.key").read_bytes,
        "read the desk's secret": (home / "secret.key").read_bytes,
        "trace the key daemon": _trace,
        "read the key daemon's memory": lambda: _of("jikim.sealing.keyd", "mem").open("rb").close(),
        "stop the key daemon": lambda: os.kill(_process("jikim.sealing.keyd"), 0),
        "take the worker's socket": _take_socket,
        "speak as the worker": _knock,
        "open a stranger's item": lambda: sealing.current().open_sealed(*_strangers(code)),
        "open it with one's own grant": lambda: sealing.current().open_sealed(*_strangers(code), grant=_grant(code)),
        "open it as the desk": lambda: _as(Role.DESK).open_sealed(*_strangers(code)),
        "show one's own gate for it": lambda: _grant(code, _strangers(code)[0]),
        "have a link to it made": lambda: _as(Role.POSTMAN).link(_strangers(code)[0].record_id, _gate(_own(code))),
        "have its address sealed for a letter": lambda: _address(code, ""),
        "have it sealed so with one's own grant": lambda: _address(code, _grant(code)),
        "destroy it": lambda: _as(Role.WORKER).destroy([_destruction(code)]),
        "approve a plan": lambda: _as(Role.DESK).approve("0f" * 32, Assertion(b"", b"", b"", b"")),
        "let a passkey of one's own approve": lambda: _as(Role.DESK).enroll_passkey(uuid4(), b""),
        "take the approvers' passkeys away": lambda: _as(Role.DESK).retire_passkeys(uuid4()),
        "tell the journal": lambda: _as(Role.WORKER).submit("live", [_forged()]),
        "come in at the desk by rows": _come_in,
        "let the worker tell a lie": _leave_a_lie,
    }


def _name_separate() -> None:
    connections["separate"].cursor().close()


def _open_separate() -> None:
    with closing(sqlite3.connect(file_of("separate"))) as separate:
        separate.execute("SELECT count(*) FROM sqlite_master").fetchone()


def _trace() -> None:
    if LIBRARY.ptrace(PTRACE_SEIZE, _process("jikim.sealing.keyd"), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "ptrace")


def _take_socket() -> None:
    worker = os.pidfd_open(_process("jikim.cli.worker"))
    try:
        taken = LIBRARY.syscall(PIDFD_GETFD, worker, 0, 0)
        if taken < 0:
            raise OSError(ctypes.get_errno(), "pidfd_getfd")
        os.close(taken)
    finally:
        os.close(worker)


def _knock() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as way:
        way.settimeout(2)
        way.connect(str(environment.keyd_socket()))
        if not way.recv(1024):
            raise ConnectionRefusedError


def _own(code: str) -> Inquiry:
    return Inquiry.objects.get(receipt_hash=receipt_digest(code))


def _strangers(code: str) -> tuple[Binding, Sealed]:
    row = ItemValue.objects.exclude(record_id=_own(code).id).filter(facet="value")[0]
    return Binding("live", row.record_id, row.id, row.item, row.facet), Sealed(row.kid, bytes(row.envelope))


def _address(code: str, grant: str) -> None:
    """Have a stranger's address made ready for the postman."""
    here, sealed = _strangers(code)
    there = replace(here, store="mail", value_id=uuid4())
    sealing.current().reseal([Move(sealed, here, there, "", datetime.now(UTC).date())], grant=grant)


def _gate(row: Inquiry) -> Sealed:
    return Sealed(row.gate_kid, bytes(row.gate_envelope))


def _grant(code: str, place: Binding | None = None) -> str:
    own = _own(code)
    record_id = place.record_id if place else own.id
    return sealing.current().grant(record_id, _gate(own), receipt_digest(code))


def _as(role: Role) -> Client:
    """Speak under another role's name on the socket that this process has."""
    return Client(vars(sealing.current())["_channel"], role)


def _destruction(code: str) -> Destruction:
    _place, sealed = _strangers(code)
    return Destruction(uuid4(), DestroyReason.SUBJECT_REQUEST, "ab" * 32, {sealed.kid: bytes(32)})


def _forged() -> SignedLeaf:
    """An entry of the worker's under the only key for entries that this process was given."""
    leaf = Leaf("quarantine", datetime.now(UTC).replace(minute=0, second=0, microsecond=0), LIE)
    nonce = uuid4()
    mac = leaf_mac(sealing.current().hello().leaf_key, "live", Role.WORKER, nonce, leaf)
    return SignedLeaf(nonce, Role.WORKER, leaf, mac)


def _leave_a_lie() -> None:
    forged = _forged()
    told = {"kind": forged.leaf.kind, "body": forged.leaf.body, "at": forged.leaf.at}
    PendingLeaf.objects.create(**told, role=forged.role.value, nonce=forged.nonce, mac=forged.mac)


def _come_in() -> None:
    """Write an account with every role and an open session of it, under the best seals there are, and ask the desk.

    On the way, let the invitations that there are be good for longer.
    """
    with suppress(PermissionError):  # then under those that this process can make
        os.environ["JIKIM_SECRET_KEY"] = (environment.home() / "secret.key").read_text()
    now, token, whose = datetime.now(UTC), str(uuid4()), uuid4()
    account = StaffAccount(id=whose, username=token[:9], roles=sorted(EVERY_ROLE), state="working", made_at=now)
    session = DeskSession(account_id=whose, session_hash=token_digest(Use.SESSION_TOKEN, token), seen_at=now)
    session.began_at = session.passed_at = now
    links = list(DeskLink.objects.all())
    for link in links:
        link.usable_until += timedelta(days=30)
    rows: list[Row] = [account, session, *links]
    for row in rows:
        row.seal = seal_of(row)
        row.save()
    desk = f"{environment.desk_url()}/desk/"
    with urlopen(Request(desk, headers={"Cookie": f"jikim_desk={token}"}), timeout=20) as page:
        page.read()


def _process(words: str) -> int:
    """Return the process of this house that runs this module; other tests may have houses of their own."""
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(ProcessLookupError, FileNotFoundError):
            if words.encode() in entry.read_bytes().split(b"\0") and os.getsid(int(entry.parent.name)) == os.getsid(0):
                return int(entry.parent.name)
    raise ProcessLookupError(words)


def _of(words: str, name: str) -> Path:
    return Path(f"/proc/{_process(words)}/{name}")
