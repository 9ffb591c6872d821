"""Every way a home's roots can come to stand, found breadth first with the real code of `sealing.roots` and `.groups`.

Only the slots and the keyring are played: a slot is a few facts, a write can be cut off or fail, a mirror can be away.
A slot that was cut off is taken to give away both what it held and what it was given: no one may be lucky here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256

from jikim.domain.errors import Refused
from jikim.sealing.errors import MirrorAway, NotWritten, RootNotDurable
from jikim.sealing.groups import RootGroup
from jikim.sealing.medium import Medium, MediumClass
from jikim.sealing.mirror import Effacement, Mark, Root, Verdict, next_epoch
from jikim.sealing.primitives import Share
from jikim.sealing.roots import Roots, _root

GOOD = Medium(MediumClass.MAGNETIC, ("played",))


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot shows to a reader, and which draws somebody with the disk could find in it."""

    epoch: int = 0  # 0: nothing whole
    found: frozenset[int] = frozenset()

    @property
    def draw(self) -> int:
        return max(self.found)


EMPTY = Slot()


@dataclass(frozen=True, slots=True)
class State:
    """One moment: slots of each mirror, who is away, what the keyring wrote down, what was called destroyed."""

    slots: tuple[tuple[Slot, Slot], ...]
    away: frozenset[int] = frozenset()
    current: tuple[int, int] | None = None  # epoch, draw
    staged: tuple[int, int] | None = None
    spent: int = 0
    draws: int = 0
    destroyed_below: int = 0  # every draw below was called destroyed
    running: bool = False


class Cut(BaseException):
    """The power went, or the process was killed."""


@dataclass(slots=True)
class World:
    """A state that is being changed, with a fuse: at which write, counted from 0, what goes wrong."""

    state: State
    fuse: tuple[int, str] | None = None
    writes: int = 0
    faulty: bool = False

    def set_slot(self, mirror: int, number: int, new: Slot) -> None:
        trouble = self._trouble()
        pair = list(self.state.slots[mirror])
        pair[number] = Slot(0, pair[number].found | new.found) if trouble in ("torn", "failed") else new
        slots = (*self.state.slots[:mirror], (pair[0], pair[1]), *self.state.slots[mirror + 1 :])
        self.state = replace(self.state, slots=slots)
        self._happen(trouble)

    def commit(self, **changes: object) -> None:
        """Change the keyring, at once or not at all."""
        trouble = self._trouble()
        if trouble in ("", "after"):
            self.state = replace(self.state, **changes)  # type: ignore[arg-type]  # the names are State's own
        if trouble:
            raise Cut

    def _trouble(self) -> str:
        self.writes += 1
        return self.fuse[1] if self.fuse and self.fuse[0] == self.writes - 1 else ""

    @staticmethod
    def _happen(trouble: str) -> None:
        if trouble == "failed":
            raise NotWritten("the disk failed", hint="none")
        if trouble:
            raise Cut


class PlayedMirror:
    """A mirror whose slots are facts of a World."""

    def __init__(self, world: World, number: int, group: int) -> None:
        self._world, self._number, self._group = world, number, group

    @property
    def name(self) -> str:
        return f"m{self._number}"

    def read(self) -> Mapping[int, Share]:
        return {slot.epoch: share(slot.draw, self._group) for slot in self._slots() if slot.epoch}

    def torn(self) -> bool:
        return any(slot.found and not slot.epoch for slot in self._slots())

    def prepare(self, epoch: int, given: Share) -> None:
        self._slots()
        self._world.set_slot(self._number, epoch % 2, Slot(epoch, frozenset({draw_of(given)})))

    def efface(self, keep_epoch: int | None) -> None:
        for number, slot in enumerate(self._slots()):
            if not slot.epoch or slot.epoch != keep_epoch:
                self.overwrite(number, slot)

    def overwrite(self, number: int, _slot: Slot) -> None:
        self._world.set_slot(self._number, number, EMPTY)

    def medium(self) -> Medium:
        self._slots()
        return GOOD

    def _slots(self) -> tuple[Slot, Slot]:
        if self._number in self._world.state.away:
            raise MirrorAway("away", hint="none")
        return self._world.state.slots[self._number]


def _bytes(draw: int, group: int) -> bytes:
    return sha256(f"{draw}/{group}".encode()).digest()


def share(draw: int, group: int) -> Share:
    return Share(_bytes(draw, group))


@cache
def _draws() -> dict[bytes, int]:
    return {_bytes(draw, group): draw for draw in range(20) for group in range(4)}


def draw_of(given: Share) -> int:
    return _draws()[given.reveal()]


@cache
def root_of(epoch: int, draw: int, groups: int) -> Root:
    return _root(epoch, tuple(share(draw, group) for group in range(groups)))


@dataclass(slots=True)
class Machine:
    """A keyring as small as can be over real Roots. Its parts can be exchanged for broken ones."""

    layout: tuple[int, ...]  # mirrors in each group
    following: Callable[[int, int], int] = next_epoch
    mirror: type[PlayedMirror] = PlayedMirror
    group: type[RootGroup] = RootGroup
    roots: type[Roots] = Roots
    is_destroyed: Callable[[Effacement], bool] = lambda effacement: effacement.destroyed
    settles_at_start: bool = True
    claims_before_effacing: bool = False
    most_draws: int = 3
    groups_of: tuple[int, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.groups_of = tuple(group for group, count in enumerate(self.layout) for _ in range(count))

    def first(self) -> State:
        return State(tuple((EMPTY, EMPTY) for _ in self.groups_of))

    def steps(self, state: State) -> Iterator[tuple[str, Callable[[World], None]]]:
        """Everything that can happen next, by name."""
        if not state.running:
            yield "start", self.start
        elif state.draws < self.most_draws:
            yield "rotate", self.rotate
        for number in range(len(self.groups_of)):
            if number in state.away:
                yield f"m{number} comes back", lambda world, number=number: self.come_back(world, number)  # type: ignore[misc]  # a default binds the loop's value
            else:
                yield f"m{number} goes", lambda world, number=number: _go(world, number)  # type: ignore[misc]  # the same

    # --- what the keyring does -----------------------------------------------------------------------------------

    def start(self, world: World) -> None:
        made = self._roots(world)
        state = world.state
        beginning = made.begin(self._mark(state.current), self._mark(state.staged), state.spent)
        if beginning.verdict is Verdict.FORWARD and beginning.root:
            self._turn(world, made, beginning.root)
        else:
            if beginning.verdict is Verdict.BACK:
                world.commit(staged=None)
            if beginning.root and self.settles_at_start:
                self._claim(world, made.efface(beginning.root))
        world.state = replace(world.state, running=True)

    def rotate(self, world: World) -> None:
        made = self._roots(world)
        state = world.state
        current = state.current
        epoch = self.following(current[0] if current else 0, state.spent)
        draw = state.draws + 1
        world.state = replace(state, draws=draw)
        world.commit(staged=(epoch, draw), spent=max(epoch, state.spent))
        root = root_of(epoch, draw, len(self.layout))
        try:
            made.prepare(root)
        except RootNotDurable:
            world.commit(staged=None)
            if current:
                self._claim(world, made.efface(root_of(*current, len(self.layout))))
        else:
            self._turn(world, made, root)

    def come_back(self, world: World, number: int) -> None:
        world.state = replace(world.state, away=world.state.away - {number})
        if world.state.running and world.state.current:
            self._claim(world, self._roots(world).efface(root_of(*world.state.current, len(self.layout))))

    def _turn(self, world: World, made: Roots, root: Root) -> None:
        if self.claims_before_effacing:
            world.commit(destroyed_below=world.state.staged[1] if world.state.staged else 0)
        effacement = made.efface(root)
        world.commit(current=world.state.staged, staged=None)
        self._claim(world, effacement)

    def _claim(self, world: World, effacement: Effacement) -> None:
        if self.is_destroyed(effacement) and world.state.current:
            world.commit(destroyed_below=max(world.state.destroyed_below, world.state.current[1]))

    def _mark(self, named: tuple[int, int] | None) -> Mark | None:
        return root_of(*named, len(self.layout)).mark if named else None

    def _roots(self, world: World) -> Roots:
        mirrors = [self.mirror(world, number, group) for number, group in enumerate(self.groups_of)]
        of_group = [[m for m in mirrors if m._group == group] for group in range(len(self.layout))]
        made = self.roots([self.group(each) for each in of_group])
        made._kept = world.state.current[0] if world.state.current else 0
        return made


def _go(world: World, number: int) -> None:
    world.state = replace(world.state, away=world.state.away | {number})


# --- the search --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Broken:
    """A promise that does not hold, and the shortest way there."""

    promise: str
    way: tuple[str, ...]


@dataclass(slots=True)
class Explored:
    """How much was seen, and the first promise found broken, if any."""

    states: int = 0
    happenings: set[str] = field(default_factory=set)
    broken: Broken | None = None


TROUBLES = ("torn", "after", "failed")


def explore(machine: Machine) -> Explored:
    """Go through every state that can be reached, shortest ways first."""
    explored = Explored()
    came: dict[State, tuple[State, str] | None] = {machine.first(): None}
    waiting = [machine.first()]
    for state in waiting:  # grows while it is walked through
        for happening, after, promise in _successors(machine, state):
            explored.happenings.add(happening)
            if promise:
                explored.broken = Broken(promise, (*_way(came, state), happening))
                explored.states = len(came)
                return explored
            if after not in came:
                came[after] = (state, happening)
                waiting.append(after)
    explored.states = len(came)
    return explored


def _way(came: Mapping[State, tuple[State, str] | None], state: State) -> tuple[str, ...]:
    steps: list[str] = []
    while before := came[state]:
        state, happening = before
        steps.append(happening)
    return tuple(reversed(steps))


def _successors(machine: Machine, state: State) -> Iterator[tuple[str, State, str]]:
    for name, step in machine.steps(state):
        world, refused = _run(World(state), step)
        yield name, world.state, _promise(machine, world.state, name, refused=refused, calm=True)
        for write in range(world.writes):
            for trouble in TROUBLES:
                hurt, refused = _run(World(state, (write, trouble)), step)
                promise = _promise(machine, hurt.state, name, refused=refused, calm=False)
                yield f"{name}, write {write} {trouble}", hurt.state, promise


def _run(world: World, step: Callable[[World], None]) -> tuple[World, str]:
    try:
        step(world)
    except Cut:
        world.state = replace(world.state, running=False)
    except Refused as refusal:
        world.state = replace(world.state, running=False)
        return world, f"{type(refusal).__name__}: {refusal.message}"
    return world, ""


def _promise(machine: Machine, state: State, name: str, *, refused: str, calm: bool) -> str:
    """Return the promise that this state breaks, or nothing."""
    if refused and calm and not state.away and name == "start":
        return f"with every mirror there, a start succeeds ({refused})"
    if _has_two_under_one_epoch(machine, state):
        return "never two shares under one epoch"
    if any(_can_be_found(machine, state, draw) for draw in range(1, state.destroyed_below)):
        return "what was called destroyed can be found nowhere"
    settled = calm and state.running and not name.endswith("goes")
    if settled and state.current and not _is_clean(state):
        return "while it runs, a mirror that can be reached holds the current root and nothing else"
    return ""


def _has_two_under_one_epoch(machine: Machine, state: State) -> bool:
    seen: dict[tuple[int, int], int] = {}
    for pair, group in zip(state.slots, machine.groups_of, strict=True):
        for slot in pair:
            if slot.epoch and seen.setdefault((group, slot.epoch), slot.draw) != slot.draw:
                return True
    return False


def _can_be_found(machine: Machine, state: State, draw: int) -> bool:
    """A root is found when some mirror of each group, reachable or not, gives its share away."""
    holding = {
        group
        for pair, group in zip(state.slots, machine.groups_of, strict=True)
        if any(draw in slot.found for slot in pair)
    }
    return len(holding) == len(machine.layout)


def _is_clean(state: State) -> bool:
    allowed = {state.current[1]} if state.current else set[int]()
    reached = [pair for number, pair in enumerate(state.slots) if number not in state.away]
    return all(slot.found <= allowed for pair in reached for slot in pair)
