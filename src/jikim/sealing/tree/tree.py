"""Reading the tree in its present epoch. The tree alone says what is alive; tombs only explain what is missing."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import groupby
from threading import RLock

from jikim.sealing.errors import KeyDestroyed, KeyUnknown
from jikim.sealing.kids import FAN_OUT, MAX_KID, cohort_of
from jikim.sealing.primitives import Key
from jikim.sealing.tree import nodes
from jikim.sealing.tree.errors import KeyRetired, OtherTime
from jikim.sealing.tree.places import LEAVES, TOP_NODE, edge_above
from jikim.sealing.tree.store import Store
from jikim.sealing.tree.turns import Turns

Tomb = tuple[str, str | None]  # the state of the batch that cut a key, and since when the key is gone

KEPT_NODE_KEYS = 4096  # 128 KiB of keys between two destructions; enough for the paths of a busy day


class Standing(StrEnum):
    """What may be said of a key. `retired` is neither alive nor destroyed: a copy of an old root is waited for."""

    ALIVE = "alive"
    RETIRED = "retired"
    DESTROYED = "destroyed"
    UNKNOWN = "unknown"


class Tree:
    """The way from the root to any key. Reading goes on while keys are cut, and never meets a tree half turned."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.changing = Turns()  # held by whoever adds or cuts a node, for as long as it takes
        self.handing = RLock()  # held while numbers are handed out, or a cohort is closed; taken after `changing`
        self._lock = RLock()  # held for single reads, and for turning
        self._epoch = 0
        self._root: Key | None = None
        self._keys: dict[int, Key] = {}

    @property
    def epoch(self) -> int:
        """Return the epoch being read; 0 before the first root."""
        return self._epoch

    @property
    def root(self) -> Key:
        """Return R_e, the key of the top node; raises OtherTime before the first root."""
        if self._root is None:
            raise OtherTime("the key tree has no root yet", hint="settle the keyring with its root first")
        return self._root

    def turn(self, epoch: int, root: Key) -> None:
        """Read under another root from now on and forget every old key; raises NodeDamaged, and has not turned."""
        nodes.children(self.store, root, TOP_NODE, epoch)
        with self._lock:
            self._epoch, self._root = epoch, root
            self._keys = {}  # the last reference to each: a key wipes itself when it is forgotten

    def key(self, kid: int) -> Key:
        """Return the key of one value.

        raises: KeyDestroyed; KeyRetired (gone here, a copy of an old root is waited for); KeyUnknown; NodeDamaged
        """
        with self._lock:
            if not self.was_handed_out(kid):
                raise _unknown(kid)
            found = self._walk(kid)
            if found is None:
                raise self._why_gone(kid)
            return found

    def keys(self, kids: Iterable[int]) -> dict[int, Key]:
        """Return the keys of many values; each bucket is opened once. Raises as `key`, and then none was returned."""
        found: dict[int, Key] = {}
        for bucket, group in self._by_bucket(kids):
            with self._lock:
                found |= self._keys_of(bucket, group)
        return found

    def standing(self, kid: int) -> Standing:
        """Say what may be said of a key; raises NodeDamaged where nothing may."""
        return self.standings([kid])[kid]

    def standings(self, kids: Iterable[int]) -> dict[int, Standing]:
        """Say it of many keys; each bucket is opened once. Raises NodeDamaged where nothing may be said."""
        found: dict[int, Standing] = {}
        for bucket, group in self._by_bucket(kids):
            with self._lock:
                found |= self._standings_in(bucket, group)
        return found

    def node_key(self, node: int) -> Key | None:
        """Return the key of a node, None when nothing hangs there; raises NodeDamaged."""
        with self._lock:
            if node == TOP_NODE:
                return self.root
            if node not in self._keys:
                above, slot = edge_above(node)
                key = self.node_key(above)
                found = key and nodes.child(self.store, key, above, self._epoch, slot)
                if found is None:
                    return None
                self._remember(node, found)
            return self._keys[node]

    def children(self, node: int) -> tuple[int, dict[int, Key]]:
        """Return a node's birth and its children's keys; nothing at all for a node that is not there."""
        key = self.node_key(node)
        return (self._epoch, {}) if key is None else nodes.children(self.store, key, node, self._epoch)

    def was_handed_out(self, kid: int) -> bool:
        """Say whether the number lies below its cohort's high-water mark."""
        if not 0 <= kid <= MAX_KID:
            return False
        following = self.store.number("SELECT next FROM alloc WHERE cohort = ?", cohort_of(kid))
        return following is not None and kid % LEAVES < following

    def _by_bucket(self, kids: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
        """Give out kids bucket by bucket, once the keys of so many buckets are known as are remembered."""
        buckets = [(bucket, list(group)) for bucket, group in groupby(sorted(set(kids)), key=lambda kid: kid >> 8)]
        for start in range(0, len(buckets), KEPT_NODE_KEYS // 2):
            some = buckets[start : start + KEPT_NODE_KEYS // 2]
            self._learn([bucket for bucket, _kids in some if 0 <= bucket <= MAX_KID >> 8])
            yield from some

    def _learn(self, buckets: Iterable[int]) -> None:
        """Open each node above some buckets once, for the keys of all that hang from it; raises NodeDamaged."""
        for above, group in groupby(buckets, key=lambda bucket: edge_above(bucket)[0]):
            with self._lock:
                slots = {bucket & 255: bucket for bucket in group if bucket not in self._keys}
                if len(slots) < 2 or (key := self.node_key(above)) is None:  # one is found on its way
                    continue
                for slot, found in nodes.some(self.store, key, above, self._epoch, slots).items():
                    self._remember(slots[slot], found)

    def _handed_out_of(self, bucket: int) -> int:
        """Return how many numbers of a bucket lie below its cohort's high-water mark."""
        if not 0 <= bucket <= MAX_KID >> 8:
            return 0
        following = self.store.number("SELECT next FROM alloc WHERE cohort = ?", bucket >> 8)
        return max(0, (following or 0) - (bucket & 255) * FAN_OUT)

    def _slots(self, bucket: int) -> frozenset[int]:
        if not 0 <= bucket <= MAX_KID >> 8:
            return frozenset()
        key = self.node_key(bucket)
        return frozenset() if key is None else nodes.slots(self.store, key, bucket, self._epoch)

    def _standings_in(self, bucket: int, kids: Sequence[int]) -> dict[int, Standing]:
        known, slots = self._handed_out_of(bucket), self._slots(bucket)
        handed_out = [kid for kid in kids if kid & 255 < known]
        alive = {kid: Standing.ALIVE for kid in handed_out if kid & 255 in slots}
        tombs = self._tombs([kid for kid in handed_out if kid not in alive])
        gone = {kid: _meaning(state) for kid, (state, _at) in tombs.items()}
        return dict.fromkeys(kids, Standing.UNKNOWN) | alive | gone

    def _walk(self, kid: int) -> Key | None:
        bucket = kid >> 8
        key = self.node_key(bucket)
        return key and nodes.child(self.store, key, bucket, self._epoch, kid & 255)

    def _keys_of(self, bucket: int, kids: Sequence[int]) -> dict[int, Key]:
        """Return keys of one bucket, which is opened once; raises as `key`."""
        known = self._handed_out_of(bucket)
        if strangers := [kid for kid in kids if kid & 255 >= known]:
            raise _unknown(strangers[0])
        above = self.node_key(bucket)
        slots = {kid & 255 for kid in kids}
        keys = {} if above is None else nodes.some(self.store, above, bucket, self._epoch, slots)
        if gone := [kid for kid in kids if kid & 255 not in keys]:
            raise self._why_gone(gone[0])
        return {kid: keys[kid & 255] for kid in kids}

    def _remember(self, node: int, key: Key) -> None:
        if len(self._keys) >= KEPT_NODE_KEYS:
            self._keys = {}
        self._keys[node] = key

    def _tombs(self, kids: Sequence[int]) -> dict[int, Tomb]:
        """Return the tombs of keys of one bucket, ascending, of those that have one; the first counts."""
        if not kids:
            return {}
        sql = """SELECT whole, number, batch.state, batch.effaced_at FROM tomb JOIN batch USING (epoch)
                 WHERE (whole = 0 AND number BETWEEN ? AND ?) OR (whole = 1 AND number = ?) ORDER BY epoch DESC"""
        found: dict[int, Tomb] = {}
        for whole, number, state, at in self.store.rows(sql, kids[0], kids[-1], cohort_of(kids[0])):
            found |= dict.fromkeys(kids if whole else [number], (state, at))
        return {kid: found[kid] for kid in kids if kid in found}

    def _why_gone(self, kid: int) -> Exception:
        tombs = self._tombs([kid])
        if kid not in tombs:
            return _unknown(kid)
        state, at = tombs[kid]
        if _meaning(state) is Standing.RETIRED:
            return KeyRetired(
                f"key {kid} is retired; a copy of an older root has not been overwritten yet",
                hint="bring the missing mirror back; do not report the value as destroyed before that",
            )
        return KeyDestroyed(f"key {kid} was destroyed at {at}", hint="the value cannot be read again, by anyone")


def _meaning(state: str) -> Standing:
    """Say what the state of the batch that cut a key means for it."""
    return Standing.RETIRED if state in {"staged", "waiting"} else Standing.DESTROYED


def _unknown(kid: int) -> KeyUnknown:
    return KeyUnknown(
        f"key {kid} was never handed out by this keyring",
        hint="this is the wrong keyring or an old copy of it; the value is not erased, so do not report it as erased",
    )
