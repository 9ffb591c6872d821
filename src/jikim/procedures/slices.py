"""A slice: intents that go through the numbered steps together, and what this run over them knows and no other does."""

from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from jikim.domain.separation import Fate
from jikim.procedures import intents
from jikim.sealing.keyring import Destroyed
from jikim.store.live.models import Intent
from jikim.store.separate.models import SeparateItem


@dataclass
class Slice:
    """Moves and destructions of some records.

    resealed:  rows that this run made and has not stored, by value; no other run knows their keys. Alone, an intent
               finds there also what is of others, which it leaves to them
    destroyed: what the keyring said when this run had the keys destroyed
    """

    intents: tuple[Intent, ...]
    resealed: dict[UUID, SeparateItem] = field(default_factory=dict)
    destroyed: Destroyed | None = None

    @cached_property
    def moves(self) -> tuple[Intent, ...]:
        return tuple(one for one in self.intents if one.body["verb"] == Fate.SET_ASIDE)

    @cached_property
    def ends(self) -> tuple[Intent, ...]:
        return tuple(one for one in self.intents if one.body["verb"] == Fate.DESTROY)

    @cached_property
    def moved_ids(self) -> list[UUID]:
        """Return the values that are set aside, in the one order in which everybody writes them."""
        return sorted(value_id for intent in self.moves for value_id in intents.ids_of(intent))
