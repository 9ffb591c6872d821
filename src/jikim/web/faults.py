"""Faults of a field in people's words, and the limits by which the page's own script tells them at once."""

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jikim.domain import identifiers, intake
from jikim.domain.inquiry import Collection, Item
from jikim.domain.intake import Fault, Problem
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind
from jikim.web.uploads import Posted
from jikim.web.wording import count, size

FILE = "{file}"  # where the page's script puts the name of a file that it refuses itself
UNSHOWN = "…"  # instead of a name that cannot be shown
OF_KIND = {ItemKind.EMAIL: Fault.NOT_AN_EMAIL, ItemKind.PHONE: Fault.NOT_A_PHONE, ItemKind.BIRTH_DATE: Fault.NOT_A_DATE}


def limits(item: Item, *, required: bool) -> Iterator[tuple[str, str]]:
    """Tell one field's limits and what to say beyond each, as names and words of `data-` attributes."""
    if required:
        yield "missing", said(Problem(item.name, Fault.MISSING))
    if item.kind == ItemKind.FILES:
        yield "most-files", str(item.max_files)
        yield "most-bytes", str(item.max_bytes)
        yield "too-many", said(Problem(item.name, Fault.TOO_MANY_FILES, item.max_files))
        yield "too-big", said(Problem(item.name, Fault.FILE_TOO_BIG, item.max_bytes, FILE))
        yield "empty", said(Problem(item.name, Fault.FILE_EMPTY, file=FILE))
        return
    most = intake.most_chars(item)
    yield "most", str(most)
    yield "too-long", said(Problem(item.name, Fault.TOO_LONG, most))
    yield "number-pattern", identifiers.PATTERN
    yield "numbered", numbered()
    if pattern := intake.PATTERNS.get(item.kind):
        yield "pattern", pattern
        yield "not-of-kind", said(Problem(item.name, OF_KIND[item.kind]))


def of_items(policy: Policy, collection: Collection, posted: Posted, values: Mapping[str, str]) -> dict[str, str]:
    """Return item → sentence, in the collection's order; of what a person writes, without age and consents."""
    wrong = (*posted.problems, *intake.problems(policy, collection, values, posted.files.sent))
    by_item = {problem.item: said(problem) for problem in reversed(wrong)}
    with_number = {name: numbered() for name, words in values.items() if identifiers.has_resident_number(words)}
    told = ((name, by_item.get(name) or with_number.get(name)) for name in collection.asked)
    return {name: sentence for name, sentence in told if sentence}


def numbered() -> str:
    """Say that words seem to hold a resident registration number, and what to do."""
    return _(
        "This seems to hold a resident registration number. The law does not let us take one here: remove or "
        "cover it. If it is another number, put a space inside it."
    )


def said(problem: Problem) -> str:
    """Say one fault and its remedy."""
    match problem.fault:
        case Fault.TOO_LONG:
            return ngettext(
                "Too long: at most %(limit)s character.", "Too long: at most %(limit)s characters.", problem.limit
            ) % {"limit": count(problem.limit)}
        case Fault.TOO_MANY_FILES:
            return ngettext(
                "Too many: at most %(limit)s file. Choose again.", "Too many: at most %(limit)s files. Choose again.",
                problem.limit,
            ) % {"limit": count(problem.limit)}  # fmt: skip
        case Fault.FILE_TOO_BIG:
            words = _("“%(file)s” is too large: at most %(size)s each. Choose again.")
            return words % {"file": problem.file or UNSHOWN, "size": size(problem.limit)}
        case fault:
            return _plain(fault) % {"file": problem.file or UNSHOWN}


def _plain(fault: Fault) -> str:
    return {
        Fault.MISSING: _("Please fill this in."),
        Fault.NOT_PLAIN: _("This holds characters that cannot be shown, or a line break. Type it again."),
        Fault.NOT_AN_EMAIL: _("This is not an email address we can answer to, like name@example.com."),
        Fault.NOT_A_PHONE: _("This is not a telephone number, like 02-123-4567."),
        Fault.NOT_A_DATE: _("This is not a day, like 1990-03-27."),
        Fault.NOT_A_CHOICE: _("Choose one of the answers listed."),
        Fault.FILE_EMPTY: _("“%(file)s” is empty. Choose again without it."),
        Fault.FILE_NAME: _("A file name is too long or cannot be shown. Rename the file and choose again."),
        Fault.NUMBERED: _(
            "“%(file)s” seems to hold a resident registration number. The law does not let us take one here: cover it "
            "in the file, and in its name, then choose the file again."
        ),
        Fault.NOT_ASKED: _("Only files can be sent here, and words only in the fields for words."),
    }[fault]
