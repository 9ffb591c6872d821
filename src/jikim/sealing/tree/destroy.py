"""Destroying keys, in numbered steps. Stopped at any of them, `settle` finds what is durable and goes on from there.

D0 accept · D1 gather, tell the intent · D2 stage new nodes and tombs, ship them · D3 write the new root to every
reachable mirror, open the new tree · D4 efface the old root · D5 mark · D6 tell it done · D7 delete superseded nodes,
clear the log · D8 let the process forget what it knew. The point of no return is D3, the instant of destruction D4.
"""

from collections.abc import Callable, Sequence

from jikim.sealing.mirror import Effacement, Root, RootStore, Verdict, next_epoch
from jikim.sealing.tree import batches, rekey, requests
from jikim.sealing.tree.cut import cut
from jikim.sealing.tree.errors import NodesLinger, OtherTime
from jikim.sealing.tree.ports import Copies, Journal, NoRider, Rider, Target
from jikim.sealing.tree.requests import Request
from jikim.sealing.tree.shipping import ship
from jikim.sealing.tree.steps import Step, Watch, unwatched
from jikim.sealing.tree.tree import Tree


class Destroyer:
    """The only one that changes the root."""

    def __init__(
        self,
        tree: Tree,
        roots: RootStore,
        journal: Journal,
        copies: Copies,
        watch: Watch = unwatched,
        rider: Rider | None = None,
        afterwards: Callable[[], None] = lambda: None,
    ) -> None:
        """Stand before a tree. afterwards: D8, once a run in which a root was effaced; it need not return."""
        self._tree, self._store, self._roots = tree, tree.store, roots
        self._journal, self._copies, self._watch = journal, copies, watch
        self._rider: Rider = rider or NoRider()
        self._afterwards = afterwards
        self._settled = False
        self._effacement = Effacement(())  # the last one
        self._has_effaced = False
        self._linger: NodesLinger | None = None  # of this run

    @property
    def unsettled(self) -> tuple[str, ...]:
        """Name the mirrors that may hold an older share, or lack the present one; each run goes on to settle them."""
        return self._effacement.unsettled

    def accept(self, *asked: Request) -> None:
        """D0: keep requests, durable; `run` carries them out. The same request again is the same request.

        raises: KeyUnknown, RequestChanged; none was kept. What the copies raise: all were, and may be asked for again
        """
        requests.accept(self._tree, asked, self._watch)
        ship(self._store, self._copies)

    def run(self, *, slices: bool = True) -> None:
        """Carry out what was accepted, batch by batch, to the end. Between two batches others may change the tree.

        slices: go on with a re-key too, to its end
        raises: what roots, copies or journal raise; each batch stands where its state says, and `run` goes on there.
                NodesLinger at the very end: all that was asked for is destroyed
        """
        self._linger = None
        while self._run_one(rotate=False, slices=slices):
            continue
        self._end_run()

    def renew(self) -> bool:
        """Begin a re-key, or go on with the one begun, by one slice; returns whether there was one left.

        Requests that wait are carried out first, in its place. The process is to forget what it knew after the last.
        raises: as `run`
        """
        self._linger = None
        with self._tree.changing:
            self._settle_if_needed()
            rekey.open_one(self._store, self._watch)
        is_left = self._run_one(rotate=False)
        if not is_left or not rekey.is_under_way(self._store):
            self._end_run()
        return is_left

    def rotate(self) -> None:
        """Change the root even when nothing is pending; the first root is made this way too."""
        self._run_one(rotate=True)
        self._forget()

    def rekey(self) -> None:
        """Give every node a new key, in slices between which requests are carried out; one begun before goes on.

        Afterwards who held an old root and every node there ever was can open nothing that is handed out from then on.
        raises: as `run`, which goes on with it too
        """
        with self._tree.changing:
            self._settle_if_needed()
            rekey.open_one(self._store, self._watch)
        self.run()

    def settle(self) -> None:
        """Start, or start again after anything went wrong: bring roots, mirrors and keyring to one epoch.

        Nodes that a reader keeps in the log stop no start; the next `run` clears them.
        raises: RootMissing, RootTorn, RootForeign, OtherTime, NodeDamaged; nothing was changed
        """
        with self._tree.changing:
            self._settled = False
            current, staged, spent = batches.marks(self._store)
            beginning = self._roots.begin(current, staged, spent)
            match beginning.verdict, beginning.root:
                case Verdict.FORWARD, Root() as root:
                    self._turn(root)
                case Verdict.BACK, root:
                    self._go_back(root)
                case Verdict.STEADY, Root() as root:
                    self._stay(root)
            self._finish()
            self._settled = True

    def _run_one(self, *, rotate: bool, slices: bool = True) -> bool:
        """Carry out the next batch, requests before a slice of a re-key; returns whether there was one."""
        with self._tree.changing:
            self._settle_if_needed()
            batch = requests.gather(self._store, rotate=rotate)
            if batch is None and slices:
                batch = rekey.gather(self._tree)
            if batch is not None:
                self._carry_out(batch)
            return batch is not None

    def _end_run(self) -> None:
        self._forget()
        if self._linger is not None:
            raise self._linger

    def _forget(self) -> None:
        """D8: this process has known keys that are destroyed now; only its end clears what Python copied of them."""
        if self._has_effaced:
            self._watch(Step.D8_ALL_DONE)
            self._has_effaced = False
            self._afterwards()

    def _settle_if_needed(self) -> None:
        """Settle before the first change, after one that did not come to its end, and while a mirror is behind.

        That is also where nothing waits for it, as another group's effacement destroyed all that was asked for.
        """
        if not self._settled or self.unsettled or batches.in_state(self._store, "waiting"):
            self.settle()
        elif self._linger is None and batches.in_state(self._store, "logged"):
            self._finish()

    def _carry_out(self, batch: int) -> None:
        self._settled = False
        self._watch(Step.D1_GATHERED)
        asked = requests.targets(self._store, batch)
        ride = self._rider.board(asked)
        targets = [*asked, *ride.targets]
        for told in batches.intended(self._store, batch, targets):
            self._journal.intend(told)
        self._watch(Step.D1_INTENT_TOLD)
        renewed = rekey.slice_of(self._tree, batch)
        root = self._stage(batch, targets, renewed, ride.stage)
        self._roots.prepare(root)
        self._watch(Step.D3_PREPARED)
        self._turn(root)
        self._finish()
        self._settled = True

    def _stage(
        self, batch: int, targets: Sequence[Target], renewed: Sequence[int], along: Callable[[int], None]
    ) -> Root:
        """D2: new versions beside the old, tombs and the spent epoch in one commit; then a copy has the nodes."""
        current, _staged, spent = batches.marks(self._store)
        root = self._roots.draw(next_epoch(current.epoch if current else 0, spent))
        made = cut(self._tree, targets, renewed, root.epoch, root.key)
        with self._store.writing():
            rekey.stage(self._store, batch, self._tree.epoch)
            batches.stage(self._store, batch, made, root, current)
            along(root.epoch)
            self._watch(Step.D2_BEFORE_COMMIT)
        self._watch(Step.D2_STAGED)
        ship(self._store, self._copies)
        self._watch(Step.D2_SHIPPED)
        return root

    def _turn(self, root: Root) -> None:
        """D3's check, D4 and D5: the new tree has opened before the old root is touched."""
        self._tree.turn(root.epoch, root.key)
        self._watch(Step.D3_CHECKED)
        effacement = self._effacement = self._roots.efface(root)
        self._watch(Step.D4_EFFACED)
        with self._store.writing():
            batches.turned(self._store, root)
            self._rider.turned(root.epoch)
            took_effect = batches.effaced(self._store, effacement)
            self._watch(Step.D5_BEFORE_COMMIT)
        self._has_effaced |= took_effect
        self._watch(Step.D5_MARKED)

    def _go_back(self, root: Root | None) -> None:
        """Undo a staging whose root never became durable. Its epoch is spent; its requests are gathered again."""
        if root is not None:
            self._tree.turn(root.epoch, root.key)
        with self._store.writing():
            self._rider.undo(batches.undo(self._store))
        if root is not None:
            self._effacement = self._roots.efface(root)

    def _stay(self, root: Root) -> None:
        """Go on with the current root; mirrors that came back are settled, and batches that waited for them with it."""
        newest = self._store.number("SELECT max(birth) FROM node") or 0
        if newest > root.epoch:
            raise OtherTime(
                f"the keyring holds nodes of epoch {newest}, the root is of epoch {root.epoch}",
                hint="one of them was restored from another time; bring both to the present epoch from a mirror",
            )
        self._tree.turn(root.epoch, root.key)
        effacement = self._effacement = self._roots.efface(root)
        with self._store.writing():
            took_effect = batches.effaced(self._store, effacement)
        self._has_effaced |= took_effect

    def _finish(self) -> None:
        """D6 and D7 of every batch that has come so far."""
        for batch in batches.in_state(self._store, "effaced"):
            batches.tell_done(self._store, self._journal, batch)
            self._watch(Step.D6_TOLD)
            self._mark(batch, "logged")
            self._watch(Step.D6_MARKED)
        try:
            self._clear()
        except NodesLinger as error:  # what lingers is noise without its root, so nothing else waits for it
            self._linger = error
        rekey.finish(self._tree, self._journal, self._watch)

    def _clear(self) -> None:
        """D7 of every batch that is told; raises NodesLinger, and those that are left are cleared another time."""
        for batch in batches.in_state(self._store, "logged"):
            with self._store.writing():
                batches.delete_superseded(self._store, batch)
                self._watch(Step.D7_BEFORE_COMMIT)
            self._watch(Step.D7_NODES_DELETED)
            self._store.clear_log()
            self._watch(Step.D7_LOG_CLEARED)
            self._mark(batch, "done")
            self._watch(Step.D7_DONE)

    def _mark(self, batch: int, state: str) -> None:
        with self._store.writing():
            self._store.run("UPDATE batch SET state = ? WHERE no = ?", state, batch)
