"""Whatever is asked, in whatever order, with power and mirrors failing anywhere: nothing lies, and nothing is lost.

A few of the stories; the forensic tier tells thousands.
"""

from hypothesis import HealthCheck, given, settings

from tests.support.stories import ACTS, LAYOUTS, Act, tell


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=ACTS, groups=LAYOUTS)
def test_no_sequence_of_acts_and_failures_makes_it_lie(acts: list[Act], groups: tuple[int, ...]) -> None:
    tell(acts, groups)
