"""Laws of the search for resident numbers: how a text or a file is cut into pieces makes no difference."""

import io
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from jikim.domain.identifiers import Passing, has_resident_number
from jikim.domain.identifiers_in_files import FileSearch

NUMBER = "900101-1234567"
PARTS = ("900101", "1234567", "-", " ", "1", "9001011234567", "x", "<w:t>", "²", "½", "\xa0", "\x85", "¨", "é", NUMBER)
TEXTS = st.lists(st.sampled_from(PARTS), max_size=12).map("".join)
CUTS = st.lists(st.integers(0, 60), max_size=6)


def pieces(text: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return [text[start:end] for start, end in pairwise(places)]


@example(f"x{NUMBER}x" + " " * 40, [8])
@example("1" * 40 + NUMBER, [33])
@example(NUMBER + "1", [14])
@given(TEXTS, CUTS)
def test_how_a_text_is_cut_makes_no_difference(text: str, cuts: list[int]) -> None:
    passing = Passing()
    for piece in pieces(text, cuts):
        passing.feed(piece)
    assert passing.has_number() is has_resident_number(text)


@given(TEXTS, CUTS)
def test_a_file_shows_what_its_text_shows(text: str, cuts: list[int]) -> None:
    search = FileSearch()
    for piece in pieces(text, cuts):
        search.feed(piece.encode("latin-1"))
    assert search.has_number(io.BytesIO) is has_resident_number(text)
