"""The two child processes of one machine: the web server and the worker. If one dies, all stop, and it is said."""

import ctypes
import errno
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from types import FrameType

from jikim.domain.errors import JikimError, Refused

READY_WITHIN_SECONDS = 30
STOP_WITHIN_SECONDS = 10
LOOK_EVERY_SECONDS = 0.25
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class ProcessDied(JikimError):
    """A child process ended by itself; the others were stopped."""


def claim(host: str, port: int) -> None:
    """Refuse an address that is taken or not ours, before anything is started."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise Refused(f"cannot listen on {host} port {port}: {_reason(error)}", hint=_remedy(error, port)) from None


def _reason(error: OSError) -> str:
    return os.strerror(error.errno).lower() if error.errno else "not an address of this machine"


def _remedy(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"stop what listens there, or choose another: --port {port + 1}"
    if error.errno == errno.EACCES:
        return "ports below 1024 belong to root: choose another with --port 8000"
    return "listen on this machine with --host 127.0.0.1"


def web(host: str, port: int) -> list[str]:
    """Return the command of the web server: WSGI only, one process with threads, no access log."""
    return [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning",
        "jikim.config.wsgi:application",
    ]  # fmt: skip


def worker() -> list[str]:
    return [sys.executable, "-m", "jikim.cli.worker"]


def run(commands: dict[str, list[str]], probe: str, when_ready: Callable[[], None]) -> int:
    """Start all commands, call `when_ready` once `probe` answers, and wait until asked to stop (0) or one dies."""
    stopping: list[int] = []
    _on_signals(stopping.append)
    children = {name: _start(command) for name, command in commands.items()}
    try:
        _await(probe, children, stopping)
        if not stopping:
            when_ready()
        while not stopping:
            _refuse_the_dead(children)
            time.sleep(LOOK_EVERY_SECONDS)
    finally:
        _stop(children)
    return 0


def _start(command: list[str]) -> "subprocess.Popen[bytes]":
    """Start a child that is told to stop when this process is gone, even when nothing could be said any more."""
    return subprocess.Popen(command, preexec_fn=_end_with_parent)  # noqa: S603, PLW1509 - our own; no threads run yet


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _on_signals(act: Callable[[int], None]) -> None:
    def handler(number: int, _frame: FrameType | None) -> None:
        act(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _await(probe: str, children: dict[str, subprocess.Popen[bytes]], stopping: list[int]) -> None:
    deadline = time.monotonic() + READY_WITHIN_SECONDS
    while not stopping:
        _refuse_the_dead(children)
        try:
            with urllib.request.urlopen(probe, timeout=2):  # noqa: S310 - always our own http address
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise ProcessDied(
                    f"the web server did not answer within {READY_WITHIN_SECONDS} seconds",
                    hint="read its messages above, then start again",
                ) from None
            time.sleep(LOOK_EVERY_SECONDS)


def _refuse_the_dead(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for name, child in children.items():
        if child.poll() is not None:
            raise ProcessDied(
                f"the {name} process ended by itself (exit code {child.returncode}); everything was stopped",
                hint="read its messages above; nothing that was accepted is lost, start again with `jikim serve`",
            )


def _stop(children: dict[str, subprocess.Popen[bytes]]) -> None:
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(STOP_WITHIN_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
