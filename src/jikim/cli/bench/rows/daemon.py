"""Sealing and opening through the key daemon, one value and six at once, against the bare cipher in process."""

from collections.abc import Iterator
from functools import partial

from jikim.cli.bench import daemon
from jikim.cli.bench.harness import Bench, timed
from jikim.cli.bench.results import Result
from jikim.cli.bench.rows.seal import bare_opening, bare_seal

BATCHES = (1, 6)


def measure(bench: Bench) -> Iterator[Result]:
    times = bench.size(40, 2)
    with daemon.running(bench) as keyd:
        sides = {"bare seal": timed(bare_seal, times=2000), "bare open": bare_opening(2000)}
        for count in BATCHES:
            sides[f"seal {count}"] = timed(partial(keyd.seal, count), times=times)
            sides[f"open {count}"] = timed(partial(keyd.desk.open_all, keyd.seal(count)), times=times)
        run = bench.alternate(sides)
    for verb in ("seal", "open"):
        for count in BATCHES:
            side, bare = f"{verb} {count}", f"bare {verb}"
            what = (
                f"{verb} {count} of 300 bytes through the key daemon, each under its own key; against AES-256-GCM alone"
            )
            each = run.seconds[side] / count
            note = f"times the bare cipher for each value; {each * 1e6:,.0f} µs for each value"
            yield run.result("daemon", what, (side, bare), each / run.seconds[bare], note=note)
