"""Thousands of stories of the key tree, with every node that was ever sealed in the hands of an adversary."""

import os

from hypothesis import HealthCheck, given, settings

from tests.support.stories import ACTS, LAYOUTS, Act, tell

SEQUENCES = int(os.environ.get("TREE_SEQUENCES", "2000"))


@settings(max_examples=SEQUENCES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
@given(acts=ACTS, groups=LAYOUTS)
def test_no_sequence_of_acts_and_failures_makes_it_lie(acts: list[Act], groups: tuple[int, ...]) -> None:
    tell(acts, groups)
