"""The serving loop of the key daemon in a thread of its own, with callers at its pairs."""

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event

import pytest

from jikim.domain.journal import Role
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.keyd import loop as serving
from jikim.sealing.keyd.channels import PairChannel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.doors import Peer
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.loop import End, Loop
from jikim.sealing.keyd.wire import Frame, decode, encode
from tests.support.daemon import open_house

CALLERS = (Role.DESK, Role.WORKER, Role.WORKER)

Pairs = list[tuple[socket.socket, socket.socket]]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    found = open_house(tmp_path)
    yield found
    found.close()


@pytest.fixture
def pairs() -> Iterator[Pairs]:
    found = [socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET) for _ in CALLERS]
    yield found
    for ends in found:
        for end in ends:
            end.close()


def test_while_something_long_is_done_a_process_that_is_to_make_way_serves_on(
    house: House, pairs: Pairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, let_go, times = Event(), Event(), []

    def long() -> None:
        times.append(1)
        begun.set()
        let_go.wait(20)

    monkeypatch.setattr(house.journal, "verify", long)
    monkeypatch.setattr(serving, "LONGEST_SECONDS", 0.2)
    loop = Loop(house, [Peer(theirs, role) for role, (_, theirs) in zip(CALLERS, pairs, strict=True)])
    desk, worker = (Client(PairChannel(pairs[at][0].detach()), CALLERS[at]) for at in (0, 1))
    with ThreadPoolExecutor(2) as threads:
        served, waiting = threads.submit(loop.serve), threads.submit(worker.verify_journal)
        assert begun.wait(5)
        house.has_effaced = True
        desk.hello()
        time.sleep(0.3)
        assert desk.hello().boot == house.boot
        assert desk.checkpoint(), "which waits for no reading of the whole journal"
        assert later_calls(pairs[2][0]) == ["boot", "wait"]
        let_go.set()
        waiting.result(5)
        assert served.result(5) is End.ANEW
    assert times == [1], "what would be long as well is left to the next process, which is asked again"
    desk.close()
    worker.close()


def test_who_is_told_to_be_patient_waits_for_no_daemon_that_is_gone(pairs: Pairs) -> None:
    mine, theirs = pairs[0]
    ended = Event()
    worker = Client(PairChannel(mine.detach(), is_there=lambda: not ended.is_set()), Role.WORKER)
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(worker.verify_journal)
        asked = decode(theirs.recv(2**17)).head
        theirs.send(encode(Frame({"id": asked["id"], "wait": True})))
        time.sleep(0.1)
        ended.set()
        assert isinstance(waiting.exception(10), KeyringUnavailable)
    worker.close()


def later_calls(way: socket.socket) -> list[str]:
    """Ask for something long and return what is said at once."""
    way.settimeout(0.3)
    way.send(encode(Frame({"id": "1", "call": "verify_journal", "ask": 0})))
    heard: list[str] = []
    with suppress(TimeoutError):
        while data := way.recv(2**17):
            heard += [word for word in ("boot", "wait", "answer", "error") if word in decode(data).head]
    return heard
