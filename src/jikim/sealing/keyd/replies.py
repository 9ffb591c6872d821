"""Errors on the wire: the name of a class from a closed list, a fact and a hint. No traceback ever leaves a process."""

from collections.abc import Mapping
from types import ModuleType

from jikim.domain import checkpoint, journal, mailbox, passkey
from jikim.domain import errors as domain_errors
from jikim.domain.errors import JikimError
from jikim.sealing import errors
from jikim.sealing.errors import KeyringUnavailable
from jikim.sealing.index import errors as index_errors
from jikim.sealing.journal import errors as journal_errors
from jikim.sealing.keyd.wire import Frame, encode
from jikim.sealing.tree import errors as tree_errors

MOST_CHARS = 2_000
LOOK_AT_THE_LOG = "look at the key daemon's log, then try again"


def _errors_of(*modules: ModuleType) -> dict[str, type[JikimError]]:
    return {
        name: kind
        for module in modules
        for name, kind in vars(module).items()
        if isinstance(kind, type) and issubclass(kind, JikimError)
    }


KNOWN: Mapping[str, type[JikimError]] = _errors_of(
    domain_errors, errors, tree_errors, index_errors, journal_errors, journal, checkpoint, mailbox, passkey
)


def error_reply(call_id: str, error: JikimError) -> bytes:
    """Return the reply that makes the caller raise this error."""
    name = type(error).__name__
    if KNOWN.get(name) is not type(error):
        error = unforeseen(error)
        name = type(error).__name__
    words = {"id": call_id, "error": name, "message": error.message[:MOST_CHARS], "hint": error.hint[:MOST_CHARS]}
    return encode(Frame(words))


def unforeseen(error: BaseException) -> KeyringUnavailable:
    """Return what callers are told of an error that nobody foresaw: its type and nothing else."""
    return KeyringUnavailable(f"the key daemon could not do this: {type(error).__name__}", hint=LOOK_AT_THE_LOG)


def raised_by(head: Mapping[str, object]) -> JikimError:
    """Return the error that a reply tells."""
    kind = KNOWN.get(str(head.get("error")), KeyringUnavailable)
    return kind(str(head.get("message", "")), hint=str(head.get("hint", "")))
