"""Clause coverage, both ways: what the policy states and what the program keeps.

A policy whose facts are not all kept promises more than it does; a program that keeps what the policy never states does
more than it promises; and a fact that others lean on, or that the law wants, may be missing altogether.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jikim.language import absent, schema
from jikim.language import path as paths
from jikim.language.draft import Draft
from jikim.language.keepers import KEEPERS, NOT_YET, Promise

# What the checker itself reads, and no clause: the name of the language, and the reasons for leaving a finding.
NO_CLAUSE = ("schema", "override.*.code", "override.*.path", "override.*.reason.*")
REFERENCE = ("utracs", 2)  # the policy whose facts `reference.txt` lists


@dataclass(frozen=True, slots=True)
class Coverage:
    """Facts of one file, by path. A `*` stands where no name is known."""

    kept: tuple[str, ...]  # stated, and kept by code
    unkept: tuple[str, ...]  # stated, and not kept yet
    silent: tuple[str, ...]  # code would keep it, the policy does not state it
    missing: tuple[str, ...]  # leaned on, wanted by the law, or part of the reference policy, and absent
    ownerless: tuple[str, ...]  # facts the language can state that no code keeps and no list admits

    @property
    def stated(self) -> int:
        return len(self.kept) + len(self.unkept)

    @property
    def percent(self) -> int:
        """Return the share of stated facts that are kept, rounded down, so that 100 means all of them."""
        return 100 * len(self.kept) // self.stated if self.stated else 0


def coverage(draft: Draft, keepers: Mapping[str, str] = KEEPERS, not_yet: tuple[Promise, ...] = NOT_YET) -> Coverage:
    """Measure one file against what keeps its clauses."""
    facts = [(path, pattern) for path, _ in draft.leaves() if (pattern := pattern_of(path)) not in ("", *NO_CLAUSE)]
    admitted = {pattern for promise in not_yet for pattern in promise.patterns}
    return Coverage(
        kept=_dotted(path for path, pattern in facts if pattern in keepers),
        unkept=_dotted(path for path, pattern in facts if pattern not in keepers),
        silent=_dotted(absent.silent(draft, tuple(keepers))),
        missing=tuple(dict.fromkeys((*_dotted(absent.missing(draft)), *_gone(draft)))),
        ownerless=tuple(
            pattern
            for pattern in schema.leaf_patterns()
            if pattern not in keepers and pattern not in admitted and pattern not in NO_CLAUSE
        ),
    )


def promises(draft: Draft, not_yet: tuple[Promise, ...] = NOT_YET) -> tuple[Promise, ...]:
    """Return the promises the file makes and the program does not keep yet."""
    stated = {pattern_of(path) for path, _ in draft.leaves()}
    return tuple(promise for promise in not_yet if stated & set(promise.patterns))


def pattern_of(path: paths.Path) -> str:
    """Return the pattern whose shape a path has; "" when the language has no such fact."""
    shapes = _by_length(len(path))
    return next((name for name, keys in shapes if all(k in ("*", p) for k, p in zip(keys, path, strict=True))), "")


@cache
def reference() -> tuple[str, ...]:
    """Return every fact of the reference policy, by path."""
    listed = resources.files("jikim.language").joinpath("reference.txt").read_text(encoding="utf-8")
    return tuple(line for line in listed.splitlines() if line and not line.startswith("#"))


def _gone(draft: Draft) -> tuple[str, ...]:
    """Return what the reference policy states and this file does not, when it claims to be the reference policy.

    A version never loses a fact. In other policies only facts that something leans on can be named as missing.
    """
    if (draft.text("policy.id"), draft.number("policy.version")) != REFERENCE:
        return ()
    return tuple(path for path in reference() if not draft.has(path))


@cache
def _by_length(length: int) -> tuple[tuple[str, paths.Path], ...]:
    shapes = ((pattern, paths.split(pattern)) for pattern in schema.leaf_patterns())
    return tuple((pattern, keys) for pattern, keys in shapes if len(keys) == length)


def _dotted(found: Iterable[paths.Path]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(paths.dotted(path).replace('"*"', "*") for path in found))
