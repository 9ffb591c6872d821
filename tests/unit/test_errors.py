"""Every deliberate error says the fact and the next step."""

import pytest

from jikim.domain.errors import JikimError, Misused, Refused


@pytest.mark.parametrize("kind", [JikimError, Misused, Refused])
def test_an_error_says_the_fact_and_then_the_next_step(kind: type[JikimError]) -> None:
    error = kind("version 3 is already in force", hint="give the policy the number 4")
    assert str(error).splitlines() == ["version 3 is already in force", "hint: give the policy the number 4"]


def test_an_error_without_a_next_step_cannot_be_made() -> None:
    with pytest.raises(TypeError, match="hint"):
        JikimError("something is wrong")  # type: ignore[call-arg]  # the missing hint is what this test is about
