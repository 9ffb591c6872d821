"""One erasure among few and among many keys: time, what it waits for, and what it writes."""

from collections.abc import Iterator

from jikim.cli.bench.counting import counted_flushes
from jikim.cli.bench.harness import Bench, Side, flushing, timed
from jikim.cli.bench.house import House, fill, open_house
from jikim.cli.bench.results import Bar, Result, time

GROWTH = Bar(1.5, 1.2, at_most=True)
END_TO_END = Bar(3, 1.5, at_most=True)
TREE_BYTES = Bar(32, 32, at_most=True)
AT_ONCE = 5  # erasures in one turn, so that a turn is longer than the clock of the noise


def measure(bench: Bench) -> Iterator[Result]:
    sizes = [bench.size(full, quick) for full, quick in ((10_000, 300), (100_000, 600), (1_000_000, 900))]
    with counted_flushes() as flushes:
        houses = {size: open_house(bench.place("tree")) for size in sizes}
        for size, house in houses.items():
            fill(house, size)
        with flushing(bench.folder) as flush:
            run = bench.alternate(
                {"flush": flush, **{str(size): erasing(house) for size, house in houses.items()}},
            )
        largest = houses[sizes[-1]]
        before = flushes.count
        largest.destroy(largest.take(1))
        needed = flushes.count - before
    small, middle, large = (str(size) for size in sizes)
    what = f"erase one value among {sizes[-1]:,} keys; against the same among {sizes[0]:,}"
    note = f"among {sizes[1]:,}: {time(run.seconds[middle])}; all of it: accepted, told, cut, effaced, told, cleared"
    yield run.result("erase", what, (large, small), run.times(large, small), GROWTH, note=note)
    what = f"the same; against one of the {needed} flushes it waits for"
    note = f"times {needed} flushes, one after another"
    ratio = run.times(large, "flush") / needed
    yield run.result("erase", what, (large, "flush"), ratio, END_TO_END, note=note)
    written = largest.staged_bytes / 1024
    yield Result(
        "erase",
        "the nodes it writes, in KiB",
        f"{written:.1f} KiB",
        "32 KiB",
        written,
        TREE_BYTES,
        TREE_BYTES.verdict(written),
    )
    for house in houses.values():
        house.close()


def erasing(house: House) -> Side:
    def erase() -> None:
        house.destroy(house.take(1))

    return timed(erase, times=AT_ONCE)
