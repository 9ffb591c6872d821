"""Laws of sealed streams: what Tink writes and reads is the published format, as written by hand."""

import io
import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.files import open_file, open_range, seal_file
from jikim.sealing.primitives import FileKey, Framed
from jikim.sealing.streams import open_stream
from tests.support import by_hand
from tests.support.streams import seal_stream

WORDS = bytes(range(256)) * 800
BORDERS = [0, 1, 65_479, 65_480, 65_481, 131_000, 131_001, 196_520]
SIZES = st.one_of(st.sampled_from(BORDERS), st.integers(0, len(WORDS)))


@given(size=SIZES, salt=st.binary(min_size=32, max_size=32), prefix=st.binary(min_size=7, max_size=7), aad=st.binary())
def test_tink_opens_what_was_written_by_hand(size: int, salt: bytes, prefix: bytes, aad: bytes) -> None:
    sealed = by_hand.stream(b"k" * 32, salt, prefix, aad, WORDS[:size])
    assert b"".join(open_stream(FileKey(b"k" * 32), io.BytesIO(sealed), Framed(aad))) == WORDS[:size]


@given(size=SIZES, aad=st.binary())
def test_tink_writes_what_is_written_by_hand(size: int, aad: bytes) -> None:
    sealed = b"".join(seal_stream(FileKey(b"k" * 32), [WORDS[:size]], Framed(aad)))
    assert sealed == by_hand.stream(b"k" * 32, sealed[1:33], sealed[33:40], aad, WORDS[:size])


@given(size=SIZES, cuts=st.lists(st.integers(0, len(WORDS)), max_size=6))
def test_how_a_file_arrives_in_chunks_makes_no_difference(size: int, cuts: list[int]) -> None:
    places = [0, *sorted(min(cut, size) for cut in cuts), size]
    pieces = [WORDS[begin:end] for begin, end in pairwise(places)]
    sealed = b"".join(seal_stream(FileKey(b"k" * 32), pieces, Framed(b"")))
    assert b"".join(open_stream(FileKey(b"k" * 32), io.BytesIO(sealed), Framed(b""))) == WORDS[:size]


@given(size=SIZES, ends=st.tuples(SIZES, SIZES))
def test_every_range_is_that_part_of_the_whole(size: int, ends: tuple[int, int]) -> None:
    start, end = sorted(min(place, size) for place in ends)
    with tempfile.TemporaryDirectory() as folder:
        store = DirectoryStore(Path(folder, "files"))
        card = seal_file(store, [WORDS[:size]])
        assert b"".join(open_range(store, card, start, end - start)) == b"".join(open_file(store, card))[start:end]
