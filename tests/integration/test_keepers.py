"""The code that is said to keep a clause exists, and the page really says what it is said to say."""

import importlib
import inspect

import pytest

from jikim.language import compile as compiler
from jikim.language import html, load, notice, page
from jikim.language.coverage import pattern_of
from jikim.language.draft import Draft
from jikim.language.keepers import KEEPERS
from jikim.language.path import dotted
from tests.support.mutation import GONE, POLICIES, TODAY, put

FULLEST = ("example/1.toml", "utracs/2.toml")
# Rules that do not bind the company are not on its page; their articles are on the page of one they bind.
NOT_SHOWN = {"retention.rule.e-financial.law", "retention.rule.e-financial-small.law"}


def told(name: str, keeper: str) -> list[str]:
    """Return the facts of a policy that one function is said to tell, by path."""
    read = load.read(POLICIES / name)
    paths = {dotted(path): pattern_of(path) for path, _ in read.leaves()}
    return [path for path, pattern in paths.items() if KEEPERS.get(pattern) == keeper and path not in NOT_SHOWN]


PAGE = [(name, path) for name in FULLEST for path in told(name, "jikim.language.page.build")]
NOTICE = [(name, path) for name in FULLEST for path in told(name, "jikim.language.notice.build")]


@pytest.mark.parametrize("code", sorted(set(KEEPERS.values())))
def test_the_code_that_keeps_a_clause_exists_and_can_be_called(code: str) -> None:
    module, _, name = code.rpartition(".")
    keeper = getattr(importlib.import_module(module), name)
    assert callable(keeper)
    assert inspect.getmodule(keeper) is importlib.import_module(module), f"{code} only passes by; name where it lives"


@pytest.mark.parametrize(("name", "path"), PAGE)
def test_a_fact_the_page_keeps_changes_the_page(name: str, path: str) -> None:
    whole, less = load.read(POLICIES / name), load.read(POLICIES / name)
    put(less.raw, path, GONE)
    assert _pages(less) != _pages(whole)


@pytest.mark.parametrize(("name", "path"), NOTICE)
def test_a_fact_the_notice_keeps_changes_the_notice(name: str, path: str) -> None:
    whole, less = load.read(POLICIES / name), load.read(POLICIES / name)
    put(less.raw, path, GONE)
    assert _notices(less) != _notices(whole)


def test_the_page_and_the_notice_tell_most_of_the_reference() -> None:
    assert len(PAGE) > 100
    assert len(NOTICE) > 10


def _pages(draft: Draft) -> list[str]:
    policy = compiler.compile(draft.raw)
    return [html.fragment(page.build(policy, language, on=TODAY)) for language in ("ko", "en")]


def _notices(draft: Draft) -> list[str]:
    policy = compiler.compile(draft.raw)
    return [notice.build(policy, each, language).text for each in policy.collections for language in ("ko", "en")]
