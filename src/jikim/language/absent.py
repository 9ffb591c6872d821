"""Facts that are not in a file, and what misses them: the table around them, a name that leans on them, the law."""

from collections.abc import Iterator
from itertools import islice

from jikim.domain.terms import ItemKind, LegalBasis, Why
from jikim.language import path as paths
from jikim.language import schema
from jikim.language.draft import Draft
from jikim.language.path import Path
from jikim.language.rules.contents import ALWAYS
from jikim.language.rules.identity import lines_of_history
from jikim.language.rules.references import references
from jikim.language.rules.texts import keys_of, patterns
from jikim.language.schema import ProblemKind

_MOST_LINES = 100  # of a history that is missing

# Facts that belong to a table only where another fact of it says so.
_ONLY_IF: dict[str, tuple[str, tuple[str, ...]]] = {
    "item.*.max_chars": ("kind", (ItemKind.TEXT, ItemKind.LONGTEXT)),
    "item.*.max_files": ("kind", (ItemKind.FILES,)),
    "item.*.max_bytes": ("kind", (ItemKind.FILES,)),
    "item.*.choices.*.*": ("kind", (ItemKind.CHOICE,)),
    "purpose.*.balancing.*": ("basis", (LegalBasis.LEGITIMATE_INTEREST,)),
    "purpose.*.refusal.*": ("basis", (LegalBasis.CONSENT,)),
    "retention.rule.*.law": ("why", (Why.LAW,)),
    "retention.rule.*.applies_if": ("why", (Why.LAW,)),
    "retention.rule.*.basis": ("why", (Why.INTERNAL,)),
}


def silent(draft: Draft, kept: tuple[str, ...]) -> Iterator[Path]:
    """Walk what code would keep and the file leaves unsaid, in every table that is there."""
    for pattern in kept:
        for path in _unsaid(draft, paths.split(pattern), is_text=pattern.removesuffix(".*") in patterns()):
            if _means_something(draft, pattern, path):
                yield path


def missing(draft: Draft) -> Iterator[Path]:
    """Walk what the file cannot do without: the language's own facts, what the law wants, and names leaned on."""
    problems = schema.problems(draft.raw)
    yield from (paths.split(problem.path) for problem in problems if problem.kind is ProblemKind.MISSING)
    places = [where.split("|") for _, wanted in ALWAYS for where in wanted]
    yield from (paths.split(where[0]) for where in places if not any(map(draft.has, where)))
    yield from ((*named.table, named.word) for named in references(draft) if named.word not in named.known)
    yield from islice((line for line in lines_of_history(draft) if not draft.has(line)), _MOST_LINES)


def _unsaid(draft: Draft, pattern: Path, *, is_text: bool, start: Path = ()) -> Iterator[Path]:
    """Follow a pattern as far as the file goes, and yield where it stops."""
    if len(start) == len(pattern):
        return
    here = draft.value(start) if start else draft.raw
    key, last = pattern[len(start)], len(start) == len(pattern) - 1
    if key != "*":
        names: tuple[str, ...] = (key,) if isinstance(here, dict) and key in here else ()
    elif is_text and last:
        names = draft.words("policy.languages")
    else:
        names = keys_of(here)
    if not names:
        yield (*start, *pattern[len(start) : -1 if is_text else None])
    for name in names:
        if draft.has((*start, name)):
            yield from _unsaid(draft, pattern, is_text=is_text, start=(*start, name))
        else:
            yield (*start, name)


def _means_something(draft: Draft, pattern: str, path: Path) -> bool:
    """Leave out what could not be said there: characters of a file, the law of a company's own rule."""
    if pattern == "collection.*.items":
        return not draft.has((*path[:2], "required"))
    sibling, words = _ONLY_IF.get(pattern, ("", ()))
    table = path[: pattern.split(".").index("*") + 1] if sibling else ()
    return not sibling or draft.text((*table, sibling)) in words
