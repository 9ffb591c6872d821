"""Days that pass in a home that a test has made: what is due is carried out on each of them, by the program itself.

`python -m tests.support.lived DAY …` makes the home a demo, so that its clock may travel, and prints what was done.
"""

import json
import sys
from datetime import date

from jikim import environment
from jikim.cli import home
from jikim.environment import HomeKind


def main(days: list[date]) -> int:
    paper = environment.home() / "home.json"
    paper.write_text(json.dumps(json.loads(paper.read_text()) | {"kind": "demo"}))
    home.open_and_migrate(HomeKind.DEMO)
    from jikim import clock
    from jikim.procedures import due, journal, sweeps

    carried = []
    for day in days:
        clock.travel_to(day)
        environment.travel(clock.days_ahead())
        carried.append(due.run(day).facts())
        sweeps.waiting_files()
        journal.submit()
    sys.stdout.write(json.dumps(carried))
    return 0


if __name__ == "__main__":
    sys.exit(main([date.fromisoformat(word) for word in sys.argv[1:]]))
