"""Items and the ways they come in. Source: PIPA arts. 15(2), 16, 22, 22-2, 30(1)1-2."""

from collections.abc import Iterator
from datetime import date

from jikim.domain.terms import ItemKind
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import (
    asked_by_consent,
    collected_by,
    listed,
    optional_in,
    place,
    purposes_of,
    rests_on_consent,
)
from jikim.packs.pack import Pack

UNNAMED = code(
    "E-ITEM-PURPOSE",
    "An item is named by no purpose: nobody says why it is processed.",
    source="content:items",
    hint="add it to the items of a purpose, or remove the item",
    can_override=False,
)
UNUSED = code(
    "W-ITEM-UNUSED",
    "An item is collected nowhere.",
    source="duty:minimum",
    hint="add it to required, optional or automatic of a collection, or remove the item",
)
PURPOSELESS = code(
    "E-COLLECTION-PURPOSE",
    "A collection asks for an item that none of its purposes needs.",
    source="duty:minimum",
    hint="add the item to one of the collection's purposes, or stop collecting it",
)
CHOICE = code(
    "E-COLLECTION-SPLIT",
    "A collection does not say which items are required and which are optional.",
    source="duty:optional-items",
    hint="write required, optional and automatic instead of items",
)
METHOD = code(
    "E-COLLECTION-METHOD",
    "A collection does not say by which way its items come in.",
    source="content:items",
    hint='add method, for example method = "online-form"',
)
REFUSAL = code(
    "E-REFUSAL",
    "A collection asks for a consent that it cannot do without, and does not say what refusing it costs.",
    source="duty:consent-notice",
    hint="add refusal to the collection or to the purpose, in every language",
)
FREE = code(
    "N-REFUSAL-FREE",
    "An optional consent does not say what refusing it costs, so people are told that it costs nothing.",
    source="duty:consent-notice",
    hint="nothing to do if that is so; if refusing costs anything, add refusal to the purpose",
)
UNHEARD = code(
    "W-REFUSAL-UNHEARD",
    "A purpose says what refusing it costs, and does not rest on consent: nobody is asked.",
    source="duty:consent-notice",
    hint='take refusal out, or write basis = "consent" where consent is really the ground',
)
MINORS = code(
    "E-MINORS",
    "A collection that rests on consent does not say what happens with children under 14.",
    source="duty:children",
    hint='add minors = "refused" or minors = "representative"',
)
KIND = code(
    "E-ITEM-KIND",
    "An item states what its kind cannot have, or lacks what its kind needs, or comes in by a way its kind cannot.",
    source="content:items",
    hint="choose the kind that fits, or take the key out",
    can_override=False,
)
_KINDS = frozenset(ItemKind)
_ONLY_OF: dict[str, tuple[str, ...]] = {
    "max_files": (ItemKind.FILES,),
    "max_bytes": (ItemKind.FILES,),
    "choices": (ItemKind.CHOICE,),
}


@rule(KIND)
def items_fit_their_kind(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    kinds = {item: kind for item in draft.tables("item") if (kind := draft.text(("item", item, "kind"))) in _KINDS}
    for item, kind in kinds.items():
        if kind == ItemKind.CHOICE and not draft.table(("item", item, "choices")):
            message = f"{item} is a choice of nothing"
            yield KIND.at(place("item", item, "choices"), message, pack, hint="add choices, each with its words")
        for key, only in _ONLY_OF.items():
            if draft.has(("item", item, key)) and kind not in only:
                yield KIND.at(place("item", item, key), f"{item} is of the kind {kind}, which has no {key}", pack)
    for name in draft.tables("collection"):
        yield from _ways_in(draft, pack, name, kinds)


def _ways_in(draft: Draft, pack: Pack, collection: str, kinds: dict[str, str]) -> Iterator[Finding]:
    """An access log records itself, and nothing else does."""
    for key in ("required", "optional", "automatic"):
        where = ("collection", collection, key)
        for item in draft.words(where):
            if item in kinds and (kinds[item] == ItemKind.ACCESS_LOG) != (key == "automatic"):
                message = f"{item} is of the kind {kinds[item]}, which cannot be {key}"
                yield KIND.at(place(*where), message, pack, hint="list access logs in automatic, and only them")


@rule(UNNAMED, UNUSED)
def every_item_has_a_purpose_and_a_way_in(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    collected = {item for name in draft.tables("collection") for item in collected_by(draft, name)}
    for item in draft.tables("item"):
        if not purposes_of(draft, item):
            yield UNNAMED.at(place("item", item), f"no purpose names the item {item}", pack)
        if item not in collected:
            yield UNUSED.at(place("item", item), f"no collection collects the item {item}", pack)


@rule(PURPOSELESS)
def collections_ask_only_for_what_they_need(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("collection"):
        purposes = draft.words(("collection", name, "purposes"))
        needed = {item for purpose in purposes for item in draft.words(("purpose", purpose, "items"))}
        extra = [item for item in collected_by(draft, name) if item in draft.tables("item") and item not in needed]
        if extra:
            message = f"the collection {name} asks for {listed(extra)}, which its purposes do not name"
            yield PURPOSELESS.at(place("collection", name, "purposes"), message, pack)


@rule(CHOICE, METHOD)
def collections_say_how_they_ask(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("collection"):
        here = ("collection", name)
        if not draft.has((*here, "method")):
            yield METHOD.at(place(*here, "method"), f"the collection {name} names no way in", pack)
        if not any(draft.has((*here, key)) for key in ("required", "optional", "automatic")):
            message = f"the collection {name} does not tell required items from optional ones"
            yield CHOICE.at(place(*here, "required"), message, pack)


@rule(REFUSAL, FREE)
def consent_can_be_refused(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("collection"):
        here, asked = ("collection", name), asked_by_consent(draft, name)
        silent = [purpose for purpose in asked if not draft.spoken(("purpose", purpose, "refusal"))]
        free, of_all = optional_in(draft, name, asked), bool(draft.spoken((*here, "refusal")))
        if not of_all and set(silent) - free:
            message = f"the collection {name} does not say what refusing costs"
            yield REFUSAL.at(place(*here, "refusal"), message, pack)
        if of_all and free == set(asked):
            continue
        for purpose in filter(free.__contains__, silent):
            message = f"in {name} people are told that refusing {purpose} costs nothing; add refusal to it if it does"
            yield FREE.at(place("purpose", purpose, "refusal"), message, pack)


@rule(UNHEARD)
def costs_are_told_to_somebody(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("purpose"):
        if draft.spoken(("purpose", name, "refusal")) and not rests_on_consent(draft, name):
            message = f"the purpose {name} rests on {draft.text(('purpose', name, 'basis'))}, which nobody can refuse"
            yield UNHEARD.at(place("purpose", name, "refusal"), message, pack)


@rule(MINORS)
def children_are_spoken_of(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("collection"):
        if asked_by_consent(draft, name) and not draft.has(("collection", name, "minors")):
            where = place("collection", name, "minors")
            yield MINORS.at(where, f"the collection {name} is silent about children", pack)
