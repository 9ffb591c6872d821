"""What a collection accepts: only items it names, all that it requires, each of its kind and within its limits.

Source: Privacy Policy, "Items collected"; PIPA arts. 3(1), 16 (no more than the purpose needs). Problems name items and
limits, never what a person wrote.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from jikim.domain.errors import Refused
from jikim.domain.inquiry import Collection, Item
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind

# Ends of what anyone types into such a field; an item may set a smaller one (RFC 5321: an address has 254 octets).
MOST_CHARS = {
    ItemKind.TEXT: 200,
    ItemKind.LONGTEXT: 20_000,
    ItemKind.EMAIL: 254,
    ItemKind.PHONE: 32,
    ItemKind.BIRTH_DATE: 10,
    ItemKind.ADDRESS: 300,
    ItemKind.CHOICE: 40,
}
NAME_CHARS = 255  # of a file
_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@(?:[^\s@.<>(),;:\\\"\[\]]{1,63}\.)+[^\s@.<>(),;:\\\"\[\]]{2,63}")
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{6,30}")
PATTERNS = {ItemKind.EMAIL: _EMAIL.pattern, ItemKind.PHONE: _PHONE.pattern}  # to tell of a slip before it is sent
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # and halves of a letter, which no file takes
_TURNS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")  # show ".gnp.exe" as ".exe.png"
_BLANK = ("Cc", "Cf", "Zs", "Zl", "Zp")  # Unicode categories of what leaves no mark
_BLANK_LETTERS = "\u115f\u1160\u3164\uffa0\u2800"  # Hangul fillers and the empty Braille cell: letters without a mark


class Fault(StrEnum):
    """What can be wrong with one field; pages give each its own sentence."""

    NOT_ASKED = "not-asked"
    MISSING = "missing"
    TOO_LONG = "too-long"
    NOT_PLAIN = "not-plain"  # control characters, or several lines where one is asked for
    NOT_AN_EMAIL = "not-an-email"
    NOT_A_PHONE = "not-a-phone"
    NOT_A_DATE = "not-a-date"
    NOT_A_CHOICE = "not-a-choice"
    TOO_MANY_FILES = "too-many-files"
    FILE_EMPTY = "file-empty"
    FILE_TOO_BIG = "file-too-big"
    FILE_NAME = "file-name"
    NUMBERED = "numbered"  # it shows a resident registration number


@dataclass(frozen=True, slots=True)
class Problem:
    """One field's fault; limit: characters, files or bytes, 0 where none is meant; file: the name of the one meant."""

    item: str
    fault: Fault
    limit: int = 0
    file: str = field(default="", repr=False)  # "": no file is meant, or its name cannot be shown


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """One attached file, which was sealed while it arrived; neither its name nor what opens it shows in a repr.

    card: what opens the sealed bytes, itself to be sealed like any value; size: bytes in clear
    """

    name: str = field(repr=False)
    size: int
    card: bytes = field(default=b"", repr=False)
    item: str = ""  # "": the collection's only item of kind files
    is_numbered: bool = False  # it shows a resident registration number, which nobody may keep


class SubmissionRefused(Refused):
    """The form was not accepted; nothing was stored. `problems` says which fields, for the page to show."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        # An item that is not asked for is counted, not named: its name came from outside.
        named = {f"{p.item} is {p.fault}" for p in problems if p.fault != Fault.NOT_ASKED}
        unasked = sum(p.fault == Fault.NOT_ASKED for p in problems)
        facts = sorted(named) + ([f"{unasked} not asked for"] if unasked else [])
        super().__init__(f"the form has faults: {'; '.join(facts)}", hint="correct these fields and send it again")
        self.problems = problems


def tidy(values: Mapping[str, str]) -> dict[str, str]:
    """Return the values with single line ends and no blank edges; one that shows nothing is as good as none."""
    trimmed = {name: words.replace("\r\n", "\n").replace("\r", "\n").strip() for name, words in values.items()}
    return {name: words for name, words in trimmed.items() if _leaves_a_mark(words)}


def filled(
    policy: Policy, collection: Collection, values: Mapping[str, str], files: tuple[UploadedFile, ...]
) -> frozenset[str]:
    """Return the items for which something was sent; of tidied values."""
    asked = [policy.item(name) for name in collection.asked]
    return frozenset(item.name for item in asked if item.name in values or files_of(item, asked, files))


def _leaves_a_mark(words: str) -> bool:
    return any(unicodedata.category(letter) not in _BLANK and letter not in _BLANK_LETTERS for letter in words)


def problems(
    policy: Policy, collection: Collection, values: Mapping[str, str], files: tuple[UploadedFile, ...]
) -> tuple[Problem, ...]:
    """Return every fault of a submission at once, in the form's order; values as `tidy` leaves them."""
    asked = [policy.item(name) for name in collection.asked]
    written = {item.name: item for item in asked if item.kind != ItemKind.FILES}
    found = [Problem(name, Fault.NOT_ASKED) for name in sorted(values) if name not in written]
    for item in asked:
        found += (
            _of_files(item, files_of(item, asked, files)) if item.kind == ItemKind.FILES else _of_words(item, values)
        )
    held = {item.name for item in asked if item.kind == ItemKind.FILES and files_of(item, asked, files)}
    found += [Problem(n, Fault.MISSING) for n in collection.required if n not in values and n not in held]
    placed = sum(len(files_of(item, asked, files)) for item in asked if item.kind == ItemKind.FILES)
    if placed != len(files):
        found.append(Problem("", Fault.NOT_ASKED))
    return tuple(found)


def files_of(item: Item, asked: list[Item], files: tuple[UploadedFile, ...]) -> tuple[UploadedFile, ...]:
    """Return the files sent for one item; a file that names none belongs to the only item of its kind."""
    alone = [other for other in asked if other.kind == ItemKind.FILES] == [item]
    return tuple(file for file in files if file.item == item.name or (alone and not file.item))


def _of_words(item: Item, values: Mapping[str, str]) -> list[Problem]:
    words = values.get(item.name)
    if words is None:
        return []
    most = most_chars(item)
    if len(words) > most:
        return [Problem(item.name, Fault.TOO_LONG, most)]
    several_lines = item.kind not in (ItemKind.LONGTEXT, ItemKind.ADDRESS) and "\n" in words
    if several_lines or _CONTROL.search(words):
        return [Problem(item.name, Fault.NOT_PLAIN)]
    fault = _of_kind(item, words)
    return [Problem(item.name, fault)] if fault else []


def most_chars(item: Item) -> int:
    """Return how many characters an item takes: its own limit, never more than its kind has."""
    kind = MOST_CHARS.get(item.kind, 0)
    return min(item.max_chars or kind, kind)


def _of_kind(item: Item, words: str) -> Fault | None:
    match item.kind:
        case ItemKind.EMAIL:
            return None if _EMAIL.fullmatch(words) else Fault.NOT_AN_EMAIL
        case ItemKind.PHONE:
            return None if _PHONE.fullmatch(words) else Fault.NOT_A_PHONE
        case ItemKind.BIRTH_DATE:
            return None if _is_day(words) else Fault.NOT_A_DATE
        case ItemKind.CHOICE:
            return None if words in dict(item.choices) else Fault.NOT_A_CHOICE
        case _:
            return None


def _is_day(words: str) -> bool:
    try:
        return date.fromisoformat(words).isoformat() == words
    except ValueError:
        return False


def _of_files(item: Item, files: tuple[UploadedFile, ...]) -> list[Problem]:
    found = []
    if len(files) > item.max_files:
        found.append(Problem(item.name, Fault.TOO_MANY_FILES, item.max_files))
    faults = (of_file(item, file) for file in files)
    return found + [problem for problem in faults if problem]


def of_file(item: Item, file: UploadedFile) -> Problem | None:
    """Return what is wrong with one file by itself, None when nothing is."""
    name = shown(file.name)
    if not file.size:
        return Problem(item.name, Fault.FILE_EMPTY, file=name)
    if file.size > item.max_bytes:
        return Problem(item.name, Fault.FILE_TOO_BIG, item.max_bytes, name)
    return None if name else Problem(item.name, Fault.FILE_NAME, NAME_CHARS)


def shown(name: str) -> str:
    """Return a file's name when it can be shown as it is: one line, in the order of its letters; otherwise ""."""
    misleads = "\n" in name or _CONTROL.search(name) or _TURNS.search(name)
    return "" if misleads or len(name) > NAME_CHARS else name
