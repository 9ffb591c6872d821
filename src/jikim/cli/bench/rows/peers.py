"""People erased, by us and by other packages: each in an environment of its own, both in turns in one run."""

from collections.abc import Iterator

from jikim.cli.bench.harness import Bench, Run, Side, timed
from jikim.cli.bench.house import House, fill, open_house
from jikim.cli.bench.peer import Peer, PeerNotThere, running
from jikim.cli.bench.results import Bar, Result, absent

SIDES: dict[str, dict[str, Bar | None]] = {  # how each package erases, and what is promised of that
    "gdpr-officer": {"one": Bar(3, 6)},
    "effaced": {"one": Bar(8, 15)},
    "django-gdpr-assist": {"found": Bar(30, 60), "one": None, "bulk": None},
}
SAID = {
    "one": "one call each, by their number",
    "found": "one call each, found by a search as its own tool does",
    "bulk": "its call for many",
}
OURS = 256  # people, in one run of ours


def measure(bench: Bench) -> Iterator[Result]:
    people = bench.size(100_000, 300)
    house = open_house(bench.place("tree"))
    fill(house, people)
    for name, ways in SIDES.items():
        for way, bar in ways.items():
            what = f"people erased: {bench.size(OURS, 4)} requests of ours in one batch; {name}, {SAID[way]}"
            try:
                with running(bench, name, people) as peer:
                    run = bench.alternate({"ours": _ours(house, bench.size(OURS, 4)), name: _theirs(bench, peer, way)})
            except PeerNotThere as why:
                yield absent("peers", what, str(why))
                continue
            yield _line(run, what, name, people, bar)
    house.close()


def _line(run: Run, what: str, name: str, people: int, bar: Bar | None) -> Result:
    note = f"for each person, among {people:,}; times faster; {1 / run.seconds['ours']:,.0f}/s of ours"
    return run.result("peers", what, ("ours", name), run.times(name, "ours"), bar, note=note)


def _ours(house: House, people: int) -> Side:
    batch = timed(lambda: house.ask_each(house.take(people)))
    return lambda: batch() / people


def _theirs(bench: Bench, peer: Peer, way: str) -> Side:
    people = bench.size({"found": 4}.get(way, 64), 2)
    return lambda: peer.erase(way, people) / people
