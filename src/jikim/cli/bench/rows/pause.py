"""How long opening waits at worst while the key daemon destroys keys, against how long it waits at rest."""

import time
from collections.abc import Callable, Iterator
from threading import Thread

from jikim.cli.bench import daemon
from jikim.cli.bench.daemon import Daemon
from jikim.cli.bench.harness import MOST_BY_OTHERS, Bench
from jikim.cli.bench.load import others
from jikim.cli.bench.results import Bar, Result, Verdict, percentile
from jikim.cli.bench.results import time as written

LARGEST_CALL = 1024  # values sealed with one call
ANEW = 0.2  # seconds
PAUSE = 0.02  # seconds between two openings, so that a role's hourly limit lasts


def measure(bench: Bench) -> Iterator[Result]:
    keys = bench.size(100_000, 1_000)
    with daemon.running(bench) as keyd:
        kept = keyd.seal(1)[0]
        doomed = [place for _ in range(0, keys, LARGEST_CALL) for place in keyd.seal(LARGEST_CALL)][:keys]
        rest = opened(keyd, kept, _after(bench.size(500, 20)))
        destroyer = Thread(target=keyd.destroy, args=(doomed,), daemon=True)
        before, began = bench.processes.now(), time.perf_counter()
        destroyer.start()
        busy = opened(keyd, kept, lambda: not destroyer.is_alive())
        destroyer.join()
        took, noise = time.perf_counter() - began, others(before, bench.processes.now())
    yield _line(
        f"p99 of opening one value through the key daemon while {keys:,} keys are destroyed; against at rest",
        (percentile(busy, 0.99), percentile(rest, 0.99)), noise,
        note=f"median {written(percentile(busy, 0.5))}; {len(busy):,} openings in {written(took)}. One run, no turns.",
    )  # fmt: skip
    yield _line(
        "the longest of these openings; against the time a new daemon may take to stand in the old one's place",
        (max(busy), ANEW), noise, bar=Bar(1.0, 0.75, at_most=True),
        note="the daemon begins anew after each batch, so that no memory keeps a destroyed key; callers only wait",
    )  # fmt: skip


def _line(what: str, sides: tuple[float, float], noise: float, *, note: str, bar: Bar | None = None) -> Result:
    ratio = sides[0] / sides[1]
    verdict = bar.verdict(ratio) if bar else Verdict.NONE
    ours, against = map(written, sides)
    quiet = verdict if noise <= MOST_BY_OTHERS else Verdict.NOISY
    return Result("pause", what, ours, against, ratio, bar, quiet, note, others=noise)


def opened(keyd: Daemon, place: tuple[object, object], is_over: Callable[[], bool]) -> list[float]:
    """Open one value again and again and return how long each opening took."""
    taken: list[float] = []
    while not taken or not is_over():
        began = time.perf_counter()
        keyd.desk.open_sealed(*place)  # type: ignore[arg-type]
        taken.append(time.perf_counter() - began)
        time.sleep(PAUSE)
    return taken


def _after(count: int) -> Callable[[], bool]:
    """Return a question that is answered with yes once it has been asked so often."""
    left = iter(range(count, 0, -1))
    return lambda: next(left, 1) <= 1
