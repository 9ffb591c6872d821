"""A template that asks for what no view gave fails, instead of leaving an empty space on a page."""

import pytest
from django.template import engines

from jikim.config.strict import UnknownName


def render(words: str, **given: object) -> str:
    return engines["django"].from_string(words).render(given)


@pytest.mark.parametrize("words", ["{{ missing }}", "{{ given.missing }}", "{% if 1 %}{{ missing|upper }}{% endif %}"])
def test_a_missing_name_is_an_error(words: str) -> None:
    with pytest.raises(UnknownName, match="missing"):
        render(words, given={})


def test_a_name_that_was_given_is_shown_even_when_empty() -> None:
    assert render("[{{ given }}]{% if given %}yes{% endif %}{% if missing %}yes{% endif %}", given="") == "[]"
