"""Words of a command line that are no port or day are refused before anything is done."""

import pytest

from jikim.cli import types
from jikim.domain.errors import Misused


@pytest.mark.parametrize("words", ["0", "65536", "80000", "-1", "http", "", "8 000", "٨٠٠٠"])
def test_what_is_no_port_is_refused(words: str) -> None:
    with pytest.raises(Misused):
        types.port(words)


def test_a_port_is_its_number() -> None:
    assert (types.port("1"), types.port("8000"), types.port("65535")) == (1, 8000, 65535)
