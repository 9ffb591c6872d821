"""Keep the processes of one machine running: what dies is started again, what keeps dying stops the house.

A process that starts again inherits the sockets of the one before it, so that those it speaks with only wait.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from jikim.cli.users import User
from jikim.domain.errors import JikimError

READY_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 10
LOOK_EVERY_SECONDS = 0.05  # while something is expected; a death wakes at once
MINUTE, MOST_DEATHS = 60.0, 5
PAUSES = (0.0, 0.5, 1.0, 2.0)  # seconds before the first, second … start again within a minute
PR_SET_PDEATHSIG = 1  # linux/prctl.h
HEARD = {signal.SIGINT, signal.SIGTERM, signal.SIGCHLD}


class ProcessDied(JikimError):
    """A process of the house ended and could not be kept running; the others were stopped."""


@dataclass(frozen=True, slots=True)
class Program:
    """A process to keep running."""

    name: str
    command: Sequence[str]
    surroundings: Mapping[str, str] = field(repr=False)  # secrets among them
    sockets: tuple[int, ...] = ()  # what it inherits, each time anew
    kept: tuple[socket.socket, ...] = ()  # what stays open here, whichever process comes and goes
    is_ready: Callable[[], bool] = lambda: True
    user: User | None = None  # None: whoever runs this one
    is_awaited: bool = True  # by those who open pages; the others begin once it is ready


class Running:
    """A program with its present process and its deaths within the last minute."""

    def __init__(self, program: Program, process: "subprocess.Popen[bytes] | None" = None) -> None:
        """Start it, unless it runs already."""
        self.program = program
        self.process = process or start(program)
        self._deaths: deque[float] = deque()
        self._again_at: float | None = None  # when it is started again; None while it runs

    def look(self) -> None:
        """Notice a death, and start again once its pause is over; raises ProcessDied when there were too many."""
        now = time.monotonic()
        if self._again_at is None and self.process.poll() is not None:
            self._again_at = now + self._pause(now)
        if self._again_at is not None and self._again_at <= now:
            self._again_at = None
            self.process = start(self.program)

    def must_run(self) -> None:
        """Raise ProcessDied for a program that ended before it was ever ready: trying again would not help."""
        if self.process.poll() is not None:
            raise ProcessDied(
                f"the {self.program.name} process ended while starting (exit code {self.process.returncode}); "
                "everything was stopped",
                hint="read its messages above, mend what they name, then start again",
            )

    def stop(self) -> None:
        end(self.process)

    def _pause(self, now: float) -> float:
        """Count a death and say how long to wait; raises ProcessDied at the fifth within a minute."""
        while self._deaths and self._deaths[0] <= now - MINUTE:
            self._deaths.popleft()
        self._deaths.append(now)
        died, name = len(self._deaths), self.program.name
        if died >= MOST_DEATHS:
            raise ProcessDied(
                f"the {name} process ended {died} times within a minute (last exit code {self.process.returncode}); "
                "everything was stopped",
                hint="read its messages above; nothing that was accepted is lost, start again with `jikim serve`",
            )
        print(
            f"jikim: the {name} process ended (exit code {self.process.returncode}) and is started again",
            file=sys.stderr, flush=True,
        )  # fmt: skip
        return PAUSES[died - 1]


def run(
    programs: Sequence[Program], when_ready: Callable[[], None], *, first: "subprocess.Popen[bytes] | None" = None
) -> int:
    """Start programs, the first before all others, and keep them until told to stop (SIGTERM, SIGINT).

    when_ready: called once all are ready
    first:      the process of the first program, where it is ready already
    returns:    0
    raises:     ProcessDied; everything was stopped
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HEARD)
    running = [Running(programs[0], first)] if first else []
    try:
        for stage in _stages(programs)[len(running) :]:
            before = len(running)
            running += map(Running, stage)
            if not _all_ready(running[before:], running):
                return 0
        when_ready()
        while not _told_to_stop(MINUTE if _all_run(running) else LOOK_EVERY_SECONDS):
            for one in running:
                one.look()
    finally:
        for one in [*running[1:], *running[:1]]:
            one.stop()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
    return 0


def _stages(programs: Sequence[Program]) -> tuple[Sequence[Program], ...]:
    """Start those that nobody waits for last, so that they do not take the processor from those that somebody does."""
    first, *rest = programs
    return [first], [one for one in rest if one.is_awaited], [one for one in rest if not one.is_awaited]


def start(program: Program) -> "subprocess.Popen[bytes]":
    """Start a process in a group of its own: Ctrl+C reaches this process, which stops the others in their order.

    It is another user before its program begins, and stands where that user may stand.
    """
    who = program.user
    return subprocess.Popen(  # noqa: S603 - our own commands
        program.command, env=program.surroundings, pass_fds=program.sockets, process_group=0,
        user=who.number if who else None, group=who.group if who else None, extra_groups=who.more if who else None,
        cwd="/" if who else None,
        preexec_fn=_begin,  # noqa: PLW1509 - no threads run yet; after the user, which would undo it
    )  # fmt: skip


def end(process: "subprocess.Popen[bytes]") -> None:
    """Ask a process to stop, and insist when it does not."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def end_with_parent() -> None:
    """Have this process told to stop when the one that started it is gone, even when nothing could be said."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _all_run(running: Sequence[Running]) -> bool:
    return all(one.process.poll() is None for one in running)


def _all_ready(begun: Sequence[Running], running: Sequence[Running]) -> bool:
    """Wait until all that were begun are ready; False when told to stop meanwhile. Raises ProcessDied, for any."""
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    waiting = list(begun)
    while waiting := [one for one in waiting if not one.program.is_ready()]:
        for one in running:
            one.must_run()
        if time.monotonic() > deadline:
            raise ProcessDied(
                f"the {waiting[0].program.name} process was not ready within {READY_WITHIN_SECONDS} seconds",
                hint="read its messages above, then start again",
            )
        if _told_to_stop(LOOK_EVERY_SECONDS):
            return False
    return True


def _told_to_stop(seconds: float) -> bool:
    """Wait for a signal; a death only wakes."""
    heard = signal.sigtimedwait(HEARD, seconds)
    return heard is not None and heard.si_signo != signal.SIGCHLD


def _begin() -> None:
    os.umask(0o077)
    end_with_parent()
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HEARD)
