"""The numbered steps at which power may fail. Tests stop at every one of them; the list is the code's own.

A: handing out keys. D: destroying them. R: giving every node a new key. A name says what has just become true, or which
commit comes next.
"""

from collections.abc import Callable
from enum import StrEnum


class Step(StrEnum):
    A1_COHORT_OPENED = "a1-cohort-opened"
    A2_BEFORE_COMMIT = "a2-before-commit"
    A2_RESERVED = "a2-reserved"
    A3_SHIPPED = "a3-shipped"
    D0_BEFORE_COMMIT = "d0-before-commit"
    D0_ACCEPTED = "d0-accepted"
    D1_GATHERED = "d1-gathered"
    D1_INTENT_TOLD = "d1-intent-told"
    D2_BEFORE_COMMIT = "d2-before-commit"
    D2_STAGED = "d2-staged"
    D2_SHIPPED = "d2-shipped"
    D3_PREPARED = "d3-prepared"
    D3_CHECKED = "d3-checked"
    D4_EFFACED = "d4-effaced"
    D5_BEFORE_COMMIT = "d5-before-commit"
    D5_MARKED = "d5-marked"
    D6_TOLD = "d6-told"
    D6_MARKED = "d6-marked"
    D7_BEFORE_COMMIT = "d7-before-commit"
    D7_NODES_DELETED = "d7-nodes-deleted"
    D7_LOG_CLEARED = "d7-log-cleared"
    D7_DONE = "d7-done"
    D8_ALL_DONE = "d8-all-done"
    R0_BEFORE_COMMIT = "r0-before-commit"
    R0_KEPT = "r0-kept"
    R1_TOLD = "r1-told"
    R1_MARKED = "r1-marked"


Watch = Callable[[Step], None]


def unwatched(_step: Step) -> None:
    """Go on; the default outside tests."""
