"""The passkeys of those who may approve, kept with the keys: no database that others write to says whose yes counts.

A question carries its own proof that it was asked here, for this one thing, a moment ago; nothing is kept of it. The
journal is told before a passkey changes, so that none ever counts that it was not told of.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, to_the_hour
from jikim.domain.passkey import WAIT, AssertionRefused, Passkey, Purpose
from jikim.sealing.formats import PASSKEY
from jikim.sealing.journal.log import Journal
from jikim.sealing.keyd.own import GRANTS, OwnKeys
from jikim.sealing.primitives import DIGEST_BYTES, length_prefixed, mac, same_mac
from jikim.sealing.tree.store import Store
from jikim.sealing.webauthn import Assertion, challenge_of, check, passkey_id, read_credential

MOST = 128  # of a house, those included that were retired within the last two days
MINUTES = 5  # to answer a question
TABLE = """CREATE TABLE IF NOT EXISTS passkey (
    id BLOB PRIMARY KEY, account BLOB NOT NULL, credential BLOB NOT NULL, key BLOB NOT NULL, counter INTEGER NOT NULL,
    enrolled_at TEXT NOT NULL, counts_from TEXT NOT NULL, retired_at TEXT
)"""
COLUMNS = "id, account, enrolled_at, counts_from, retired_at"


class Passkeys:
    """Passkeys of approvers: enrolled, vouched for, retired; and the answers that they give."""

    def __init__(self, store: Store, journal: Journal, own: OwnKeys, origin: str) -> None:
        """Take what keeps and tells. origin: where passkeys answer."""
        self._store, self._journal, self._own, self._origin = store, journal, own, origin
        if store.row("SELECT 1 FROM sqlite_master WHERE name = 'passkey'") is None:
            with store.writing():
                store.run(TABLE)

    def every(self) -> tuple[Passkey, ...]:
        """Return the passkeys that stand and those retired not long ago, in the order they were enrolled."""
        rows = self._store.rows(f"SELECT {COLUMNS} FROM passkey ORDER BY enrolled_at, id")  # noqa: S608 - constants
        return tuple(one for row in rows if not _is_over(one := _read(row)))

    def question(self, purpose: Purpose, about: str) -> bytes:
        """Return what a passkey is asked: a yes to one thing, within five minutes."""
        now = int(clock.wall_now().timestamp()).to_bytes(8, "big")
        return now + mac(self._own.mac_key(GRANTS), _question(now, purpose, about))

    def confirmed(self, purpose: Purpose, about: str, answer: Assertion) -> Passkey:
        """Return the passkey that said yes to one thing just now; raises AssertionRefused, and nothing has changed."""
        self._refuse_strange(challenge_of(answer.client_data), purpose, about)
        found = self._store.row(
            f"SELECT {COLUMNS}, credential, key, counter FROM passkey WHERE id = ?",  # noqa: S608 - constants
            passkey_id(answer.credential).bytes,
        )
        if found is None or not _read(found[:5]).counts(clock.wall_now()) or found[5] != answer.credential:
            raise AssertionRefused(
                "the answer comes from no passkey that counts here",
                hint="a new passkey counts after two days, or once an approver vouches for it",
            )
        challenge = challenge_of(answer.client_data)
        counter = check(answer, found[6], challenge=challenge, origin=self._origin, counter=found[7])
        with self._store.writing():
            self._store.run("UPDATE passkey SET counter = ? WHERE id = ?", counter, found[0])
        return _read(found[:5])

    def enroll(self, account: UUID, attested: bytes) -> Passkey:
        """Keep a passkey of an approver; it counts after the time of waiting. Again changes nothing.

        attested: what the authenticator attested: AAGUID, length, credential id, COSE key
        raises:   UnknownFormat, Misused (another's, retired a moment ago, or too many)
        """
        credential = read_credential(attested)
        found_id = passkey_id(credential.id)
        known = self._one(found_id)
        if known is not None and known.account_id == account and known.retired_at is None:
            return known
        if known is not None or len(self.every()) >= MOST:
            raise Misused(
                "this passkey is another's or was retired, or there are too many", hint="try again in two days"
            )
        now = clock.wall_now()
        self._tell("enrolled", found_id, standing=self._standing() + 1)
        with self._store.writing():
            self._forget_old()
            self._store.run(
                "INSERT INTO passkey VALUES (?, ?, ?, ?, 0, ?, ?, NULL)",
                *(found_id.bytes, account.bytes, credential.id, credential.key),
                *(now.isoformat(), (now + WAIT).isoformat()),
            )
        return Passkey(found_id, account, now, now + WAIT)

    def vouch(self, vouched_id: UUID, answer: Assertion) -> Passkey:
        """Let a passkey count at once, because one that counts answered for it; raises AssertionRefused, Misused."""
        waiting = self._one(vouched_id)
        if waiting is None or waiting.retired_at is not None:
            raise Misused("there is no such passkey", hint="load the page again")
        self.confirmed(Purpose.VOUCH, vouched_id.hex, answer)
        now = clock.wall_now()
        if waiting.waits(now):
            self._tell("vouched", vouched_id, standing=self._standing())
            with self._store.writing():
                sql = "UPDATE passkey SET counts_from = ? WHERE id = ?"
                self._store.run(sql, now.isoformat(), vouched_id.bytes)
        return self._one(vouched_id) or waiting

    def retire(self, account: UUID, only: UUID | None) -> int:
        """Let one passkey of an account, or all, approve nothing any more, its key gone; return how many that were."""
        chosen = [
            one for one in self.every()
            if one.account_id == account and one.retired_at is None and only in {None, one.id}
        ]  # fmt: skip
        for one in chosen:
            self._tell("retired", one.id, standing=self._standing() - 1)
            with self._store.writing():
                sql = "UPDATE passkey SET retired_at = ?, credential = x'', key = x'' WHERE id = ?"
                self._store.run(sql, clock.wall_now().isoformat(), one.id.bytes)
        return len(chosen)

    def _refuse_strange(self, challenge: bytes, purpose: Purpose, about: str) -> None:
        asked, claimed = challenge[:8], challenge[8:]
        words = _question(asked, purpose, about)
        if len(claimed) != DIGEST_BYTES or not same_mac(self._own.mac_key(GRANTS), words, claimed):
            raise AssertionRefused("the passkey's answer is to another question", hint="load the page again")
        age = int(clock.wall_now().timestamp()) - int.from_bytes(asked, "big")
        if not 0 <= age <= timedelta(minutes=MINUTES).total_seconds():
            raise AssertionRefused("the passkey's answer came too late", hint="load the page again")

    def _one(self, wanted: UUID) -> Passkey | None:
        return next((one for one in self.every() if one.id == wanted), None)

    def _standing(self) -> int:
        return sum(one.retired_at is None for one in self.every())

    def _forget_old(self) -> None:
        latest = (clock.wall_now() - WAIT).isoformat()
        self._store.run("DELETE FROM passkey WHERE retired_at IS NOT NULL AND retired_at <= ?", latest)

    def _tell(self, event: str, which: UUID, *, standing: int) -> None:
        now = clock.wall_now()
        leaf = Leaf("passkey", to_the_hour(now), {"event": event, "passkeys": standing})
        self._journal.tell(leaf, once=f"passkey {event} {which.hex} {now.isoformat()}")


def _question(asked: bytes, purpose: Purpose, about: str) -> bytes:
    return length_prefixed(PASSKEY, asked, purpose.encode(), about.encode())


def _read(row: tuple[Any, ...]) -> Passkey:
    number, account, enrolled, counts, retired = row
    read = datetime.fromisoformat
    return Passkey(
        UUID(bytes=number), UUID(bytes=account), read(enrolled), read(counts), read(retired) if retired else None
    )


def _is_over(passkey: Passkey) -> bool:
    return passkey.retired_at is not None and passkey.retired_at + WAIT <= clock.wall_now()
