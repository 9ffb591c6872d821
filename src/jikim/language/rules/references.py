"""Names that must mean something: items, purposes, kinds of record, cookie groups, entries of the rule pack."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.path import Path
from jikim.language.rules.reading import cited, entry, nearest, place
from jikim.packs.pack import Body, Pack

DANGLING = code(
    "E-REFERENCE",
    "A name refers to nothing.",
    hint="correct the name, or declare what it names",
    can_override=False,
)
TWICE = code(
    "E-TWICE",
    "A list names the same thing twice, or an item is asked for in two ways at once.",
    hint="keep it in one place",
    can_override=False,
)


@rule(DANGLING)
def names_mean_something(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for reference in references(draft):
        if reference.word not in reference.known:
            message = f"{reference.word[:60]} is declared nowhere"
            yield DANGLING.at(place(*reference.where), message, pack, hint=nearest(reference.word, reference.known))


@rule(DANGLING)
def citations_are_in_the_pack(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for where, reference in cited(draft):
        wants_body = where == "remedies.bodies"
        found = entry(pack, reference)
        if found is None or isinstance(found, Body) != wants_body:
            kind = "body" if wants_body else "law"
            message = f"the rule pack has no {kind} {reference[:60]}"
            known = [f"{pack.id}:{each.id}" for each in pack.citable if isinstance(each, Body) == wants_body]
            yield DANGLING.at(where, message, pack, hint=nearest(reference, known))


@rule(TWICE)
def lists_name_each_thing_once(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for path, value in draft.leaves():
        words = [word for word in value if isinstance(word, str)] if isinstance(value, list) else []
        for word in dict.fromkeys(word for word in words if words.count(word) > 1):
            yield TWICE.at(place(*path), f"{word[:60]} stands in it more than once", pack)


@rule(TWICE)
def items_come_in_by_one_way(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("collection"):
        here, known = ("collection", name), dict[str, str]()
        for key in ("required", "optional", "automatic"):
            for item in dict.fromkeys(draft.words((*here, key))):
                if item in known:
                    message = f"{item[:60]} stands in {known[item]} already"
                    yield TWICE.at(place(*here, key), message, pack)
                known.setdefault(item, key)


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that stands for something declared elsewhere."""

    where: Path
    word: str
    table: Path  # where it would be declared
    known: tuple[str, ...]  # what is declared there


def references(draft: Draft) -> Iterator[Reference]:
    """Walk every name that must be declared in the file itself."""
    for name in draft.tables("purpose"):
        yield from _each(draft, ("purpose", name, "items"), ("item",))
    for name in draft.tables("collection"):
        for key in ("items", "required", "optional", "automatic"):
            yield from _each(draft, ("collection", name, key), ("item",))
        yield from _each(draft, ("collection", name, "purposes"), ("purpose",))
    for name in draft.tables("retention.rule"):
        yield from _each(draft, ("retention", "rule", name, "records"), ("record",))
        yield from _each(draft, ("retention", "rule", name, "items"), ("item",))
    for name in draft.tables("sharing.processor"):
        yield from _each(draft, ("sharing", "processor", name, "items"), ("item",))
    for name in draft.tables("systems"):
        yield from _each(draft, ("systems", name, "items"), ("item",))
    yield from _each(draft, ("rights", "membership", "items"), ("item",))
    yield from _each(draft, ("cookies", "gpc_refuses"), ("cookies", "group"))


def _each(draft: Draft, where: Path, table: Path) -> Iterator[Reference]:
    known = tuple(draft.tables(table))
    for word in draft.words(where):
        yield Reference(where, word, table, known)
