"""Who approved which plan, kept where no database can be written over it, and told to the journal.

A yes is a passkey's answer to the question about this very plan; nobody else's word makes one.
"""

from datetime import datetime, timedelta
from uuid import UUID

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, to_the_hour
from jikim.domain.leaf import HEX
from jikim.domain.passkey import Purpose
from jikim.sealing.journal.log import Journal
from jikim.sealing.keyd.passkeys import Passkeys
from jikim.sealing.tree.store import Store
from jikim.sealing.webauthn import Assertion

MOST = 16  # people of one plan
KEPT = timedelta(
    days=3 * 366
)  # who approved is a record of rights (Safety Measures Standard art. 5(3)); then forgotten
TABLE = """CREATE TABLE IF NOT EXISTS approval (
    plan TEXT NOT NULL, account BLOB NOT NULL, at TEXT NOT NULL, PRIMARY KEY (plan, account)
)"""


class Approvals:
    """Yeses to plans; one for each person and plan, and none is ever taken back: a changed plan has another digest."""

    def __init__(self, store: Store, journal: Journal, passkeys: Passkeys) -> None:
        self._store, self._journal, self._passkeys = store, journal, passkeys
        if store.row("SELECT 1 FROM sqlite_master WHERE name = 'approval'") is None:
            with store.writing():
                store.run(TABLE)

    def approve(self, plan: str, answer: Assertion) -> int:
        """Keep one person's yes, tell the journal how many there are, and return that.

        raises: Misused, AssertionRefused; nobody approved anything
        """
        if not HEX.fits(plan):
            raise Misused("this is no digest of a plan", hint="pass the digest that was shown")
        known = self.of(plan)
        if len(known) >= MOST:
            raise Misused(f"{len(known)} people approved plan {plan[:12]}", hint="two are enough")
        account = self._passkeys.confirmed(Purpose.APPROVE, plan, answer).account_id
        if account not in {by for by, _ in known}:
            with self._store.writing():
                oldest = (clock.wall_now() - KEPT).isoformat()
                self._store.run("DELETE FROM approval WHERE at < ?", oldest)
                sql = "INSERT INTO approval (plan, account, at) VALUES (?, ?, ?)"
                self._store.run(sql, plan, account.bytes, clock.wall_now().isoformat())
        return self._told(plan)

    def of(self, plan: str) -> tuple[tuple[UUID, datetime], ...]:
        """Return who approved a plan, and when, the first one first."""
        rows = self._store.rows("SELECT account, at FROM approval WHERE plan = ? ORDER BY at, account", plan)
        return tuple((UUID(bytes=account), datetime.fromisoformat(at)) for account, at in rows)

    def _told(self, plan: str) -> int:
        """Tell the journal of every yes that it was not told of; a crash may have come between."""
        given = self.of(plan)
        for count, (_, at) in enumerate(given, start=1):
            leaf = Leaf("approve", to_the_hour(at), {"plan": plan, "approvals": count})
            self._journal.tell(leaf, once=f"approve {plan} {count}")
        return len(given)
