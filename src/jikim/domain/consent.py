"""Which purposes need a person's agreement, and that exactly these were given: none missing, none unasked.

A purpose for which a form only takes what is optional can be refused: nothing else depends on it. Whoever fills in what
it alone is for has to agree to it.

Source: Privacy Policy, "Items collected", "Purpose"; PIPA arts. 15(1)1, 16(2)-(3), 22 (asked for separately, only where
it is the ground of processing, and what is optional refused at no cost).
"""

from collections.abc import Collection as Names
from enum import StrEnum

from jikim.domain.errors import Refused
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.domain.terms import LegalBasis


class ConsentState(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class ConsentMissing(Refused):
    """A purpose that rests on consent was not agreed to; nothing was stored."""


class ConsentNotAsked(Refused):
    """A consent arrived that the notice did not ask for; nothing was stored."""


def needed(policy: Policy, collection: Collection) -> tuple[str, ...]:
    """Return the purposes of a collection that rest on consent, or on no stated ground, in the policy's order."""
    return tuple(
        purpose.name
        for purpose in policy.purposes
        if purpose.name in collection.purposes and purpose.basis in (None, LegalBasis.CONSENT)
    )


def refusable(policy: Policy, collection: Collection) -> frozenset[str]:
    """Return which of the purposes asked for a form can do without: it takes nothing for them but what is optional."""
    return frozenset(
        name
        for name in needed(policy, collection)
        if set(policy.purpose(name).items) & set(collection.items) <= set(collection.optional)
    )


def missing(policy: Policy, collection: Collection, given: Names[str], items: Names[str]) -> tuple[str, ...]:
    """Return the purposes that were not agreed to and have to be, in the policy's order.

    items: what was filled in; optional items want an agreement to a purpose that they are for
    """
    asked, free = needed(policy, collection), refusable(policy, collection)
    stands = [policy.purpose(name) for name in collection.purposes if name not in asked or name in given]
    covered = {item for purpose in stands for item in purpose.items}
    return tuple(
        name
        for name in asked
        if name not in given and (name not in free or (set(items) & set(policy.purpose(name).items)) - covered)
    )


def check(policy: Policy, collection: Collection, given: Names[str], items: Names[str]) -> None:
    """Hold what was given against what is asked; raises ConsentMissing or ConsentNotAsked.

    items: see `missing`
    """
    if lacking := missing(policy, collection, given, items):
        raise ConsentMissing(
            f"no consent for {', '.join(lacking)}", hint="read the notice, then agree or leave the form"
        )
    unasked = sorted(set(given) - set(needed(policy, collection)))
    if unasked:
        raise ConsentNotAsked(
            f"{len(unasked)} consents that {collection.name} does not ask for",
            hint="send only what the notice asks for",
        )
