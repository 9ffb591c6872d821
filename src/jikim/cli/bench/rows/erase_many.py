"""Many keys at once: 5,000 at random, as after a busy day, and a whole cohort with one cut."""

from collections.abc import Iterator

from jikim.cli.bench.harness import Bench, timed
from jikim.cli.bench.house import House, fill, open_house
from jikim.cli.bench.results import Result, time


def measure(bench: Bench) -> Iterator[Result]:
    keys, some, whole = bench.size(1_000_000, 900), bench.size(5_000, 20), bench.size(65_536, 300)
    house = open_house(bench.place("tree"))
    fill(house, keys, whole_cohorts=(bench.alternations + 1) * bench.attempts, of=whole)
    one = timed(lambda: house.destroy(house.take(1)))
    run = bench.alternate(
        {"one": one, "many": timed(lambda: house.destroy(house.take(some))), "cohort": timed(lambda: _cohort(house))}
    )
    single = run.seconds["one"]
    for side, count, what in (
        ("many", some, f"erase {some:,} values at random among {keys:,}, as the program batches them; against one"),
        ("cohort", whole, f"erase a cohort of {whole:,} values with one cut; against one"),
    ):
        each = run.seconds[side] / count
        note = f"times faster than one after another; {time(each)} for each value"
        yield run.result("erase-many", what, (side, "one"), single / each, note=note)
    house.close()


def _cohort(house: House) -> None:
    house.destroy(cohorts=[house.cohorts.pop()])
