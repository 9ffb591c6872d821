"""Which purposes need a person's agreement, and that exactly these were given: none missing, none unasked.

Source: Privacy Policy, "Items collected", "Purpose"; PIPA arts. 15(1)1, 16, 22 (asked for separately, and only
where it is the ground of processing).
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


def check(policy: Policy, collection: Collection, given: Names[str]) -> None:
    """Hold what was given against what is asked; raises ConsentMissing or ConsentNotAsked."""
    asked = needed(policy, collection)
    missing = [name for name in asked if name not in given]
    if missing:
        raise ConsentMissing(
            f"no consent for {', '.join(missing)}", hint="read the notice, then agree or leave the form"
        )
    unasked = sorted(set(given) - set(asked))
    if unasked:
        raise ConsentNotAsked(
            f"{len(unasked)} consents that {collection.name} does not ask for",
            hint="send only what the notice asks for",
        )
