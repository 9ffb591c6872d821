"""What comes in by hand: by mail, by telephone, by letter, typed at the desk by somebody who read or heard it.

Nobody was shown the form's notice, so no consent record is made up; the record says by which way it came and on which
ground it stands. Source: Privacy Policy, "Items collected and method"; PIPA arts. 3(1), 15(1), 16.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from jikim.domain.errors import Misused, Refused
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind, LegalBasis


class Channel(StrEnum):
    """The way an inquiry came that did not come through the form."""

    EMAIL = "email"
    TELEPHONE = "telephone"
    LETTER = "letter"


GROUNDS = (LegalBasis.CONTRACT, LegalBasis.LEGITIMATE_INTEREST, LegalBasis.STATUTE, LegalBasis.CONSENT)


class ArrivalRefused(Refused):
    """The day lies in the future, or so far back that its purpose is over already; nothing was stored."""


@dataclass(frozen=True, slots=True)
class ByHand:
    """How a record came in by hand. ground: consent means one given elsewhere, that the company itself can show."""

    channel: Channel
    ground: LegalBasis
    arrived_on: date


def check(by_hand: ByHand, today: date) -> None:
    """Refuse a day to come, or a ground that no inquiry can have; raises ArrivalRefused, Misused."""
    if by_hand.arrived_on > today:
        raise ArrivalRefused(f"{by_hand.arrived_on} has not come yet", hint="give the day on which it arrived")
    if by_hand.ground not in GROUNDS:
        raise Misused(f"an inquiry on the ground of {by_hand.ground}", hint=f"choose from {', '.join(GROUNDS)}")


def asked_by_hand(policy: Policy, collection: Collection) -> Collection:
    """Return a collection as it asks for what came by hand: only the words have to be there, nothing is recorded."""
    words = tuple(name for name in collection.asked if policy.item(name).kind == ItemKind.LONGTEXT)[:1]
    others = tuple(name for name in collection.asked if name not in words)
    return replace(collection, required=words, optional=others, automatic=())
