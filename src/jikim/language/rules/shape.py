"""What is not in the language at all: keys and words it does not know, wrong types, facts it cannot do without."""

from collections.abc import Iterator
from datetime import date, datetime

from jikim.language import path as paths
from jikim.language import schema
from jikim.language.draft import Draft
from jikim.language.findings import Code, Finding, code, rule
from jikim.language.schema import ProblemKind, SchemaProblem
from jikim.packs.pack import Pack

KEY = code("E-KEY", "A key the language does not know.", hint="remove it, or correct its spelling", can_override=False)
WORD = code("E-WORD", "A word that is not in the closed list.", hint="take a word of the list", can_override=False)
TYPE = code("E-TYPE", "A value of another kind than the key takes.", hint="write the kind named", can_override=False)
MISSING = code("E-MISSING", "A fact the language cannot do without.", hint="add it", can_override=False)
VALUE = code("E-VALUE", "A value that cannot be.", hint="write a value that can be", can_override=False)
OFFSET = code(
    "E-OFFSET",
    "A time without its offset: nobody knows which instant is meant.",
    source="content:changes",
    hint="add the offset of Seoul: 2026-10-02T00:00:00+09:00",
    can_override=False,
)

_KINDS: dict[ProblemKind, Code] = {
    ProblemKind.UNKNOWN_KEY: KEY,
    ProblemKind.UNKNOWN_WORD: WORD,
    ProblemKind.WRONG_TYPE: TYPE,
    ProblemKind.MISSING: MISSING,
    ProblemKind.BAD_VALUE: VALUE,
}
# The rule on overrides says what is wrong with these, and a reason of no words is no reason to it.
_JUDGED_ELSEWHERE = ("override.*.code", "override.*.path", "override.*.reason")
_REASON = "override.*.reason.*"


@rule(KEY, WORD, TYPE, MISSING, VALUE, OFFSET)
def the_file_speaks_the_language(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for problem in schema.problems(draft.raw):
        path = paths.split(problem.path)
        if any(paths.matches(pattern, path) for pattern in _JUDGED_ELSEWHERE):
            continue
        value = draft.value(path)
        if value == "" and paths.matches(_REASON, path):
            continue
        if isinstance(value, datetime) and value.tzinfo is None:
            yield OFFSET.at(problem.path, f"{value.isoformat()} has no offset", pack)
        else:
            yield _KINDS[problem.kind].at(problem.path, _message(problem), pack, hint=_hint(problem))


def _message(problem: SchemaProblem) -> str:
    given = f"“{problem.given}”" if problem.given else "this"
    unknown = given if problem.given else "of this name"
    return {
        ProblemKind.UNKNOWN_KEY: f"the language has no key {unknown} here",
        ProblemKind.UNKNOWN_WORD: f"the language has no word {given} here",
        ProblemKind.WRONG_TYPE: f"{given} is of another kind than {problem.wanted}",
        ProblemKind.MISSING: f"there is no {paths.split(problem.path)[-1]}",
        ProblemKind.BAD_VALUE: f"{given} cannot stand here",
    }[problem.kind]


def _hint(problem: SchemaProblem) -> str:
    if problem.nearest:
        return f"did you mean {problem.nearest}?"
    if problem.kind is ProblemKind.MISSING:
        return f'add schema = "{schema.SCHEMA}"' if problem.path == "schema" else ""
    return f"write {problem.wanted}" if problem.wanted else ""
