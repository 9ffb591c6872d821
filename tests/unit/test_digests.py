"""What passes is hashed as it was, whatever its pieces, and its digest is told only when all of it has passed."""

from hashlib import sha256

import pytest

from jikim.sealing import digests
from jikim.sealing.digests import PassingDigest


@pytest.mark.parametrize("held", [0, 5, 1024])
@pytest.mark.parametrize("pieces", [[], [b""], [b"one"], [b"one", b"two", b"", b"three" * 9, b"four"]])
def test_the_digest_is_that_of_all_pieces(monkeypatch: pytest.MonkeyPatch, held: int, pieces: list[bytes]) -> None:
    monkeypatch.setattr(digests, "HELD_BYTES", held)
    passing = PassingDigest()
    for piece in pieces:
        passing.take(piece)
    passing.end()
    assert passing.digest() == sha256(b"".join(pieces)).digest()


def test_a_digest_of_a_part_is_never_told() -> None:
    passing = PassingDigest()
    passing.take(b"one")
    with pytest.raises(ValueError, match="before the last chunk"):
        passing.digest()
