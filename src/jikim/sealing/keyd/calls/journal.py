"""The journal, as other processes write and read it."""

from collections.abc import Callable, Sequence
from datetime import date
from hmac import compare_digest
from uuid import UUID

from jikim import clock
from jikim.domain.journal import Leaf, NotYourLeaf, Role, to_the_hour
from jikim.sealing import keys
from jikim.sealing.journal.log import Journal, Pending
from jikim.sealing.keyd.hardening import is_closed
from jikim.sealing.keyd.later import Lane, Later, later_if
from jikim.sealing.keyd.own import OwnKeys
from jikim.sealing.keyd.values import Hello, SignedLeaf, leaf_mac


class JournalCalls:
    """The calls by which entries come in, and by which anybody may check them."""

    def __init__(
        self,
        journal: Journal,
        own: OwnKeys,
        media: tuple[str, ...],
        boot: str,
        unsettled: Callable[[], tuple[str, ...]] = tuple,
        is_busy: Callable[[], bool] = lambda: False,
    ) -> None:
        """Take what `hello` says, and what keeps entries. is_busy: whether all of the journal may be read just now."""
        self._journal, self._own, self._media, self._boot = journal, own, media, boot
        self._unsettled = unsettled
        self._is_busy = is_busy

    def hello(self, role: Role, _asked: None) -> Hello:
        key = self._journal.key
        return Hello(
            self._media,
            key.name,
            str(key),
            self._own.leaf_key(role),
            self._boot,
            keys.is_locked(),
            is_closed(),
            self._unsettled(),
        )

    def submit(self, _role: Role, asked: tuple[str, Sequence[SignedLeaf]]) -> tuple[int, ...] | Later[tuple[int, ...]]:
        """Take entries of any role from the worker, who brings them; each is vouched for by the role that told it."""
        database, rows = asked
        leaf_keys = {role: self._own.leaf_key(role) for role in {row.role for row in rows}}
        for row in rows:
            if not compare_digest(leaf_mac(leaf_keys[row.role], database, row.role, row.nonce, row.leaf), row.mac):
                raise NotYourLeaf(
                    f"entry {row.nonce} of {database} was not told by the role {row.role}",
                    hint="it was written or changed by another process; nothing was journaled",
                )
        pending = [(row.role, Pending(row.nonce, row.leaf)) for row in rows]
        return later_if(self._is_busy(), lambda: self._journal.submit_all(database, pending))

    def newest_told(self, _role: Role, database: str) -> Later[UUID | None]:
        return Later(lambda: self._journal.newest_of(database), Lane.WAITER)

    def restored(self, _role: Role, asked: tuple[UUID, date, int]) -> Later[int]:
        """Tell that databases were put back from a backup, and how many rows of theirs went again."""
        restore_id, backup_on, purged = asked
        body = {"backup_on": backup_on.isoformat(), "purged": purged}
        leaf = Leaf("restore.done", to_the_hour(clock.wall_now()), body)
        return Later(lambda: self._journal.tell(leaf, once=f"restore-{restore_id.hex}"))

    def checkpoint(self, _role: Role, _asked: None) -> str | Later[str]:
        return later_if(self._is_busy(), self._journal.checkpoint)

    def leaf(self, _role: Role, index: int) -> Leaf | Later[Leaf]:
        return later_if(self._is_busy(), lambda: self._journal.leaf(index))

    def proof(self, _role: Role, index: int) -> str | Later[str]:
        return later_if(self._is_busy(), lambda: str(self._journal.proof(index)))

    def verify_journal(self, _role: Role, _asked: None) -> Later[None]:
        return Later(self._journal.verify)

    def check_older(self, _role: Role, note: str) -> Later[None] | None:
        return later_if(self._is_busy(), lambda: self._journal.check_older(note))
