"""What a check of the doctor found: a fact, whether it is as it should be, and what to do where it is not."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import DatabaseError

from jikim.domain.errors import JikimError
from jikim.store.trouble import reason


class State(StrEnum):
    OK = "ok"
    WARN = "warn"  # it works, and something is weaker than it could be
    FAIL = "fail"  # a promise does not hold, or will not for long


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's screen. Counts, codes, days and paths; never a word of a person.

    costly: whether it is shown in red although nothing is broken, because of what it would cost one day
    """

    check: str
    state: State
    fact: str
    hint: str = ""
    costly: bool = False


Check = Callable[[], Iterable[Finding]]


def ok(check: str, fact: str) -> Finding:
    return Finding(check, State.OK, fact)


def warn(check: str, fact: str, hint: str, *, costly: bool = False) -> Finding:
    return Finding(check, State.WARN, fact, hint, costly)


def fail(check: str, fact: str, hint: str) -> Finding:
    return Finding(check, State.FAIL, fact, hint)


def asked(name: str, check: Check) -> Iterator[Finding]:
    """Yield what a check finds; one that cannot find out is itself a finding, and the others go on."""
    try:
        yield from check()
    except JikimError as error:
        yield fail(name, error.message, error.hint)
    except DatabaseError as error:
        yield fail(name, f"it cannot be looked at: a database {reason(error)[0]}", "look at the databases, above")
    except OSError as error:
        yield fail(name, f"it cannot be looked at: {type(error).__name__}", "look at its disk and permissions")
