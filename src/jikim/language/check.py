"""Find everything that is wrong with a policy file, in one run, and say what law says so."""

from dataclasses import dataclass
from datetime import date

from jikim import packs
from jikim.domain.errors import Misused
from jikim.domain.terms import Severity
from jikim.language import path as paths
from jikim.language import schema
from jikim.language.coverage import Coverage, coverage, promises
from jikim.language.draft import Draft
from jikim.language.findings import RULES, Finding, code
from jikim.language.rules import overrides
from jikim.packs.pack import Pack

NOT_YET = code(
    "N-NOT-YET",
    "A promise of the policy that the program does not keep yet.",
    hint="nothing to do in the file; until it is kept, people keep it",
)

_ORDER = (Severity.ERROR, Severity.WARNING)
_FALLBACK = "kr"  # the pack for a file that names no jurisdiction, so that all its other faults are found too


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found. Notes are no findings: they tell, and nobody has to mend them."""

    findings: tuple[Finding, ...]
    notes: tuple[Finding, ...]
    coverage: Coverage

    @property
    def blocks(self) -> bool:
        """Tell whether the file may not be published: an error that the file does not override."""
        return any(finding.blocks for finding in self.findings)


def check(draft: Draft, *, on: date) -> Report:
    """Judge a file by the law of a day; never raises for what stands in the file.

    on: the day the law is asked about, in the controller's time zone
    """
    pack = _pack(draft)
    found = (finding for judge in RULES for finding in judge(draft, pack, on))
    settled = sorted(overrides.settle(draft, pack, found), key=_place)
    return Report(
        findings=tuple(finding for severity in _ORDER for finding in settled if finding.severity is severity),
        notes=(*(finding for finding in settled if finding.severity is Severity.NOTE), *_promises(draft, pack)),
        coverage=coverage(draft),
    )


def _pack(draft: Draft) -> Pack:
    try:
        return packs.load(draft.text("policy.jurisdiction"))
    except Misused:
        return packs.load(_FALLBACK)


def _promises(draft: Draft, pack: Pack) -> tuple[Finding, ...]:
    return tuple(NOT_YET.at(promise.name, promise.text.say("en"), pack) for promise in promises(draft))


def _place(finding: Finding) -> int:
    """Sort findings as the tables stand in a policy; what has no place in the language comes last."""
    top = paths.split(finding.path)[:1]
    order = dict.fromkeys(paths.split(pattern)[:1] for pattern in schema.leaf_patterns())
    return list(order).index(top) if top in order else len(order)
