"""D0 and D1: what is asked for is kept before anyone is told "accepted", then gathered into one batch."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID, uuid4

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.leaf import DestroyReason
from jikim.sealing.errors import KeyUnknown
from jikim.sealing.primitives import DIGEST_BYTES
from jikim.sealing.tree.errors import RequestChanged
from jikim.sealing.tree.ports import Target
from jikim.sealing.tree.steps import Step, Watch
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.tree import Standing, Tree

DIGEST = re.compile("[0-9a-f]{64}")
GATHERED_TARGETS = 512  # of one batch, and of one request, which is never divided; so no batch holds others up for long

# A target is covered once it, or the cohort it hangs in, has a tomb.
_COVERED = """((tomb.whole = target.whole AND tomb.number = target.number)
               OR (tomb.whole = 1 AND target.whole = 0 AND tomb.number = target.number >> 16))"""
_UNCUT = f"NOT EXISTS (SELECT 1 FROM tomb WHERE {_COVERED})"  # noqa: S608  # a constant


@dataclass(frozen=True, slots=True)
class Request:
    """Keys and whole cohorts to destroy, each with the SHA-256 of the envelopes it sealed."""

    id: UUID
    reason: DestroyReason
    policy: str  # SHA-256 of the policy version, hex
    kids: Mapping[int, bytes] = field(default_factory=dict)
    cohorts: Mapping[int, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rows = [*self.kids.values(), *self.cohorts.values()]
        if not rows or any(len(one) != DIGEST_BYTES for one in rows) or not DIGEST.fullmatch(self.policy):
            raise Misused("a request names keys or cohorts, with SHA-256 digests", hint="see what builds the request")

        if len(rows) > GATHERED_TARGETS:
            raise Misused(
                f"a request for {len(rows)} keys and cohorts", hint=f"make several of at most {GATHERED_TARGETS} each"
            )

    def targets(self) -> list[tuple[int, int, bytes]]:
        kids = [(0, kid, rows) for kid, rows in sorted(self.kids.items())]
        return kids + [(1, cohort, rows) for cohort, rows in sorted(self.cohorts.items())]


def accept(tree: Tree, asked: Sequence[Request], watch: Watch) -> None:
    """D0: keep requests, all of them in one commit. From here on they will be carried out.

    The cohorts they name hand out no more keys.
    raises: KeyUnknown, RequestChanged; none of them was kept
    """
    store = tree.store
    with tree.handing:  # so that no number of a cohort leaves after the cohort was closed
        new = [request for request in asked if not _is_kept(store, request)]
        if not new:
            return
        _known(tree, new)
        with store.writing():
            kept = set[UUID]()
            for request in new:
                if request.id not in kept or not _is_kept(store, request):  # asked for twice in one breath
                    _keep(store, request)
                kept.add(request.id)
            watch(Step.D0_BEFORE_COMMIT)
    watch(Step.D0_ACCEPTED)


def _is_kept(store: Store, request: Request) -> bool:
    """Say whether the same request was kept before; raises RequestChanged when it says something else now."""
    kept = store.row("SELECT no, reason, policy FROM intent WHERE request = ?", request.id.bytes)
    if kept is not None:
        _same(store, request, *kept)
    return kept is not None


def _keep(store: Store, request: Request) -> None:
    sql = "INSERT INTO intent (request, reason, policy, asked_at) VALUES (?, ?, ?, ?)"
    asked_at = clock.wall_now().isoformat()
    intent = store.run(sql, request.id.bytes, request.reason, request.policy, asked_at)
    targets = ((intent, *target) for target in request.targets())
    store.run_each("INSERT INTO target (intent, whole, number, rows) VALUES (?, ?, ?, ?)", targets)
    for cohort in request.cohorts:
        store.run("UPDATE cohort SET closed = 1 WHERE no = ?", cohort)


def gather(store: Store, *, rotate: bool) -> int | None:
    """D1: put what is pending into one batch and return its number; the one gathered before goes first.

    rotate:  make a batch even of nothing
    returns: None when there is nothing to do
    """
    gathered = store.number("SELECT no FROM batch WHERE state = 'gathered'")
    if gathered is not None:
        return gathered
    with store.writing():
        intents = _pending(store)
        if not intents and not rotate:
            return None
        batch = store.run("INSERT INTO batch (id, state) VALUES (?, 'gathered')", uuid4().bytes)
        store.run_each("UPDATE intent SET batch = ? WHERE no = ?", ((batch, intent) for intent in intents))
    return batch


def targets(store: Store, batch: int) -> list[Target]:
    """Return what a batch has to cut: each key and cohort once, by the request that came first."""
    sql = f"""SELECT intent, whole, number, rows FROM target JOIN intent ON intent.no = intent
              WHERE batch = ? AND {_UNCUT} ORDER BY intent, whole, number"""  # noqa: S608  # a constant
    once: dict[tuple[int, int], Target] = {}
    for intent, whole, number, rows in store.rows(sql, batch):
        once.setdefault((whole, number), Target(intent, bool(whole), number, rows))
    return list(once.values())


def _pending(store: Store) -> list[int]:
    """Choose the oldest requests that fit; those whose every target is cut already join the batch that cut the last."""
    left, chosen = GATHERED_TARGETS, list[int]()
    sql = f"SELECT count(*) FROM target WHERE intent = ? AND {_UNCUT}"  # noqa: S608  # a constant
    for (intent,) in store.rows("SELECT no FROM intent WHERE batch IS NULL ORDER BY no"):
        size = store.number(sql, intent) or 0
        if size == 0:
            _join(store, intent)
        elif size <= left or not chosen:
            chosen.append(intent)
            left -= size
        else:
            break
    return chosen


def _join(store: Store, intent: int) -> None:
    sql = f"""UPDATE intent SET batch = (
                 SELECT max(batch.no) FROM batch JOIN tomb USING (epoch) JOIN target ON target.intent = intent.no
                 WHERE {_COVERED}) WHERE no = ?"""  # noqa: S608  # a constant
    store.run(sql, intent)


def _same(store: Store, request: Request, intent: int, reason: str, policy: str) -> None:
    kept = store.rows("SELECT whole, number, rows FROM target WHERE intent = ? ORDER BY whole, number", intent)
    if (reason, policy, kept) != (request.reason, request.policy, request.targets()):
        raise RequestChanged(
            f"request {request.id} was kept before with other contents",
            hint="the first one is carried out; give the new contents a request id of their own",
        )


def _known(tree: Tree, asked: Sequence[Request]) -> None:
    """Refuse what this keyring never handed out: a destruction of nothing must not look like one."""
    for kid, standing in tree.standings([kid for request in asked for kid in request.kids]).items():
        if standing is Standing.UNKNOWN:
            raise _unknown(f"key {kid}")
    for cohort in (cohort for request in asked for cohort in request.cohorts):
        if tree.store.row("SELECT 1 FROM cohort WHERE no = ?", cohort) is None:
            raise _unknown(f"cohort {cohort}")


def _unknown(what: str) -> KeyUnknown:
    return KeyUnknown(f"{what} was never handed out by this keyring", hint="nothing was accepted; find its own keyring")
