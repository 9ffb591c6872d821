"""What is set aside is stored and nothing else: seven verbs refused in one place, and the few lawful ways through.

Setting aside, destroying and counting what is stored are no use of it and are not asked here.

Source: Privacy Policy, "Destruction procedure" (no other purpose than keeping it); PIPA arts. 21(3), 35; Standard
Guideline art. 11.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from jikim.domain.destruction import SEPARATE
from jikim.domain.errors import Refused
from jikim.domain.terms import LawfulUse


class Verb(StrEnum):
    """What an ordinary day does with personal data."""

    VIEW = "view"
    SEARCH = "search"
    MODIFY = "modify"
    EXPORT = "export"
    SHARE = "share"
    PERSONALISE = "personalise"
    MEASURE = "measure"


LAWFUL: Mapping[LawfulUse, frozenset[Verb]] = {
    # An authority names a person, reads what it may demand, and receives it.
    LawfulUse.AUTHORITY: frozenset({Verb.SEARCH, Verb.VIEW, Verb.EXPORT, Verb.SHARE}),
    # A party to a dispute reads its own record of it and lays it before who decides.
    LawfulUse.DISPUTE: frozenset({Verb.VIEW, Verb.EXPORT, Verb.SHARE}),
    # A person sees, and takes along, what is kept about them.
    LawfulUse.SUBJECT_ACCESS: frozenset({Verb.VIEW, Verb.EXPORT}),
}
SECOND_PERSON = frozenset({LawfulUse.AUTHORITY, LawfulUse.DISPUTE})


class AlreadyLeft(Refused):
    """The purpose is achieved, or something of the record is already set aside or destroyed; nothing changed."""


class StorageOnly(AlreadyLeft):
    """The item is set aside and is kept, not used; nothing was opened or changed."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """A lawful use, and who answers for it: the verified person, or two people of the company."""

    use: LawfulUse
    asked_by: UUID
    seconded_by: UUID | None = None


def permit(verb: Verb, store: str, *, occasion: Occasion | None = None, allowed: Collection[LawfulUse]) -> None:
    """Let a verb pass for an item in a store, or raise StorageOnly; what is live always passes.

    occasion: None for everything ordinary
    allowed:  the uses that the policy in force names (`retention.allowed`); it may name fewer than the law
    """
    if store != SEPARATE:
        return
    if occasion is None:
        raise StorageOnly(f"what is set aside is not there to {verb}", hint="it is kept by law, for storage only")
    if occasion.use not in allowed or verb not in LAWFUL[occasion.use]:
        raise StorageOnly(
            f"{occasion.use} does not allow to {verb} what is set aside", hint="see `allowed` under [retention]"
        )
    if occasion.use in SECOND_PERSON and occasion.seconded_by in {None, occasion.asked_by}:
        raise StorageOnly(f"{occasion.use} needs a second person", hint="somebody else confirms the reason first")
