"""Days that pass in a home whose disk fills up while the worker works: each is worked full first, then with room.

`python -m tests.support.lived_on_a_full_disk FOLDER LEFT DAY …` makes the home a demo, leaves LEFT bytes of the disk of
FOLDER, and prints what every round did, null where it stopped, and how many values each database holds in the end.
What a round did before it stopped it does not tell.
"""

import json
import sys
from datetime import date
from pathlib import Path

from jikim import environment
from jikim.cli import home
from jikim.environment import HomeKind
from tests.support.disks import full


def main(point: Path, left: int, days: list[date]) -> int:
    paper = environment.home() / "home.json"
    paper.write_text(json.dumps(json.loads(paper.read_text()) | {"kind": "demo"}))
    home.open_and_migrate(HomeKind.DEMO)
    from jikim import clock
    from jikim.procedures import worker
    from jikim.store.live.models import ItemValue
    from jikim.store.separate.models import SeparateItem

    rounds = []
    for day in days:
        clock.travel_to(day)
        environment.travel(clock.days_ahead())
        with full(point, left=left):
            squeezed = worker.once()
        rounds += [squeezed.facts() if squeezed else None]
        roomy = worker.once()
        rounds += [roomy.facts() if roomy else None]
    sys.stdout.write(json.dumps((rounds, ItemValue.objects.count(), SeparateItem.objects.count())))
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), [date.fromisoformat(word) for word in sys.argv[3:]]))
