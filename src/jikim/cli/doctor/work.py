"""The promises at work: the policy in force, what is due, what failed, and who there is to notice."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from jikim import environment
from jikim.cli import home
from jikim.cli.doctor.finding import Finding, fail, ok, warn
from jikim.clock import policy_today, wall_now
from jikim.language import load
from jikim.language.coverage import coverage
from jikim.queries import approvers, due, overview, policies, staff

LATE_ROUND = timedelta(minutes=5)  # the worker works each minute
SERVE = "run `jikim serve`, and let systemd or your own supervisor keep it"


def policy_is_in_force() -> Iterator[Finding]:
    """Clause coverage, as a number: what the page states and code keeps."""
    name, found = "policy", policies.in_force()
    if found is None:
        yield fail(name, "none is in force, so nothing may be asked of anybody", "run: jikim policy publish FILE")
        return
    covered = coverage(load.parse(policies.source(found.number).encode(), f"version {found.number}"))
    fact = f"{found.policy.id} version {found.number}: code keeps {len(covered.kept)} of {covered.stated} statements"
    if covered.ownerless:
        fact = f"{fact}; {len(covered.ownerless)} kinds of statement have no keeper"
        yield fail(name, fact, "name the code that keeps them in language/keepers.py")
    elif covered.unkept:
        yield warn(name, fact, "`jikim policy check` names those that are not kept yet; keep them by hand until then")
    else:
        yield ok(name, fact)


def worker_works(last: datetime | None = None, *, served: bool | None = None) -> Iterator[Finding]:
    """Say when the worker last came to the end of a round.

    served: whether the house is open now
    """
    name, last = "worker", last or environment.last_round()
    is_open = home.is_served() if served is None else served
    if last is None:
        yield warn(name, "no round was ever noted", SERVE)
        return
    age = wall_now() - last
    fact = f"last round finished {int(age.total_seconds() // 60)} minutes ago"
    if age <= LATE_ROUND:
        yield ok(name, fact)
    elif is_open:
        yield fail(name, f"{fact}, while the house is open", "read the worker's messages; it names what stopped it")
    else:
        yield warn(name, f"{fact}; the house is closed, and clocks run on", SERVE)


def nothing_is_late() -> Iterator[Finding]:
    """The age of the most overdue record; 0 is the only good value."""
    late = due.plan(policy_today()).overdue
    days = max(((policy_today() - action.due_by).days for action in late), default=0)
    if late:
        yield fail("overdue", f"{len(late)} values, the oldest by {days} days", "run: jikim due, then carry it out")
    else:
        yield ok("overdue", "0 values, 0 days")


def nothing_is_stuck() -> Iterator[Finding]:
    found = overview.overview()
    if found.quarantined:
        fact = f"{found.quarantined} records failed and are left as they are"
        yield fail("quarantine", fact, "see the desk's first page and the worker's log; each is tried again every day")
    elif found.unfinished:
        yield warn("quarantine", f"0 records; {found.unfinished} destructions begun", "the next round finishes them")
    else:
        yield ok("quarantine", "0 records, 0 destructions unfinished")


def somebody_answers() -> Iterator[Finding]:
    name = "people"
    if not staff.has_officer():
        yield warn(name, "nobody is the privacy officer yet", "open the one-time link that `jikim serve` prints")
    elif approvers.works_alone():
        yield warn(name, "a privacy officer, and nobody to approve as a second person", "invite another at the desk")
    else:
        yield ok(name, "a privacy officer, and a second person who approves")


def approvers_can_approve() -> Iterator[Finding]:
    """A yes takes a passkey that counts; a new one waits two days, so that a stranger's is noticed."""
    name, lacking, new = "approvers", len(approvers.lacking()), len(approvers.waiting())
    if new:
        yield warn(name, f"{new} new passkeys will count within two days", "ask whose they are; the desk names them")
    if lacking:
        fact = f"{lacking} who may approve have no passkey that counts"
        yield warn(name, fact, "have them set one up at the desk; it counts after two days")
    if not new and not lacking:
        yield ok(name, "everybody who may approve has a passkey that counts")
