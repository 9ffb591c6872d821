"""What passes is hashed as it was, whatever its pieces, and its digest is told only when all of it has passed."""

from collections import deque
from hashlib import sha256

import pytest

from jikim.sealing import digests
from jikim.sealing.digests import PassingDigest


@pytest.mark.parametrize("held", [1, 5, 1024])
@pytest.mark.parametrize("pieces", [[], [b""], [b"one"], [b"one", b"two", b"", b"three" * 9, b"four"]])
def test_the_digest_is_that_of_all_pieces(monkeypatch: pytest.MonkeyPatch, held: int, pieces: list[bytes]) -> None:
    monkeypatch.setattr(digests, "HELD_BYTES", held)
    monkeypatch.setattr(digests, "_pages", deque())
    passing = PassingDigest()
    for piece in pieces:
        passing.take(piece)
    passing.end()
    assert passing.digest() == sha256(b"".join(pieces)).digest()


def test_a_page_is_used_again_and_never_by_two_at_once() -> None:
    first = passed(b"a long word")
    first.end()
    first.end()
    assert first.digest() == first.digest() == sha256(b"a long word").digest()
    second, third = passed(b"two"), passed(b"three")
    second.end()
    third.end()
    assert (second.digest(), third.digest()) == (sha256(b"two").digest(), sha256(b"three").digest())


def test_a_digest_of_a_part_is_never_told() -> None:
    passing = passed(b"one")
    with pytest.raises(ValueError, match="before the last chunk"):
        passing.digest()
    passing.end()
    with pytest.raises(ValueError, match="after the last one"):
        passing.take(b"two")


def passed(words: bytes) -> PassingDigest:
    passing = PassingDigest()
    passing.take(words)
    return passing
