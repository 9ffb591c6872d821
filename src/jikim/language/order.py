"""The order in which a policy tells its facts. Key order carries no meaning, so equal policies must order alike.

Lists keep the author's order, and what they name follows them; the rest follows the law's order, the language's, or
the alphabet.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import TypeVar

from jikim.domain.terms import LegalBasis, Why
from jikim.language import fallbacks
from jikim.language.tables import CookieGroupTable, PolicyFile, RuleTable
from jikim.packs.pack import Pack

T = TypeVar("T")
W = TypeVar("W", bound=StrEnum)


def by_name(tables: Mapping[str, T]) -> list[tuple[str, T]]:
    return sorted(tables.items(), key=lambda pair: pair[0])


def by_word(tables: Mapping[W, T]) -> list[tuple[W, T]]:
    """Follow the language's own list of words."""
    return sorted(tables.items(), key=lambda pair: tuple(type(pair[0]).__members__.values()).index(pair[0]))


def by_mention(tables: Mapping[str, T], mentions: Iterable[Iterable[str]]) -> list[tuple[str, T]]:
    """Follow the lists that name them; what no list names comes last."""
    named = list(dict.fromkeys(name for names in mentions for name in names))
    place = {name: number for number, name in enumerate(named)}
    return sorted(tables.items(), key=lambda pair: (place.get(pair[0], len(place)), pair[0]))


def item_mentions(file: PolicyFile) -> Iterable[Iterable[str]]:
    """Yield the lists that name items: collections as people meet them, then purposes."""
    for _, table in by_name(file.collection):
        if table.items:
            yield table.items
        asked = fallbacks.asked(table, file.item)
        yield asked.required + asked.optional + asked.automatic
    yield from (table.items or () for _, table in by_name(file.purpose))


def purpose_mentions(file: PolicyFile) -> Iterable[Iterable[str]]:
    return (table.purposes or () for _, table in by_name(file.collection))


def rules(tables: Mapping[str, RuleTable], pack: Pack) -> list[tuple[str, RuleTable]]:
    """The company's own first, then the law's in the order of the pack."""
    place = {f"{pack.id}:{floor.id}": number for number, floor in enumerate(pack.floors)}
    return sorted(
        tables.items(), key=lambda pair: (pair[1].why is Why.LAW, place.get(pair[1].law or "", len(place)), pair[0])
    )


def record_mentions(file: PolicyFile, pack: Pack) -> Iterable[Iterable[str]]:
    """Classes that nothing outlives first, then the classes of the rules in their order."""
    ordered = rules(file.retention.rule, pack) if file.retention else []
    ruled = [rule.records for _, rule in ordered]
    yield [name for name, _ in by_name(file.record) if name not in ruled]
    yield ruled


def cookie_groups(tables: Mapping[str, CookieGroupTable]) -> list[tuple[str, CookieGroupTable]]:
    """Groups that need no consent first."""
    return sorted(tables.items(), key=lambda pair: (pair[1].basis in (None, LegalBasis.CONSENT), pair[0]))
