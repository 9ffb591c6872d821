"""A number that a text states, and what it counts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Amount:
    """`value` is None where the words give no exact one; `unit` is "" where they count nothing this language knows."""

    words: str
    value: int | None
    unit: str
