"""Opening the key daemon's files, all of them or none, and putting its parts together.

The first root is made where there is no keyring, no journal entry and no root yet, and nowhere else: a new root over
an old home would leave everything in it sealed for good.
"""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from uuid import UUID, uuid4

from jikim.environment.files import write_whole
from jikim.sealing.certificate import BEST_FIRST
from jikim.sealing.errors import KeyringIncomplete, KeyringUnavailable, MirrorAway
from jikim.sealing.groups import RootGroup
from jikim.sealing.index.index import Index
from jikim.sealing.journal.log import Journal, open_journal
from jikim.sealing.keyd import table
from jikim.sealing.keyd.approvals import Approvals
from jikim.sealing.keyd.blueprint import Blueprint
from jikim.sealing.keyd.build import build_digest
from jikim.sealing.keyd.calls.approvals import ApprovalCalls
from jikim.sealing.keyd.calls.census import CensusCalls
from jikim.sealing.keyd.calls.destruction import DestructionCalls
from jikim.sealing.keyd.calls.grants import GrantCalls
from jikim.sealing.keyd.calls.index import IndexCalls
from jikim.sealing.keyd.calls.journal import JournalCalls
from jikim.sealing.keyd.calls.moves import MoveCalls
from jikim.sealing.keyd.calls.values import ValueCalls
from jikim.sealing.keyd.calls.visitors import VisitorCalls
from jikim.sealing.keyd.grants import Grants
from jikim.sealing.keyd.lock import hold
from jikim.sealing.keyd.opens import Opens
from jikim.sealing.keyd.own import OwnKeys
from jikim.sealing.keyd.passkeys import Passkeys
from jikim.sealing.keyd.schedule import Schedule
from jikim.sealing.keyd.service import Bound, Service
from jikim.sealing.keyd.upkeep import Upkeep
from jikim.sealing.keyd.vault import Vault
from jikim.sealing.keyd.visitors import DailyEnd, DailyKeys, Riders
from jikim.sealing.roots import Roots
from jikim.sealing.slots import SlotFile
from jikim.sealing.tree import batches
from jikim.sealing.tree.allocate import Allocator
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.ports import NoCopies
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.telling import Teller
from jikim.sealing.tree.tree import Tree

ORIGIN_FILE = "journal.origin"


class House:
    """An open key daemon without its sockets. One at a time has a folder open."""

    def __init__(self, blueprint: Blueprint, *, lock: int | None = None, serving: bool = False) -> None:
        """Open everything and settle it.

        lock:    the lock's descriptor, where a process that held it goes on as this one
        serving: others are served by threads beside the one that destroys
        raises:  AnotherDaemon, KeyringIncomplete, KeyringUnavailable, what the journal's opening and `Destroyer.settle`
                 raise; nothing is left open, and no root was made unless there never was one
        """
        self.blueprint = blueprint
        self.has_effaced = False  # keys were destroyed that this process has known
        self.is_busy: Callable[[], bool] = lambda: False  # whether a destruction is being carried out
        self.boot = secrets.token_hex(8)
        with ExitStack() as undo:
            _make_folders(blueprint)
            self.lock = hold(blueprint.lock, lock)
            undo.callback(self.lock.release)
            home = _home_id(blueprint)
            self.store = Store(blueprint.keyring)
            undo.callback(self.store.close)
            self.journal = open_journal(blueprint.journal, _kept_origin(blueprint))
            undo.callback(self.journal.close)
            self._slots = tuple(tuple(_slot_file(path, home) for path in group) for group in blueprint.groups)
            self._build(home)
            self.service = self._composed(serving=serving)
            undo.pop_all()
        self.has_effaced = False  # a start opens nothing that it destroys
        if _has_work(self.store):
            self.schedule.ask(urgent=True)
        if self.destroyer.unsettled:
            self.schedule.retry()
        self.schedule.within(self.upkeep.seconds_left())

    def close(self, *, keep_lock: bool = False) -> None:
        """Give back reserved numbers, keep the newest checkpoint beside the journal, and close.

        keep_lock: for the process that takes this one's place
        """
        self.allocator.close()
        self.journal.publish()
        self.journal.close()
        self.store.close()
        if not keep_lock:
            self.lock.release()

    def media(self) -> tuple[str, ...]:
        """Return the worst class of each root group, of what can be reached."""
        return tuple(_worst(group) for group in self._slots)

    def _build(self, home: UUID) -> None:
        self.tree = Tree(self.store)
        roots = Roots([RootGroup(group, anywhere=self.blueprint.anywhere) for group in self._slots])
        self.teller = Teller(self.journal, build_digest())
        self.allocator = Allocator(self.tree, NoCopies())
        self.index = Index(self.tree, self.allocator)
        riders = Riders(self.index.rider, DailyEnd(self.tree))
        self.destroyer = Destroyer(self.tree, roots, self.teller, NoCopies(), rider=riders, afterwards=self._forget)
        if _is_new(self.store):
            _refuse_old_journal(self.journal)
            for path in (path for group in self.blueprint.groups for path in group):
                SlotFile.create(path, home, name=_name(path))
        self.destroyer.settle()
        if _is_new(self.store):
            self.destroyer.rotate()

    def _is_busy(self) -> bool:
        return self.is_busy()

    def _forget(self) -> None:
        self.has_effaced = True

    def _composed(self, *, serving: bool) -> Service:
        own, vault = OwnKeys(self.tree, self.allocator), Vault(self.tree, self.allocator)
        own.warm()
        grants, self.schedule = Grants(own), Schedule()
        self.opens = Opens(self.blueprint.opens_an_hour)
        values = ValueCalls(self.tree, vault, grants, self.opens, self.journal.checkpoint, self._is_busy)
        index = IndexCalls(self.index, vault, self._is_busy)
        gates = GrantCalls(vault, grants, index.others)
        moves = MoveCalls(vault, grants, self.blueprint.files, self._is_busy)
        stock = self.allocator.stock if serving else lambda: None
        self.upkeep = Upkeep(self.store, self.destroyer)
        ends = DestructionCalls(
            self.tree, self.destroyer, self.journal, self.teller, self.schedule, self.upkeep, beforehand=stock
        )
        visitors = VisitorCalls(DailyKeys(self.tree, self.allocator), self._is_busy)
        census = CensusCalls(self.tree, self.allocator)
        passkeys = Passkeys(self.store, self.journal, own, self.blueprint.passkeys)
        yeses = ApprovalCalls(Approvals(self.store, self.journal, passkeys), passkeys)
        told = JournalCalls(self.journal, own, self.media(), self.boot, lambda: self.destroyer.unsettled, self._is_busy)
        bound = (
            Bound(table.FOUND, values.found),
            Bound(table.SEAL, values.seal),
            Bound(table.OPEN_SEALED, values.open_sealed),
            Bound(table.OPEN_ALL, values.open_all),
            Bound(table.FITS, values.fits),
            Bound(table.STATES, values.states),
            Bound(table.GRANT, gates.grant),
            Bound(table.LINK, gates.link),
            Bound(table.GRANT_BY_LINK, gates.grant_by_link),
            Bound(table.GRANTED, gates.granted),
            Bound(table.DAILY_KEY, visitors.daily_key),
            Bound(table.RESEAL, moves.reseal),
            Bound(table.AGREE, moves.agree),
            Bound(table.DESTROY, ends.destroy),
            Bound(table.ASK, ends.ask),
            Bound(table.CERTIFICATES_OF, ends.certificates),
            Bound(table.HELLO_CALL, told.hello),
            Bound(table.SUBMIT, told.submit),
            Bound(table.NEWEST_TOLD, told.newest_told),
            Bound(table.RESTORED, told.restored),
            Bound(table.CHECKPOINT, told.checkpoint),
            Bound(table.LEAF_CALL, told.leaf),
            Bound(table.PROOF, told.proof),
            Bound(table.VERIFY_JOURNAL, told.verify_journal),
            Bound(table.CHECK_OLDER, told.check_older),
            Bound(table.HANDED_OUT, census.handed_out),
            Bound(table.ASK_PASSKEY, yeses.ask_passkey),
            Bound(table.APPROVE, yeses.approve),
            Bound(table.APPROVALS, yeses.approvals),
            Bound(table.PASSKEYS, yeses.passkeys),
            Bound(table.ENROLL_PASSKEY, yeses.enroll_passkey),
            Bound(table.VOUCH, yeses.vouch),
            Bound(table.RETIRE_PASSKEYS, yeses.retire_passkeys),
            Bound(table.ENROLL, index.enroll),
            Bound(table.RECONCILE, index.reconcile),
        )
        return Service(bound, ends.carry_out)


def _is_new(store: Store) -> bool:
    """Say whether this keyring never had a root."""
    current, _staged, _spent = batches.marks(store)
    return current is None


def _has_work(store: Store) -> bool:
    """Say whether requests were accepted that no run has finished, as after a crash."""
    unfinished = (
        "SELECT 1 FROM intent LEFT JOIN batch ON batch.no = intent.batch WHERE batch.no IS NULL OR state != 'done'"
    )
    return store.row(f"{unfinished} LIMIT 1") is not None


def _make_folders(blueprint: Blueprint) -> None:
    try:
        blueprint.journal.mkdir(mode=0o700, parents=True, exist_ok=True)
        blueprint.folder.chmod(0o700)
    except OSError as error:
        raise KeyringUnavailable(
            f"the folder {blueprint.folder.name} of the keyring cannot be used: {error.strerror}",
            hint="look at the permissions and at the free space of JIKIM_HOME, then start again",
        ) from error


def _home_id(blueprint: Blueprint) -> UUID:
    """Return the id that slot files of this home carry; made once, before there is a keyring, and never again."""
    path = blueprint.home_id
    if not path.exists():
        if blueprint.keyring.exists():
            raise _incomplete(f"{path.name} is gone and the keyring is there")
        write_whole(path, str(uuid4()).encode(), replace=False)
    try:
        return UUID(path.read_text(encoding="ascii"))
    except ValueError:
        raise _incomplete(f"{path.name} does not hold an id") from None


def _kept_origin(blueprint: Blueprint) -> str:
    """Return the journal's name, which never changes: that of the first start, whatever the machine is called today."""
    path = blueprint.journal / ORIGIN_FILE
    if not path.exists():
        write_whole(path, blueprint.origin.encode(), replace=False)
    return path.read_text(encoding="utf-8")


def _refuse_old_journal(journal: Journal) -> None:
    if journal.size:
        raise _incomplete(f"the journal holds {journal.size} entries and the keyring never had a root")


def _slot_file(path: Path, home: UUID) -> SlotFile:
    return SlotFile(path, home, name=_name(path))


def _name(path: Path) -> str:
    """Return what a mirror is called in refusals and certificates: the file, and the folder that tells it apart."""
    return f"{path.parent.name}/{path.name}"


def _worst(group: tuple[SlotFile, ...]) -> str:
    letters = []
    for mirror in group:
        try:
            letters.append(str(mirror.medium().medium_class))
        except MirrorAway:
            continue
    return max(letters, key=BEST_FIRST.index, default="X")


def _incomplete(fact: str) -> KeyringIncomplete:
    return KeyringIncomplete(fact, hint="put back the folder of keys as one whole, of one time; no new root was made")
