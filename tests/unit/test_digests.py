"""What passes is hashed as it was, whatever its pieces, and its digest is told only when all of it has passed."""

import os
import signal
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import pytest

from jikim.sealing import digests
from jikim.sealing.digests import PassingDigest


@pytest.mark.parametrize("few", [0, 1024])
@pytest.mark.parametrize("held", [1, 5, 1024])
@pytest.mark.parametrize("pieces", [[], [b""], [b"one"], [b"one", b"two", b"", b"three" * 9, b"four"]])
def test_the_digest_is_that_of_all_pieces(
    monkeypatch: pytest.MonkeyPatch, few: int, held: int, pieces: list[bytes]
) -> None:
    """Whether the last of them are hashed at once, as a few are, or beside what is done next."""
    monkeypatch.setattr(digests, "FEW_BYTES", few)
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


def test_a_page_is_never_given_away_twice_even_where_no_thread_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    class Overtaxed(ThreadPoolExecutor):
        """Takes the work, does it some time, and raises for want of another thread, as the real one would."""

        def submit(self, work: Callable[..., object], /, *what: object) -> None:  # type: ignore[override]  # never returns
            super().submit(work, *what).result()
            raise RuntimeError("can't start new thread")

    pages = deque[bytearray]()
    monkeypatch.setattr(digests, "_pages", pages)
    monkeypatch.setattr(digests, "FEW_BYTES", 0)
    passing = passed(b"one")
    with Overtaxed(1) as overtaxed, monkeypatch.context() as patch:
        patch.setattr(digests, "_threads", lambda _process: overtaxed)
        with pytest.raises(RuntimeError, match="new thread"):
            passing.end()
        passing.end()
    assert len(pages) == 1
    with pytest.raises(ValueError, match="after the last one"):
        passing.take(b"into the page of another")
    with pytest.raises(ValueError, match="before the last chunk"):
        passing.digest()


def test_a_process_that_forked_off_hashes_with_threads_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(digests, "FEW_BYTES", 0)
    assert digest(b"one") == sha256(b"one").digest()
    if (child := os.fork()) == 0:
        signal.alarm(30)  # threads that do not run are waited for without end
        os._exit(digest(b"two") != sha256(b"two").digest())
    assert os.waitpid(child, 0)[1] == 0


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


def digest(words: bytes) -> bytes:
    passing = passed(words)
    passing.end()
    return passing.digest()
