"""Laws of the canonical form: what never changes it, and what always does."""

import random
from pathlib import Path
from typing import Any

import tomlkit
from hypothesis import given, settings
from hypothesis import strategies as st

from jikim.language import compile as compiler
from jikim.language.canonical import MAX_INTEGER, canonical, fingerprint, restore
from jikim.language.draft import leaves
from jikim.language.load import parse, read

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "policies").rglob("*.toml"))

unhurried = settings(deadline=None, max_examples=40)  # reading real policies takes as long as this machine needs

words = st.text(st.characters(codec="utf-8"), max_size=12)
scalars = st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | words
values = st.recursive(scalars, lambda below: st.lists(below, max_size=4) | st.dictionaries(words, below, max_size=4))
tables = st.dictionaries(words, values, max_size=5).map(lambda raw: {**raw, "schema": "policy/1"})


def shuffled(value: Any, chance: random.Random) -> Any:
    """Return the same facts with the keys of every table in another order."""
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: shuffled(value[key], chance) for key in keys}
    return [shuffled(below, chance) for below in value] if isinstance(value, list) else value


def with_leaf(value: Any, path: tuple[str, ...], new: object) -> Any:
    """Return the same facts with one of them replaced."""
    if not path:
        return new
    head, *rest = path
    if isinstance(value, dict):
        return {key: with_leaf(below, tuple(rest), new) if str(key) == head else below for key, below in value.items()}
    return [with_leaf(below, tuple(rest), new) if str(number) == head else below for number, below in enumerate(value)]


@given(tables, st.randoms(use_true_random=False))
def test_key_order_never_changes_the_form(raw: dict[str, Any], chance: random.Random) -> None:
    assert canonical(shuffled(raw, chance)) == canonical(raw)


@given(tables)
def test_the_form_comes_back_as_the_same_tables(raw: dict[str, Any]) -> None:
    assert restore(canonical(raw)) == raw


@given(tables, tables)
def test_two_forms_are_equal_only_for_equal_facts(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert (canonical(one) == canonical(other)) == (spelling(one) == spelling(other))


def spelling(value: Any) -> Any:
    """Tell true from 1, as TOML does and Python does not."""
    if isinstance(value, dict):
        return {key: spelling(below) for key, below in value.items()}
    return [spelling(below) for below in value] if isinstance(value, list) else (type(value), value)


@unhurried
@given(st.sampled_from(FILES), st.randoms(use_true_random=False))
def test_order_space_and_comments_never_change_a_policy(file: Path, chance: random.Random) -> None:
    draft = read(file)
    written = tomlkit.dumps(shuffled(draft.raw, chance)).replace("\n", "\n\n# a comment\n")
    again = parse(written.encode(), "shuffled.toml").raw
    assert fingerprint(again) == fingerprint(draft.raw)
    assert compiler.compile(again) == compiler.compile(draft.raw)


@unhurried
@given(st.sampled_from(FILES), st.data())
def test_any_changed_fact_changes_the_fingerprint(file: Path, data: st.DataObject) -> None:
    raw = read(file).raw
    path, old = data.draw(st.sampled_from(list(leaves(raw))))
    new = data.draw(scalars.filter(lambda value: spelling(value) != spelling(old) and value != str(old)))
    assert fingerprint(with_leaf(raw, path, new)) != fingerprint(raw)


@unhurried
@given(st.sampled_from(FILES), st.data())
def test_any_fact_taken_out_changes_the_fingerprint(file: Path, data: st.DataObject) -> None:
    raw = read(file).raw
    table = data.draw(st.sampled_from([path for path, _ in leaves(raw) if len(path) > 1]))
    assert fingerprint(with_leaf(raw, table[:-1], {})) != fingerprint(raw)
