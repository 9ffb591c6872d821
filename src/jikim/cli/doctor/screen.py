"""All checks in their order, and the one screen they are shown on."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from django.core.checks import ERROR, run_checks

from jikim import environment
from jikim.cli.doctor.finding import Check, Finding, State, asked, fail, ok
from jikim.cli.terminal import Ink, indented, inked
from jikim.domain.errors import JikimError

NAME_COLUMNS = 22
INKS = {State.OK: Ink.GREEN, State.WARN: Ink.YELLOW, State.FAIL: Ink.RED}


def look(unprepared: JikimError | None = None) -> Iterator[Finding]:
    """Yield every finding.

    unprepared: why the settings cannot be read; then only the home is looked at
    """
    from jikim.cli.doctor import house

    of_the_home: tuple[tuple[str, Check], ...] = (
        ("home", house.home_is_private),
        ("files of the home", house.files_are_private),
        ("room", house.there_is_room),
        ("swap", house.memory_stays_in_memory),
    )
    for name, check in of_the_home:
        yield from asked(name, check)
    if unprepared is not None:
        yield fail("settings", unprepared.message, unprepared.hint)
        return
    for name, check in _inside():
        yield from asked(name, check)


def _inside() -> Iterator[tuple[str, Check]]:
    """Yield the checks that need the settings; what they import needs them too."""
    from jikim.cli.doctor import databases, journal, keys, ways, work
    from jikim.queries import standing

    yield "databases", databases.settings_are_kept
    yield "roles", databases.roles_are_small
    yield databases.APART, databases.separate_is_apart
    yield "key daemon", keys.daemon_answers
    yield "memory of the keys", keys.memory_is_closed
    yield "one daemon", keys.one_daemon
    yield "root", keys.media
    yield "mirrors of the root", keys.mirrors_are_settled
    yield "copies of the keys", lambda: keys.copies(standing.values_held())
    yield "root, not copied", keys.slots_stay_single
    yield "start", start_would_not_refuse
    yield "journal", journal.journal_holds
    yield "checkpoint", journal.checkpoint_stands_beside
    yield "clock", journal.clock_goes_on
    yield "attachments", ways.files_are_there
    yield "address", ways.address_is_safe
    yield "mail", ways.mail_leaves
    yield "letters", ways.letters_leave
    yield "policy", work.policy_is_in_force
    yield "worker", work.worker_works
    yield "overdue", work.nothing_is_late
    yield "quarantine", work.nothing_is_stuck
    yield "people", work.somebody_answers
    yield "approvers", work.approvers_can_approve


def start_would_not_refuse() -> Iterator[Finding]:
    """Run what every start runs: columns declared, versions unchanged, clauses kept, newest keys known."""
    broken = [message for message in run_checks(databases=environment.aliases()) if message.level >= ERROR]
    for message in broken:
        yield fail("start", f"{message.id} {message.msg}", message.hint or "mend it before the next start")
    if not broken:
        yield ok("start", "columns declared, versions unchanged, clauses kept, the newest rows' keys known")


def has_failed(found: Iterable[Finding]) -> bool:
    return any(one.state is State.FAIL for one in found)


def as_json(found: Sequence[Finding]) -> str:
    facts = {
        "home": str(environment.home()),
        "demo": environment.is_demo(),
        "ok": not has_failed(found),
        "findings": [asdict(one) for one in found],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2)


def as_text(found: Sequence[Finding]) -> Iterator[str]:
    if environment.is_demo():
        yield inked("DEMO: a made-up company; nothing here is about anybody", Ink.YELLOW)
    for one in found:
        ink = Ink.RED if one.costly else INKS[one.state]
        label = f"{one.state:<5}{one.check:<{NAME_COLUMNS}} "
        yield from indented(one.fact, label=label, ink=Ink.NONE if one.state is State.OK else ink)
        if one.state is not State.OK:
            yield from indented(one.hint, by=len(label), ink=Ink.DIM)
    counts = {state: sum(one.state is state for one in found) for state in State}
    words = f"{counts[State.OK]} ok, {counts[State.WARN]} warnings, {counts[State.FAIL]} failed"
    yield inked(words, Ink.RED if counts[State.FAIL] else Ink.GREEN)
