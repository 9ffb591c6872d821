"""What is wrong with the shape of a policy file: every problem at once, with the nearest word the language knows."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from jikim.language import path as paths
from jikim.language.tables import SCHEMA, PolicyFile, Table

__all__ = ["SCHEMA", "ProblemKind", "SchemaProblem", "json_schema", "leaf_patterns", "problems"]

_ECHOED = 40  # characters: longer values may be anything, a person's words too
_GUESSED = 100  # problems that get a nearest word; a file with more is not one typing error away from right


class ProblemKind(StrEnum):
    UNKNOWN_KEY = "unknown-key"
    UNKNOWN_WORD = "unknown-word"
    WRONG_TYPE = "wrong-type"
    MISSING = "missing"
    BAD_VALUE = "bad-value"


@dataclass(frozen=True, slots=True)
class SchemaProblem:
    """One thing that is not in the language."""

    path: str
    kind: ProblemKind
    given: str  # what was written, "" when it is long or a table
    nearest: str  # the nearest known key or word, "" when none is near
    wanted: str  # what may stand there, in words


def problems(raw: Mapping[str, Any]) -> tuple[SchemaProblem, ...]:
    """Return every problem of a file's shape, in the order of the language; empty when it can be compiled from here."""
    try:
        PolicyFile.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False)
        return tuple(_problem(detail, guess=number < _GUESSED) for number, detail in enumerate(details))
    return ()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the language, for editors."""
    return PolicyFile.model_json_schema(by_alias=True)


@cache
def leaf_patterns() -> tuple[str, ...]:
    """Return every fact the language can state, with `*` for names: `item.*.kind`, `retention.rule.*.period`."""
    return tuple(paths.dotted(path).replace('"*"', "*") for path in _patterns(PolicyFile))


# --- problems --------------------------------------------------------------------------------------------------------

_QUOTED = re.compile(r"'([^']*)'")
_TYPES = {
    "string": "a text in quotes",
    "int": "a whole number",
    "list": "a list in [ ]",
    "dict": "a table",
    "model": "a table",
    "date": "a date",
}
_PATTERNS = {
    "^[a-z][a-z0-9_-]{0,39}$": "a name of at most 40 lower-case letters, digits, - and _, a letter first",
    "^[a-z]{2}:": "an entry of a rule pack, such as kr:pipa",
    "^[A-Za-z0-9._+-]+@": "an email address",
    "^\\+?": "a telephone number of at least three digits, with spaces and -",
    "^[A-Z]{2}$": "a country as two capital letters, such as KR",
    "^[EW]-": "the code of a finding, such as W-VAGUE",
    "^[1-9]": "the number of a version, such as 1",
    "^[!#": "the name of a cookie: letters, digits, and - _ . without spaces",
    "^[^\\x00": "words without control characters and invisible letters",
}


_BOUNDS = {
    "greater_than_equal": "a whole number of at least {ge}",
    "less_than_equal": "a whole number of at most {le}",
    "too_short": "a list that is not empty",
    "string_too_short": "at least {min_length} letter",
    "string_too_long": "at most {max_length} letters",
}


def _problem(detail: ErrorDetails, *, guess: bool) -> SchemaProblem:
    keys = tuple(str(part) for part in detail["loc"])
    is_key = len(keys) > 1 and keys[-1] == "[key]" and detail["type"] != "extra_forbidden"  # not a key of that name
    keys = keys[:-1] if is_key else keys
    kind, known = _kind(detail, keys, is_key=is_key)
    given = keys[-1] if kind is ProblemKind.UNKNOWN_KEY else detail["input"]
    nearest = _nearest(given, known) if guess and isinstance(given, str) else ""
    wanted = "one of: " + ", ".join(known) if known else _wanted(detail)
    return SchemaProblem(paths.dotted(keys), kind, _echo(given), nearest, wanted)


def _kind(detail: ErrorDetails, keys: paths.Path, *, is_key: bool) -> tuple[ProblemKind, tuple[str, ...]]:
    what = detail["type"]
    if what == "missing":
        return ProblemKind.MISSING, ()
    if what == "extra_forbidden":
        return ProblemKind.UNKNOWN_KEY, _keys_at(keys[:-1])
    if what in ("enum", "literal_error"):
        known = tuple(_QUOTED.findall(str(detail["ctx"]["expected"])))
        is_word = isinstance(detail["input"], str)
        unknown = ProblemKind.UNKNOWN_KEY if is_key else ProblemKind.UNKNOWN_WORD
        return (unknown if is_word else ProblemKind.WRONG_TYPE), known
    return (ProblemKind.WRONG_TYPE if what.endswith("_type") else ProblemKind.BAD_VALUE), ()


def _wanted(detail: ErrorDetails) -> str:
    what, context = detail["type"], detail.get("ctx", {})
    if what == "string_pattern_mismatch":
        return next(
            (words for start, words in _PATTERNS.items() if context["pattern"].startswith(start)), "other letters"
        )
    if what.endswith("_type"):
        return _TYPES.get(what.removesuffix("_type"), "another type")
    if what == "missing":
        return "a value"
    return next((words.format(**context) for kind, words in _BOUNDS.items() if kind == what), "") or context["hint"]


def _echo(given: object) -> str:
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, str | int):
        return str(given) if len(str(given)) <= _ECHOED and str(given).isprintable() else ""
    return ""


def _nearest(given: str, known: Iterable[str]) -> str:
    if len(given) > _ECHOED:
        return ""
    near = get_close_matches(given.lower().replace(" ", "-"), tuple(known), n=1, cutoff=0.6)
    return near[0] if near else ""


# --- the shape of the language ---------------------------------------------------------------------------------------


def _patterns(table: type[BaseModel], path: paths.Path = ()) -> Iterator[paths.Path]:
    for name, field in table.model_fields.items():
        yield from _below(field.annotation, (*path, field.alias or name))


def _below(annotation: Any, path: paths.Path) -> Iterator[paths.Path]:
    """Follow one annotation to the facts below it."""
    inner = _bare(annotation)
    if isinstance(inner, type) and issubclass(inner, Table):
        yield from _patterns(inner, path)
    elif get_origin(inner) is dict:
        yield from _below(get_args(inner)[1], (*path, "*"))
    elif get_origin(inner) is list and isinstance(row := _bare(get_args(inner)[0]), type) and issubclass(row, Table):
        yield from _patterns(row, (*path, "*"))
    else:
        yield path


def _bare(annotation: Any) -> Any:
    """Take Annotated and Optional off."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) is Union or type(annotation).__name__ == "UnionType":
        return _bare(next(part for part in get_args(annotation) if part is not type(None)))
    return annotation


def _keys_at(path: paths.Path) -> tuple[str, ...]:
    """Return the keys the language knows in the table at a path."""
    here: Any = PolicyFile
    for key in path:
        here = _step(here, key)
    if isinstance(here, type) and issubclass(here, Table):
        return tuple(field.alias or name for name, field in here.model_fields.items())
    return ()


def _step(here: Any, key: str) -> Any:
    if isinstance(here, type) and issubclass(here, Table):
        fields = {field.alias or name: field.annotation for name, field in here.model_fields.items()}
        return _bare(fields.get(key))
    arguments = get_args(here)
    return _bare(arguments[-1]) if arguments else None
