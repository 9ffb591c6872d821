"""Another package in an environment of its own: made when first asked for, exactly as locked, and kept in the cache."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from jikim.cli.bench.harness import Bench

LOCKS = Path(__file__).parent / "peers"
PROGRAM = LOCKS / "erase.py"
PATIENCE = 300  # seconds, for installing


class PeerNotThere(Exception):
    """The package could not be installed or does not run; says which, in words for the table."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A running package with people in it."""

    process: "subprocess.Popen[str]"

    def erase(self, way: str, people: int) -> float:
        """Have it erase people and return the seconds it says that took; raises PeerNotThere."""
        try:
            self._say(f"{way} {people}\n")
            return float(self._heard())
        except (OSError, ValueError):
            raise PeerNotThere("it ended while it was measured") from None

    def wait(self) -> None:
        """Return when it is ready; raises PeerNotThere."""
        if self._heard().strip() != "ready":
            raise PeerNotThere("it is installed and does not start")

    def _say(self, words: str) -> None:
        if self.process.stdin is not None:
            self.process.stdin.write(words)
            self.process.stdin.flush()

    def _heard(self) -> str:
        return self.process.stdout.readline() if self.process.stdout is not None else ""


@contextmanager
def running(bench: Bench, name: str, people: int) -> Iterator[Peer]:
    """Start a package with people to erase; raises PeerNotThere."""
    python = environment(name)
    folder = bench.place(name)
    command = [str(python), "-I", str(PROGRAM), name, str(folder), str(people)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603  our own file
        try:
            with bench.processes.counting(process.pid):
                peer = Peer(process)
                peer.wait()
                yield peer
        finally:
            process.kill()
    shutil.rmtree(folder)


def environment(name: str) -> Path:
    """Return the interpreter of a package's environment, installing what its lock names if need be."""
    lock = LOCKS / f"{name}.txt"
    digest = hashlib.sha256(lock.read_bytes() + sys.version.encode()).hexdigest()[:12]
    place = cache() / f"{name}-{digest}"
    if not place.exists():
        draft = place.with_name(f".{place.name}.{os.getpid()}")
        try:
            _install(draft, lock)
            draft.rename(place)
        except (OSError, subprocess.SubprocessError) as error:
            raise PeerNotThere(f"it could not be installed ({_why(error)}); without network there is none") from None
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return place / "bin" / "python"


def cache() -> Path:
    """Return the folder of environments, made if need be."""
    place = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "jikim-bench"
    place.mkdir(parents=True, exist_ok=True)
    return place


def _install(place: Path, lock: Path) -> None:
    """Make an environment of exactly what the lock names; one of the packages comes as source only."""
    python = place / "bin" / "python"
    locked = ["--require-hashes", "--no-deps", "-r", str(lock)]
    for command in (
        [sys.executable, "-m", "venv", str(place)],
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", *locked],
    ):
        subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE)  # noqa: S603  our own words


def _why(error: Exception) -> str:
    """Say in a few words why an installation failed."""
    if isinstance(error, subprocess.CalledProcessError):
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        return lines[-1][:120] if lines else "pip failed"
    return error.strerror or "not possible" if isinstance(error, OSError) else "it took too long"
