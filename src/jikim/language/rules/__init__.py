"""Rules: small pure functions from a draft, the law and a day to what they found. Importing them registers them."""

from jikim.language.rules import (
    contents,
    identity,
    items,
    languages,
    people,
    prose,
    purposes,
    references,
    retention,
    shape,
    systems,
)

__all__ = [
    "contents",
    "identity",
    "items",
    "languages",
    "people",
    "prose",
    "purposes",
    "references",
    "retention",
    "shape",
    "systems",
]
