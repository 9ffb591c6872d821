"""What a policy means where it is silent. Every assumption of the compiler is here, and nowhere else.

A silence the law forbids is also a finding of `policy check`; a fallback only says how the engine reads it until the
file speaks. None of them keeps anything longer than the file says.

| silent about | read as |
|---|---|
| the day of a year or month stated alone | its first instant in Seoul (`moment.instant`) |
| a label | the name itself |
| the limits of an item | the table LIMITS below |
| which items are required | texts are required, files and choices optional, access logs automatic |
| the items of a purpose | all items of the collections that serve it |
| the purposes of a collection | all purposes |
| the basis of a purpose | none; consent is asked for it (`domain.consent.needed`) |
| what refusing an optional consent costs | nothing; the notice says so, and `policy check` tells the author |
| the event that ends a purpose | the inquiry is closed |
| quiet days | none: resolved is achieved |
| the items a rule keeps | the kinds its law covers; access logs for a rule of the company's own |
| the event that starts a rule | the one its law's entry names; else the purpose's end |
| whether a rule binds the company | see `applies` |
| when destruction is due | within five days (Standard Guideline art. 10(1)) |
| the place and use of what is kept | the separate database, storage only, the three lawful uses (PIPA art. 21(3)) |
| what may be asked for | whatever has a deadline |
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jikim.domain.period import Period
from jikim.domain.terms import Answer, Event, ItemKind, LawfulUse, Text, Why
from jikim.domain.vocabulary import Language
from jikim.language.tables import CollectionTable, ItemTable, PurposeTable, RuleTable
from jikim.language.values import said
from jikim.packs.pack import Floor, Pack

WITHIN = Period(days=5)
NO_TIME = Period()
LAWFUL_USES = tuple(LawfulUse)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one item may hold."""

    max_chars: int = 0
    max_files: int = 0
    max_bytes: int = 0  # of one file


LIMITS: Mapping[ItemKind, Limits] = {
    ItemKind.TEXT: Limits(max_chars=200),
    ItemKind.LONGTEXT: Limits(max_chars=8000),
    ItemKind.EMAIL: Limits(max_chars=254),  # RFC 5321 section 4.5.3.1.3, without the angle brackets
    ItemKind.PHONE: Limits(max_chars=40),
    ItemKind.BIRTH_DATE: Limits(max_chars=10),
    ItemKind.ADDRESS: Limits(max_chars=300),
    ItemKind.FILES: Limits(max_files=5, max_bytes=10 * 1024 * 1024),
    ItemKind.ACCESS_LOG: Limits(),
    ItemKind.CHOICE: Limits(),
}


def limits(item: ItemTable) -> Limits:
    usual = LIMITS[item.kind]
    return Limits(
        (item.max_chars or usual.max_chars) if usual.max_chars else 0,
        (item.max_files or usual.max_files) if usual.max_files else 0,
        (item.max_bytes or usual.max_bytes) if usual.max_bytes else 0,
    )


def label(words: Mapping[Language, str], name: str, languages: Iterable[Language]) -> Text:
    return said(words or dict.fromkeys(languages, name))


@dataclass(frozen=True, slots=True)
class Asked:
    """A collection's items by what the visitor must do about them."""

    required: tuple[str, ...]
    optional: tuple[str, ...]
    automatic: tuple[str, ...]


def asked(collection: CollectionTable, items: Mapping[str, ItemTable]) -> Asked:
    """Split the items a collection lists without saying which are required."""
    split = Asked(*(tuple(names or ()) for names in (collection.required, collection.optional, collection.automatic)))
    rest = [name for name in collection.items or () if name not in (*split.required, *split.optional, *split.automatic)]
    kinds = {name: items[name].kind for name in rest if name in items}
    optional = (ItemKind.FILES, ItemKind.CHOICE)
    return Asked(
        split.required + tuple(n for n, kind in kinds.items() if kind not in (*optional, ItemKind.ACCESS_LOG)),
        split.optional + tuple(n for n, kind in kinds.items() if kind in optional),
        split.automatic + tuple(n for n, kind in kinds.items() if kind is ItemKind.ACCESS_LOG),
    )


def purposes_of(collection: CollectionTable, purposes: Iterable[str]) -> tuple[str, ...]:
    return tuple(purposes if collection.purposes is None else collection.purposes)


def items_of(purpose: PurposeTable, served_by: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """served_by: the items of each collection that names this purpose."""
    if purpose.items is not None:
        return tuple(purpose.items)
    return tuple(dict.fromkeys(name for items in served_by for name in items))


def end_of(purpose: PurposeTable) -> Event:
    return purpose.ends or Event.INQUIRY_CLOSED


def floor_of(rule: RuleTable, pack: Pack) -> Floor | None:
    """Return the floor a rule cites, when it cites one; a rule may also cite a law as a whole."""
    if rule.why is not Why.LAW or not rule.law:
        return None
    cited = rule.law.removeprefix(f"{pack.id}:")
    return next((floor for floor in pack.floors if floor.id == cited), None)


def kept_items(rule: RuleTable, floor: Floor | None, items: Mapping[str, ItemTable]) -> tuple[str, ...]:
    """items: what the inquiry collections hold, because a rule speaks of inquiries that were given its class."""
    if rule.items is not None:
        return tuple(rule.items)
    own = (ItemKind.ACCESS_LOG,) if rule.why is Why.INTERNAL else ()
    kinds = floor.kinds if floor else own
    return tuple(name for name, item in items.items() if item.kind in kinds)


def start_of(rule: RuleTable, floor: Floor | None) -> Event:
    return rule.start or (floor.start if floor else Event.PURPOSE_ACHIEVED)


def applies(rule: RuleTable, floor: Floor | None, answers: Iterable[Answer] | None) -> bool:
    """Tell whether a rule binds the company: its own condition, else the law's, against the company's answers.

    A company that answered nothing keeps what it wrote, because its policy says so without a condition; only the
    duties of licensed electronic-finance businesses stay off until claimed (Electronic Financial Transactions Act
    art. 22(1) binds nobody else). A condition the author wrote is never met by silence.
    """
    condition = rule.applies_if or (floor.applies_if if floor else None)
    if condition is None:
        return True
    if answers is None:
        return rule.applies_if is None and condition is not Answer.LICENSED_E_FINANCE
    return condition in answers
