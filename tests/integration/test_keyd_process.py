"""The key daemon as a process: who may say what, what a crash costs, and what is left of a destroyed key in memory."""

import os
import resource
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jikim.domain.journal import Role
from jikim.sealing.errors import KeyDestroyed, KeyringUnavailable, NotYourCall
from jikim.sealing.formats import SLOT_BYTES, write_slot
from jikim.sealing.keyd.channels import PairChannel, SocketChannel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.loop import MOST_CALLERS
from jikim.sealing.keyd.places import of_this_home
from jikim.sealing.keyd.process import LOCK_OPTION
from jikim.sealing.keyd.wire import MAX_FRAME, Frame, decode, encode
from jikim.sealing.keyring import Binding, KeyState, SealRequest
from jikim.sealing.primitives import Share
from tests.support.daemon import CODE, ROLES, Daemon, destruction, new_value, place_of

NOBODY = 65_534


Make = Callable[..., Daemon]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Give a maker of daemons, of one home unless another is named, which are ended with the test."""
    made: list[Daemon] = []

    def one(home: Path = tmp_path / "home", **facts: Any) -> Daemon:
        made.append(Daemon(home, **facts))
        return made[-1]

    yield one
    for daemon in made:
        daemon.close()


@pytest.fixture
def daemon(make: Make) -> Daemon:
    return make()


def note(words: str) -> None:
    """Say what was measured; a time is told, never held against a limit."""
    sys.stdout.write(f"{words}\n")


def opened_here(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> House:
    """Open the daemon's files in this process, while it does not run."""
    monkeypatch.setenv("JIKIM_HOME", str(daemon.home))
    return House(of_this_home())


# --- who says what -----------------------------------------------------------------------------------------------


def test_each_pair_speaks_for_its_role_alone(daemon: Daemon) -> None:
    daemon.start()
    value = new_value()
    founded = daemon.client(Role.PUBLIC).found(CODE, [value])
    place = place_of(founded, value), founded.sealed[0]
    assert daemon.client(Role.DESK).open_sealed(*place) == value.plaintext
    assert daemon.client(Role.WORKER).states([place[1].kid]) == {place[1].kid: KeyState.ALIVE}
    for role in (Role.WORKER, Role.POSTMAN, Role.CUSTODIAN):
        with pytest.raises(NotYourCall):
            daemon.client(role).open_sealed(*place)
    for role in set(ROLES) - {Role.WORKER}:
        with pytest.raises(NotYourCall):
            daemon.client(role).destroy([destruction(place[1])])
    assert len({daemon.client(role).hello().leaf_key.reveal() for role in ROLES}) == len(ROLES)


def test_it_says_that_its_memory_is_closed_to_others(daemon: Daemon) -> None:
    daemon.start()
    assert daemon.client(Role.WORKER).hello().closed


def test_frames_that_are_too_large_or_no_frames_are_answered_and_others_served(daemon: Daemon) -> None:
    daemon.start()
    way = daemon.pairs[Role.DESK][0]
    way.settimeout(5)
    assert "boot" in decode(way.recv(MAX_FRAME)).head
    for data in (b"\x00" * (MAX_FRAME + 1), b"", b"x", b"\xff" * 1000, encode(Frame({"id": "1", "call": "open_all"}))):
        way.send(data)
        assert decode(way.recv(MAX_FRAME)).head["error"] == "FrameRefused"
        assert daemon.client(Role.WORKER).hello().boot


def test_a_caller_that_never_listens_stops_nobody(daemon: Daemon) -> None:
    daemon.start()
    deaf = daemon.pairs[Role.DESK][0]
    deaf.setblocking(False)
    frame = encode(Frame({"id": "1", "call": "hello", "ask": 0}))
    with suppress(BlockingIOError):
        for _ in range(5_000):
            deaf.send(frame)
    assert daemon.client(Role.PUBLIC).hello().boot


def test_users_who_connect_have_the_role_they_were_given(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "keyd.sock"
    daemon = make(arguments=[f"--listen={path}", f"--peer={os.geteuid()}=desk"]).start()
    desk = Client(SocketChannel(path), Role.DESK)
    before = desk.hello().boot
    with pytest.raises(NotYourCall):
        desk.verify_journal()
    daemon.kill()
    with ThreadPoolExecutor(1) as waiting:
        answer = waiting.submit(desk.hello)
        daemon.start()
        assert answer.result(10).boot != before, "a caller waits for the next daemon"
    desk.close()


def test_whoever_connects_while_the_daemon_begins_anew_only_waits(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "keyd.sock"
    daemon = make(arguments=[f"--listen={path}", f"--peer={os.geteuid()}=desk"]).start()
    worker = daemon.client(Role.WORKER)
    founded = daemon.client(Role.DESK).found(CODE, [new_value(), new_value()])
    for sealed in founded.sealed:
        boot = worker.hello().boot
        worker.destroy([destruction(sealed)])
        until = time.monotonic() + 1
        while time.monotonic() < until:
            with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as way:
                assert way.connect_ex(os.fspath(path)) == 0, "a command would believe that no key daemon runs"
            time.sleep(0.005)
        desk = Client(SocketChannel(path), Role.DESK)
        assert desk.hello().boot != boot
        desk.close()


def test_a_user_without_a_role_is_hung_up_on(tmp_path: Path, make: Make) -> None:
    path = tmp_path / "keyd.sock"
    make(arguments=[f"--listen={path}", f"--peer={os.geteuid() + 1}=desk"]).start()
    with pytest.raises(KeyringUnavailable):
        Client(SocketChannel(path, patience=0.3), Role.DESK).hello()


@pytest.mark.parametrize("how", [socket.SHUT_WR, socket.SHUT_RDWR], ids=["listens on", "is gone"])
def test_a_caller_that_hangs_up_takes_nobody_along(daemon: Daemon, how: int) -> None:
    daemon.start()
    way = daemon.pairs[Role.CUSTODIAN][0]
    assert "boot" in decode(way.recv(MAX_FRAME)).head
    way.shutdown(how)
    founded = daemon.client(Role.DESK).found(CODE, [new_value()])
    way.settimeout(0.2)
    with suppress(TimeoutError):
        assert not way.recv(MAX_FRAME), "it is told nothing more, or it would be told so for ever"
    worker = daemon.client(Role.WORKER)
    boot = worker.hello().boot
    worker.destroy([destruction(*founded.sealed)])
    assert makes_way(worker, boot, pause=0.2), "the next process is not stopped by the end that was given up"


def busy_seconds(pid: int) -> float:
    """Return how much of one second a process computes."""
    before = _ticks(pid)
    time.sleep(1)
    return (_ticks(pid) - before) / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    own, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return int(own) + int(system)


@pytest.mark.parametrize("files", [None, 64], ids=["more than are served", "more than may be open"])
def test_any_number_of_connections_stops_nobody(tmp_path: Path, make: Make, files: int | None) -> None:
    path = tmp_path / "keyd.sock"
    daemon = make(arguments=[f"--listen={path}", f"--peer={os.geteuid()}=desk"]).start()
    if files is not None:
        resource.prlimit(daemon.pid, resource.RLIMIT_NOFILE, (files, files))
    with ExitStack() as open_ends:
        for _ in range(MOST_CALLERS + 40):
            end = open_ends.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET))
            end.settimeout(1)
            if end.connect_ex(os.fspath(path)):
                break
        assert daemon.client(Role.DESK).hello().boot
        assert busy_seconds(daemon.pid) < 0.1, "who cannot be let in is not asked for again and again"
        assert len(list(Path(f"/proc/{daemon.pid}/fd").iterdir())) < MOST_CALLERS + 40
    desk = Client(SocketChannel(path), Role.DESK)
    assert desk.hello().boot, "those who went away make room"
    desk.close()


# --- crashes and restarts ----------------------------------------------------------------------------------------


def test_callers_do_not_notice_that_the_daemon_was_killed(daemon: Daemon) -> None:
    daemon.start()
    stop = time.monotonic() + 4

    def call(role: Role) -> int:
        client, calls = daemon.client(role), 0
        while time.monotonic() < stop:
            value = new_value(words=os.urandom(100))
            founded = client.found(CODE, [value])
            place = place_of(founded, value)
            assert client.open_sealed(place, founded.sealed[0], grant=founded.grant) == value.plaintext
            calls += 1
        return calls

    with ThreadPoolExecutor(2) as callers:
        answers = [callers.submit(call, role) for role in (Role.PUBLIC, Role.DESK)]
        for _ in range(3):
            time.sleep(0.8)
            daemon.kill()
            daemon.start()
        assert all(answer.result(20) > 10 for answer in answers)


def test_a_destruction_that_was_killed_is_carried_out_by_the_next_daemon(daemon: Daemon) -> None:
    daemon.start()
    desk, worker = daemon.client(Role.DESK), daemon.client(Role.WORKER)
    requests = [SealRequest(Binding("live", *_ids(number), "content", "value"), b"x") for number in range(200)]
    sealed = desk.seal(requests)
    request = destruction(*sealed)
    with ThreadPoolExecutor(1) as waiting:
        answer = waiting.submit(worker.destroy, [request])
        time.sleep(0.01)
        daemon.kill()
        daemon.start()
        assert set(answer.result(20).kids) == {one.kid for one in sealed}
    assert set(worker.states([one.kid for one in sealed]).values()) == {KeyState.DESTROYED}


def test_without_a_daemon_callers_are_told_so_in_time(daemon: Daemon) -> None:
    began, channel = time.monotonic(), PairChannel(os.dup(daemon.pairs[Role.DESK][0].fileno()), patience=0.5)
    with pytest.raises(KeyringUnavailable, match="does not answer"):
        Client(channel, Role.DESK).hello()
    channel.close()
    assert 0.4 < time.monotonic() - began < 3


def test_it_stops_when_it_is_told_to_and_starts_again(daemon: Daemon) -> None:
    daemon.start()
    value = new_value()
    founded = daemon.client(Role.DESK).found(CODE, [value])
    assert daemon.stop() == 0
    began = time.perf_counter()
    daemon.start()
    note(f"started again in {time.perf_counter() - began:.3f} s")
    assert daemon.client(Role.DESK).open_sealed(place_of(founded, value), founded.sealed[0]) == value.plaintext


def test_others_are_served_while_keys_are_destroyed(daemon: Daemon) -> None:
    daemon.start()
    desk, worker, value = daemon.client(Role.DESK), daemon.client(Role.WORKER), new_value()
    founded = desk.found(CODE, [value])
    requests = [SealRequest(Binding("live", *_ids(number), "content", "value"), b"x") for number in range(1000)]
    sealed = desk.seal(requests)
    took = []
    with ThreadPoolExecutor(1) as waiting:
        answer = waiting.submit(worker.destroy, [destruction(*sealed[:500]), destruction(*sealed[500:])])
        while not answer.done():
            began = time.perf_counter()
            assert desk.open_sealed(place_of(founded, value), founded.sealed[0]) == value.plaintext
            desk.seal([SealRequest(Binding("live", *_ids(5), "content", "value"), b"new")])
            took.append(time.perf_counter() - began)
        assert len(answer.result().kids) == 1000
    note(f"{len(took)} times opened and sealed meanwhile, the slowest in {max(took):.3f} s (a restart included)")


def test_a_persons_own_request_takes_effect_without_anyone_waiting_for_it(daemon: Daemon) -> None:
    daemon.start()
    founded = daemon.client(Role.DESK).found(CODE, [new_value()])
    kid, worker = founded.sealed[0].kid, daemon.client(Role.WORKER)
    began = time.perf_counter()
    worker.ask([destruction(founded.sealed[0])], urgent=True)
    while worker.states([kid])[kid] is not KeyState.DESTROYED and time.perf_counter() - began < 20:
        time.sleep(0.01)
    assert worker.states([kid])[kid] is KeyState.DESTROYED
    note(f"destroyed {time.perf_counter() - began:.3f} s after it was asked for (a restart included)")


def test_numbers_that_nobody_has_seen_are_given_back_when_it_stops(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.start()
    founded = daemon.client(Role.DESK).found(CODE, [])
    daemon.stop()
    house = opened_here(daemon, monkeypatch)
    assert house.store.number("SELECT next FROM alloc WHERE cohort = ?", founded.gate.kid >> 16) == 1
    house.close()


# --- what it keeps to itself -------------------------------------------------------------------------------------


def test_it_leaves_no_core_and_lets_nobody_of_its_user_look_in(tmp_path: Path, make: Make) -> None:
    user = NOBODY if os.geteuid() == 0 else os.geteuid()
    tmp_path.chmod(0o755)
    way = [folder for folder in tmp_path.parents if folder.is_relative_to(f"{tempfile.gettempdir()}/pytest-of-root")]
    daemon = make(user=user, readable=way).start()
    (core,) = [line for line in Path(f"/proc/{daemon.pid}/limits").read_text().splitlines() if "core file" in line]
    assert core.split()[4:6] == ["0", "0"]
    control = subprocess.Popen(["sleep", "30"], user=user)
    look = "import sys; open(f'/proc/{sys.argv[1]}/mem', 'rb')"
    try:
        outcomes = [
            subprocess.run([sys.executable, "-c", look, str(pid)], user=user, capture_output=True, check=False)
            for pid in (control.pid, daemon.pid)
        ]
    finally:
        control.kill()
        control.wait()
    assert outcomes[0].returncode == 0, "its user may look into a process that does not close itself"
    assert outcomes[1].returncode == 1
    assert b"PermissionError" in outcomes[1].stderr


def test_its_keys_lie_in_locked_memory(daemon: Daemon) -> None:
    daemon.start()
    assert daemon.client(Role.DESK).hello().locked
    locked = [line for line in Path(f"/proc/{daemon.pid}/smaps").read_text().splitlines() if line.startswith("Locked:")]
    assert sum(int(line.split()[1]) for line in locked) >= 256


def test_a_destroyed_key_is_nowhere_in_the_memory_of_the_process_that_goes_on(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon.start()
    value, other = new_value(), new_value("content", b"stays")
    founded = daemon.client(Role.DESK).found(CODE, [value, other])
    gone, stays = founded.sealed
    daemon.stop()
    house = opened_here(daemon, monkeypatch)
    bucket = house.tree.node_key(gone.kid >> 8)
    assert bucket is not None
    old = {"key": house.tree.key(gone.kid).reveal(), "bucket": bucket.reveal(), "root": house.tree.root.reveal()}
    house.close()
    daemon.start()
    desk, worker = daemon.client(Role.DESK), daemon.client(Role.WORKER)
    assert desk.open_sealed(place_of(founded, value), gone) == value.plaintext
    assert {"bucket", "root"} <= found_in(daemon.pid, old), "a control: what it works with is found"
    boot, pid = desk.hello().boot, daemon.pid
    worker.destroy([destruction(gone)])
    assert makes_way(worker, boot), "a new process took its place"
    assert desk.open_sealed(place_of(founded, other), stays) == b"stays"
    with pytest.raises(KeyDestroyed):
        desk.open_sealed(place_of(founded, value), gone)
    assert daemon.pid == pid
    assert found_in(daemon.pid, old) == set()


def makes_way(client: Client, boot: str, *, pause: float = 0.15) -> bool:
    """Say whether a new process takes the place of the one of that boot, while it is asked after every pause."""
    deadline = time.monotonic() + 10
    while client.hello().boot == boot and time.monotonic() < deadline:
        time.sleep(pause)
    return client.hello().boot != boot


def test_a_process_that_destroyed_makes_way_though_it_is_never_left_in_peace(daemon: Daemon) -> None:
    daemon.start()
    founded = daemon.client(Role.DESK).found(CODE, [new_value()])
    worker = daemon.client(Role.WORKER)
    boot = worker.hello().boot
    worker.destroy([destruction(*founded.sealed)])
    assert makes_way(worker, boot, pause=0)


def found_in(pid: int, keys: dict[str, bytes]) -> set[str]:
    """Return which keys lie in a process's memory, wherever it can be read."""
    found, scanned = set(), 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            start, end = (int(word, 16) for word in span.split("-"))
            if "r" not in rights or "[v" in line:
                continue
            memory.seek(start)
            data = memory.read(end - start)
            scanned += len(data)
            found |= {name for name, key in keys.items() if key in data}
    assert scanned > 2**20
    return found


def full_for_the_next(daemon: Daemon) -> Client:
    """Have a process that follows the daemon's and can write nothing; returns a caller with little patience."""
    worker = daemon.start().client(Role.WORKER)
    worker.destroy([destruction(*daemon.client(Role.DESK).found(CODE, [new_value()]).sealed)])
    assert daemon.process is not None
    assert daemon.process.stderr is not None
    assert "keyring.sqlite3 cannot be opened: disk I/O error" in daemon.process.stderr.readline()
    return Client(PairChannel(os.dup(daemon.pairs[Role.WORKER][0].fileno()), patience=0.2), Role.WORKER)


@pytest.fixture
def followed(tmp_path: Path, make: Make) -> Daemon:
    """A daemon whose successors may write no byte into any file, as on a full disk, until they are let."""
    (tmp_path / "sitecustomize.py").write_text(
        "import resource, sys\n"
        f"if {LOCK_OPTION!r} in sys.orig_argv:\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))\n"
    )
    return make(more={"PYTHONPATH": os.pathsep.join([str(tmp_path), *filter(None, sys.path)])})


def test_a_process_that_makes_way_while_the_disk_is_full_is_followed_once_there_is_room(followed: Daemon) -> None:
    caller = full_for_the_next(followed)
    with pytest.raises(KeyringUnavailable, match="does not answer"):
        caller.hello()
    unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(followed.pid, resource.RLIMIT_FSIZE, unlimited)
    assert followed.client(Role.WORKER).hello().boot
    assert followed.stop() == 0
    caller.close()


def test_while_it_waits_for_room_it_stops_when_it_is_told_to_and_says_what_is_wrong_once(followed: Daemon) -> None:
    caller = full_for_the_next(followed)
    with pytest.raises(KeyringUnavailable, match="does not answer"):
        caller.hello()
    caller.close()
    assert followed.process is not None
    followed.process.terminate()
    code, errors = followed.outcome()
    assert code == 0
    assert "cannot be opened" not in errors, "that was said once"


# --- homes that do not fit ---------------------------------------------------------------------------------------


def test_a_second_daemon_is_refused(daemon: Daemon, make: Make) -> None:
    daemon.start()
    second = make(daemon.home)
    code, errors = second.start(wait=False).outcome()
    assert code == 3
    assert "another key daemon holds keyd.lock" in errors
    assert daemon.client(Role.DESK).hello().boot


Harm = Callable[[Path], None]


def _older_keyring(keys: Path) -> None:
    shutil.copy(keys.parent / "older.sqlite3", keys / "keyring.sqlite3")


def _missing(keys: Path) -> None:
    (keys / "root.slots").unlink()


def _torn(keys: Path) -> None:
    with (keys / "root.slots").open("r+b") as slots:
        for number in (0, 1):
            slots.seek(number * SLOT_BYTES)
            if slots.read(8) == b"JKROOT01":
                slots.seek(number * SLOT_BYTES + 100)
                slots.write(b"torn")


def _foreign(keys: Path) -> None:
    with (keys / "root.slots").open("r+b") as slots:
        slots.seek(SLOT_BYTES)
        slots.write(write_slot(99, Share(b"\x07" * 32)))


@pytest.mark.parametrize(
    ("harm", "message"),
    [
        (_older_keyring, "later than the latest this keyring knows"),
        (_missing, "no reachable mirror has the root"),
        (_torn, "was cut off while it was written"),
        (_foreign, "the mirrors hold roots of epochs [99]"),
    ],
)
def test_a_home_whose_parts_are_not_of_one_time_is_refused_and_left_as_it_is(
    daemon: Daemon, harm: Harm, message: str
) -> None:
    keys = daemon.home / "keys"
    daemon.start()
    founded = daemon.client(Role.DESK).found(CODE, [new_value()])
    daemon.stop()
    shutil.copy(keys / "keyring.sqlite3", daemon.home / "older.sqlite3")
    daemon.start()
    for _ in range(2):
        daemon.client(Role.WORKER).destroy([destruction(*founded.sealed)])
        daemon.client(Role.WORKER).destroy([destruction(daemon.client(Role.DESK).found(CODE, []).gate)])
    daemon.stop()
    harm(keys)
    before = (keys / "root.slots").read_bytes() if (keys / "root.slots").exists() else b""
    code, errors = daemon.start(wait=False).outcome()
    assert code == 3
    assert message in errors
    assert "hint: " in errors
    assert "Traceback" not in errors
    assert before == ((keys / "root.slots").read_bytes() if (keys / "root.slots").exists() else b"")


def test_a_home_that_is_none_is_refused(tmp_path: Path) -> None:
    outcome = subprocess.run(
        [sys.executable, "-m", "jikim.sealing.keyd"],
        env={**os.environ, "JIKIM_HOME": str(tmp_path / "nowhere")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome.returncode == 3
    assert "there is no Jikim home" in outcome.stderr


def _ids(number: int) -> tuple[UUID, UUID]:
    return UUID(int=number), UUID(int=number)
