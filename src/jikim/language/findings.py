"""What a check may say: stable codes, each with its severity, its ground in law and the next step.

A code is stable for good: people write it into an `[[override]]` of their policy. E stops a publication, W does not,
N only tells.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from jikim.domain.terms import Severity, Text
from jikim.language.draft import Draft
from jikim.packs.pack import Pack

_SEVERITY = {"E": Severity.ERROR, "W": Severity.WARNING, "N": Severity.NOTE}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found. `overridden` is the reason the file gives for leaving it so; "" when it gives none."""

    code: str
    path: str
    severity: Severity
    message: str
    citation: str
    hint: str
    overridden: str = ""

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.ERROR and not self.overridden


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding. `source` names the pack entry it rests on; "" where the file alone decides."""

    name: str
    what: str
    hint: str
    source: str
    can_override: bool

    @property
    def severity(self) -> Severity:
        return _SEVERITY[self.name[0]]

    def at(self, path: str, message: str, pack: Pack, *, hint: str = "", source: str = "") -> Finding:
        """Say it about one place. `hint` and `source` are given when this case knows better than the kind."""
        return Finding(
            code=self.name,
            path=path,
            severity=self.severity,
            message=message,
            citation=cite(pack, source or self.source),
            hint=hint or self.hint,
        )


Rule: TypeAlias = Callable[[Draft, Pack, date], Iterator[Finding]]

CODES: dict[str, Code] = {}
RULES: dict[Rule, tuple[Code, ...]] = {}


def code(name: str, what: str, *, hint: str, source: str = "", can_override: bool = True) -> Code:
    """Register a code; two meanings under one name would break every override that uses it."""
    if name in CODES:
        raise ValueError(f"two findings are named {name}")
    CODES[name] = Code(name, what, hint, source, can_override)
    return CODES[name]


def rule(*codes: Code) -> Callable[[Rule], Rule]:
    """Register a rule with every code it may yield."""

    def register(function: Rule) -> Rule:
        RULES[function] = codes
        return function

    return register


def cite(pack: Pack, source: str) -> str:
    """Return the citation of a pack entry such as `content:items` in both languages; "" when there is none."""
    kind, _, name = source.partition(":")
    entries = {"content": pack.contents, "deadline": pack.deadlines, "duty": pack.duties}
    entries |= {"law": pack.laws, "floor": pack.floors, "body": pack.bodies}
    found = (entry.citation for entry in entries.get(kind, ()) if entry.id == name)
    return bilingual(next(found, Text(())))


def bilingual(text: Text) -> str:
    """Write a text in English with the Korean in brackets; once, when both are the same."""
    english, korean = text.say("en"), text.say("ko")
    return english if english == korean else f"{english} ({korean})"
