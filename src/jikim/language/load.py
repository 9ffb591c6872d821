"""Read a policy file, or say exactly why it cannot be read. Every refusal happens before anything is believed."""

import re
import tomllib
from pathlib import Path
from typing import Any

from jikim.domain.errors import Misused
from jikim.language import path as paths
from jikim.language.draft import Draft, leaves

__all__ = ["MAX_BYTES", "MAX_DEPTH", "Draft", "UnreadablePolicy", "parse", "read"]

MAX_BYTES = 1024 * 1024  # the longest real policy is near 30 kB; more is a wrong file or an attack
MAX_NUMBER = 2**63 - 1  # what a TOML number may be; Python reads hexadecimal ones of any length and cannot print them
MAX_DEPTH = 16  # the language needs 5; tomllib recurses, and takes quadratic time on long dotted keys


class UnreadablePolicy(Misused):
    """The file is not a policy at all; nothing of it was used."""


def read(path: str | Path) -> Draft:
    """Read a file; raises UnreadablePolicy, never OSError. Nothing beyond the limit is read."""
    name = "".join(c if c.isprintable() else "?" for c in str(path))
    try:
        with Path(path).open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except IsADirectoryError:
        raise UnreadablePolicy(f"{name} is a directory", hint="name the .toml file inside it") from None
    except FileNotFoundError:
        raise UnreadablePolicy(f"there is no file {name}", hint="check the path and the directory") from None
    except PermissionError:
        raise UnreadablePolicy(f"{name} may not be read by this user", hint="change its owner or its mode") from None
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or "its name is not a path"
        raise UnreadablePolicy(f"{name} cannot be read: {why}", hint="check the path and the disk it is on") from None
    return parse(data, name)


def parse(data: bytes, name: str) -> Draft:
    """Turn bytes into a Draft; raises UnreadablePolicy with line, column and what is wrong."""
    if len(data) > MAX_BYTES:
        raise UnreadablePolicy(
            f"{name} is larger than {MAX_BYTES} bytes, the most a policy may have",
            hint="check that this is the policy file and not something else",
        )
    source = _decode(data, name)
    _refuse_depth(source, name)
    raw = _toml(source, name)
    if not raw:
        raise UnreadablePolicy(f"{name} is empty", hint="copy policies/example/1.toml and change its facts")
    _refuse_wide_numbers(raw, name)
    return Draft(name=name, source=source, raw=raw)


def _refuse_wide_numbers(raw: dict[str, Any], name: str) -> None:
    for path, value in leaves(raw):
        numbers = value if isinstance(value, list) else [value]
        if any(isinstance(number, int) and abs(number) > MAX_NUMBER for number in numbers):
            raise UnreadablePolicy(
                f"{name}: {paths.dotted(path)} is a number with too many digits", hint="write a smaller number"
            )


def _decode(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")  # some editors write a byte-order mark
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadablePolicy(
            f"{name} is not UTF-8: the byte at offset {error.start} (line {line}) begins no character",
            hint="save the file as UTF-8 (Korean editors often save as EUC-KR or CP949) and try again",
        ) from None


# --- depth -----------------------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"{3,5})?'
    r"|'''(?:[^']|'(?!''))*+(?:'{3,5})?"
    r'|"(?:[^"\\\n]|\\.)*+"?'
    r"|'[^'\n]*+'?"
    r"|\#[^\n]*+"
    r"|[\[\]{}.,=\n]",
    re.DOTALL,
)


def _refuse_depth(source: str, name: str) -> None:
    """Bound brackets and dotted keys without recursion, before the parser sees them."""
    depth = dots = 0
    for token in _TOKEN.finditer(source):
        mark = token[0]
        depth = max(0, depth + (mark in "[{") - (mark in "]}")) if len(mark) == 1 else depth
        dots = dots + 1 if mark == "." else dots if mark[0] in "\"'" else 0
        if depth > MAX_DEPTH or dots > MAX_DEPTH:
            raise UnreadablePolicy(
                f"{name}: line {source.count(chr(10), 0, token.start()) + 1}: nested more than {MAX_DEPTH} deep",
                hint="a policy is never that deep: look for a bracket that is not closed",
            )


# --- TOML ------------------------------------------------------------------------------------------------------------

_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)\Z")
_KEY = re.compile(r"[ \t,{]*([A-Za-z0-9_.\"' -]{1,80}?)[ \t]*=")

_SAID: tuple[tuple[str, str, str], ...] = (  # how tomllib begins, what we say, the next step
    ("Cannot overwrite a value", "the key {key} is given twice", "keep one of the two"),
    ("Duplicate inline table key", "the key {key} is given twice on one line", "keep one of the two"),
    ("Cannot declare", "the table [{header}] is opened twice", "put its keys under one header"),
    ("Cannot mutate immutable", "a table closed on its own line is opened again", "write all its keys in one place"),
    ("Invalid value", "TOML cannot read this value", "texts stand in quotes, lists in [ ], tables in { }"),
    ("Invalid statement", "neither a key nor a table", "write key = value; keys not in plain ASCII stand in quotes"),
    ("Illegal character '\\n'", "a text is not closed on its line", "add the missing quote"),
    ("Unterminated string", "a text is not closed", "add the missing quotes"),
    ("Expected newline", "something follows a value that is complete", "put one key = value on each line"),
    ("Unclosed array", "a list is not closed", "add the missing ]"),
    ("Expected '='", "a key without =", "write key = value; a table header stands in [ ]"),
    ("Invalid date", "no such date or time", "write 2026-10-02 or 2026-10-02T00:00:00+09:00"),
    ("Exceeds the limit", "a number with too many digits", "write a smaller number"),
)
_PLAIN_HINT = "correct that line; TOML is described at https://toml.io"


def _toml(source: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(source)
    except ValueError as error:  # tomllib.TOMLDecodeError, and int() on numbers of thousands of digits
        where, said, hint = _explain(str(error), source)
        raise UnreadablePolicy(f"{name}: {where}{said}", hint=hint) from None


def _explain(message: str, source: str) -> tuple[str, str, str]:
    """Return where, what is wrong and the next step, in words that do not need the parser's source to understand."""
    found = _PLACE.search(message)
    line, column = (found["line"], found["column"]) if found else (None, None)
    last = source.rstrip().count("\n") + 1
    where = f"line {line}, column {column}: " if line else f"line {last}, the end of the file: " if found else ""
    bare = message[: found.start()] if found else message
    for start, said, hint in _SAID:
        if bare.startswith(start):
            quoted = ".".join(re.findall(r"'([^']*)'", bare))[:80]
            key = quoted or _key_before(source, int(line) if line else last)
            return where, said.replace("{key}", key).replace("{header}", quoted), hint
    return where, bare[:1].lower() + bare[1:], _PLAIN_HINT


def _key_before(source: str, line: int) -> str:
    """Name the key whose value ends on a line: the nearest `key =` at or above it."""
    keys = (_KEY.match(text) for text in reversed(source.split("\n")[:line]))
    return next((found[1].strip() for found in keys if found), "on this line")
