"""What the rules share: naming a place, offering the nearest known word, and reading periods that may be no periods."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from functools import lru_cache

from jikim.domain.errors import Misused
from jikim.domain.period import Period, last_day
from jikim.domain.terms import LegalBasis
from jikim.language import path as paths
from jikim.language.draft import Draft, Where
from jikim.packs.pack import Body, Floor, Law, Pack

# Every week of four years: long enough to meet each month length and a 29 February.
_DAYS = tuple(date(2027, 1, 1) + timedelta(weeks=week) for week in range(209))


def place(*keys: str) -> str:
    return paths.dotted(keys)


def listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return the hint for a name nobody declared: the nearest known one, or all of them."""
    names = list(known)
    near = get_close_matches(word[:80], names, n=1)
    if near:
        return f"did you mean {near[0]}?"
    return f"choose one of: {listed(names)}" if names else "nothing of that kind is declared in the file"


def period(draft: Draft, where: Where) -> Period | None:
    """Return the period that stands there; None when nothing does, or nothing that is a period."""
    try:
        return Period.parse(draft.text(where))
    except Misused:
        return None


@lru_cache(maxsize=256)
def shorter(one: Period, other: Period) -> bool:
    """Tell whether `one` may end before `other`, whichever day they start. Days and months have no fixed ratio."""
    return any(last_day(day, one) < last_day(day, other) for day in _DAYS)


def rules(draft: Draft) -> Iterator[tuple[str, str]]:
    """Walk the retention rules: name and authority (`law`, `internal`, or whatever the file says)."""
    for name in draft.tables("retention.rule"):
        yield name, draft.text(("retention", "rule", name, "why"))


def cited(draft: Draft) -> Iterator[tuple[str, str]]:
    """Walk every reference to the pack: where it stands and what it names."""
    for where in ("policy.laws", "retention.laws", "remedies.bodies"):
        for reference in draft.words(where):
            yield where, reference
    for name in draft.tables("retention.rule"):
        if reference := draft.text(("retention", "rule", name, "law")):
            yield place("retention", "rule", name, "law"), reference


def entry(pack: Pack, reference: str) -> Law | Floor | Body | None:
    """Return what `kr:…` names in the pack; None when it is not there."""
    return pack.find(reference.removeprefix(f"{pack.id}:")) if reference.startswith(f"{pack.id}:") else None


def floor(draft: Draft, pack: Pack, rule: str) -> Floor | None:
    """Return the duty to keep that a rule rests on; None when it rests on none that the pack knows."""
    found = entry(pack, draft.text(("retention", "rule", rule, "law")))
    return found if isinstance(found, Floor) else None


def purposes_of(draft: Draft, item: str) -> tuple[str, ...]:
    return tuple(name for name in draft.tables("purpose") if item in draft.words(("purpose", name, "items")))


def collected_by(draft: Draft, collection: str) -> tuple[str, ...]:
    lists = ("required", "optional", "automatic", "items")
    return tuple(item for key in lists for item in draft.words(("collection", collection, key)))


def rests_on_consent(draft: Draft, purpose: str) -> bool:
    """Tell whether people are asked to agree to a purpose: also where no ground is stated."""
    return draft.text(("purpose", purpose, "basis")) in ("", LegalBasis.CONSENT)


def asked_by_consent(draft: Draft, collection: str) -> tuple[str, ...]:
    purposes = draft.words(("collection", collection, "purposes"))
    return tuple(purpose for purpose in purposes if rests_on_consent(draft, purpose))


def optional_in(draft: Draft, collection: str, purposes: Iterable[str]) -> set[str]:
    """Return the purposes for which a collection takes nothing but what is optional (`domain.consent.refusable`)."""
    taken, optional = collected_by(draft, collection), draft.words(("collection", collection, "optional"))
    named = {purpose: set(draft.words(("purpose", purpose, "items")) or taken) for purpose in purposes}
    return {purpose for purpose, items in named.items() if items & set(taken) <= set(optional)}
