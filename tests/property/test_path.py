"""Laws of paths: what a finding names can always be found again."""

from hypothesis import given
from hypothesis import strategies as st

from jikim.language import path as paths

keys = st.text(st.characters(codec="utf-8"), max_size=40)


@given(st.lists(keys, min_size=1, max_size=6).map(tuple))
def test_what_was_written_is_read_back(path: tuple[str, ...]) -> None:
    assert paths.split(paths.dotted(path)) == path


@given(st.lists(keys, min_size=1, max_size=6).map(tuple))
def test_a_written_path_is_one_printable_line(path: tuple[str, ...]) -> None:
    assert paths.dotted(path).isprintable()


@given(st.text(max_size=60))
def test_odd_writing_gives_an_odd_path_and_never_an_error(written: str) -> None:
    assert isinstance(paths.split(written), tuple)


@given(st.text(st.characters(codec="utf-8"), min_size=61, max_size=200))
def test_a_long_key_is_cut(key: str) -> None:
    assert len(paths.split(paths.dotted((key,)))[0]) == 61
