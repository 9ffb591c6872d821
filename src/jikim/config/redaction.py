"""A last net under the logs: what looks like a person, an address or a secret is blanked; exceptions lose their words.

The first rule is still not to log such things. Kept readable: UUIDs and lower-case hexadecimal digests.
"""

import logging
import re
import traceback
from types import TracebackType
from typing import TypeAlias

from jikim.domain.errors import JikimError

BLANK = "(blanked)"

_KEPT = r"(?P<kept>\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[0-9]*[a-f])[0-9a-f]{12,64}\b)"
_SHAPES = (
    r"[^\s@<>\"']+@[^\s@<>\"']+",  # an e-mail address
    r"\b\d{6}-?[1-8]\d{6}\b",  # a resident registration number
    r"(?<![\w.])\+?(?:\d{1,3}[ .-]?)?\d{2,4}[ .-]?\d{3,4}[ .-]?\d{4}\b",  # a telephone number
    r"\b\d{1,3}(?:\.\d{1,3}){3}\b",  # an IPv4 address
    r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:){4,7}[0-9a-fA-F]{1,4}\b",  # an IPv6 address; a time of day has fewer parts
    r"(?<![\w:])(?:[0-9a-fA-F]{1,4}:)*[0-9a-fA-F]{0,4}::[0-9a-fA-F:]*",  # the same, shortened
    r"\b[0-9A-Za-z]{5}(?:-[0-9A-Za-z]{5}){3}\b",  # a receipt code
    r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{24,}(?![\w-])",  # a token
)
_NET = re.compile("|".join((_KEPT, *_SHAPES)))

_Failure: TypeAlias = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)  # what logging hands over


def redact(words: str) -> str:
    return _NET.sub(lambda match: match[0] if match["kept"] else BLANK, words)


class RouteOnly(logging.Filter):
    """Says which page an event is about by its route. An address may be anything that somebody typed."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is not None and isinstance(record.args, tuple) and len(record.args) == 2:  # what happened, where
            match = getattr(request, "resolver_match", None)
            record.args = (record.args[0], f"/{match.route}" if match else "no page of ours")
        return True


class RedactingFormatter(logging.Formatter):
    """One line an event; of an exception its kind and where it passed, never its words or any line of source."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))

    def formatException(self, ei: _Failure) -> str:  # noqa: N802 - the name logging calls
        kind, error, trail = ei
        if kind is None or error is None:
            return ""
        passed = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trail)]
        said = f": {error.message}" if isinstance(error, JikimError) else ""
        return "\n".join([f"{kind.__module__}.{kind.__qualname__}{said}", *passed])

    def formatStack(self, stack_info: str) -> str:  # noqa: N802, ARG002 - a stack print shows source and values
        return ""
