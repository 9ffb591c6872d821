"""The one spelling of a policy: RFC 8785 of the keys the author wrote and the schema id, never a default.

Its SHA-256 is the version's identity: key order, white space and comments never change it, any changed fact does.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from jikim.domain.errors import Misused
from jikim.language import path as paths
from jikim.language.tables import SCHEMA

MAX_INTEGER = 2**53 - 1  # beyond it RFC 8785 numbers are no longer exact


class NotCanonical(Misused):
    """The value has no canonical form, or the bytes are not one; nothing was stored."""


def canonical(raw: Mapping[str, Any]) -> bytes:
    """Write a policy's raw tables in their one spelling, UTF-8.

    raises: NotCanonical for a fraction, a number beyond 2^53 - 1, or a time without its offset
    """
    return _write({"schema": SCHEMA, **raw}, ()).encode()


def fingerprint(raw: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(raw)).hexdigest()


def restore(data: bytes) -> dict[str, Any]:
    """Read a stored canonical form back; raises NotCanonical unless it is one to the byte."""
    try:
        raw = json.loads(data)
        if isinstance(raw, dict) and canonical(raw) == data:
            return raw
    except (ValueError, RecursionError, NotCanonical):
        pass  # said below, with every other way of not being one
    raise NotCanonical("these bytes are not the canonical form of a policy", hint="restore the database from a backup")


def _write(value: object, path: paths.Path) -> str:
    if isinstance(value, Mapping):
        members = sorted(
            ((str(key), below) for key, below in value.items()), key=lambda pair: _code_units(pair[0], path)
        )
        return "{" + ",".join(f"{_quote(key)}:{_write(below, (*path, key))}" for key, below in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_write(below, (*path, str(number))) for number, below in enumerate(value)) + "]"
    return _scalar(value, path)


def _scalar(value: object, path: paths.Path) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        _code_units(value, path)
        return _quote(value)
    if isinstance(value, int) and abs(value) <= MAX_INTEGER:
        return str(value)
    if isinstance(value, datetime) and value.tzinfo is not None:
        return _quote(value.isoformat())
    if isinstance(value, date) and not isinstance(value, datetime):
        return _quote(value.isoformat())
    raise NotCanonical(f"{paths.dotted(path)} has no canonical form", hint=_hint(value))


def _quote(text: str) -> str:
    """Escape as ECMAScript does; Python's writer agrees with RFC 8785 section 3.2.2.2 on every character."""
    return json.dumps(text, ensure_ascii=False)


def _code_units(text: str, path: paths.Path) -> bytes:
    """Return UTF-16 code units, the order of RFC 8785; half a surrogate pair is no text."""
    try:
        return text.encode("utf-16-be")
    except UnicodeEncodeError:
        raise NotCanonical(f"{paths.dotted(path)} is not text", hint="remove half of a surrogate pair") from None


def _hint(value: object) -> str:
    if isinstance(value, int):
        return f"whole numbers go up to {MAX_INTEGER}"
    if isinstance(value, datetime):
        return "a time needs its offset, such as +09:00"
    return "write a whole number or a text" if isinstance(value, float) else "write a text"
