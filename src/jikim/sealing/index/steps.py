"""The steps of the index at which power may fail; those of a removal are the tree's own."""

from collections.abc import Callable
from enum import StrEnum


class IndexStep(StrEnum):
    X0_BEFORE_COMMIT = "x0-before-commit"
    X0_FOUNDED = "x0-founded"
    X1_NOTED = "x1-noted"
    X1_BEFORE_COMMIT = "x1-before-commit"
    X1_ENROLLED = "x1-enrolled"
    X2_KEYS_NOTED = "x2-keys-noted"
    X2_BEFORE_COMMIT = "x2-before-commit"
    X2_DIVIDED = "x2-divided"
    X3_BOARDED = "x3-boarded"
    X4_BEFORE_COMMIT = "x4-before-commit"
    X4_COMPARED = "x4-compared"


Watch = Callable[[IndexStep], None]


def unwatched(_step: IndexStep) -> None:
    """Go on; the default outside tests."""
