"""What is wrong with a form, in one sentence each that says what to do. All of it at once."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jikim.domain import consent, identifiers, intake
from jikim.domain.inquiry import Collection
from jikim.domain.intake import Fault, Problem, UploadedFile
from jikim.domain.policy import Policy
from jikim.web.public import form
from jikim.web.public.uploads import Posted
from jikim.web.wording import count, size


def of(policy: Policy, collection: Collection, posted: Posted, values: Mapping[str, str]) -> dict[str, str]:
    """Return field name → sentence, in the form's order; empty when the form may be stored."""
    found: dict[str, str] = {}
    if form.asks_age(policy, collection) and posted.words.get(form.AGE) != form.OF_AGE:
        found[form.AGE] = _("Choose one.")
    wrong = (*posted.problems, *intake.problems(policy, collection, values, posted.files))
    by_item = {problem.item: said(problem) for problem in reversed(wrong)}
    numbered = _numbered(values, posted.files)
    for name in collection.asked:
        if sentence := by_item.get(name) or numbered.get(name):
            found[name] = sentence
    return found | _unticked(policy, collection, posted)


def given(policy: Policy, collection: Collection, posted: Posted) -> tuple[str, ...]:
    """Return the purposes whose box was ticked."""
    asked = consent.needed(policy, collection)
    return tuple(name for name in asked if posted.words.get(form.CONSENT + name) == "given")


def _unticked(policy: Policy, collection: Collection, posted: Posted) -> dict[str, str]:
    missing = set(consent.needed(policy, collection)) - set(given(policy, collection, posted))
    told = _("Tick this box if you agree. Without it we may not take the inquiry through this form.")
    return {form.CONSENT + name: told for name in consent.needed(policy, collection) if name in missing}


def _numbered(values: Mapping[str, str], files: Iterable[UploadedFile]) -> dict[str, str]:
    """Find resident registration numbers, which may not be taken even with consent (PIPA art. 24-2)."""
    told = _(
        "This seems to hold a resident registration number. The law does not let us take one here: remove or "
        "cover it. If it is another number, put a space inside it."
    )
    in_file = _(
        "A file seems to hold a resident registration number. The law does not let us take one here: cover it in "
        "the file, then choose the file again."
    )
    found = {name: told for name, words in values.items() if identifiers.has_resident_number(words)}
    for file in files:
        if identifiers.has_resident_number(file.name) or identifiers.file_has_resident_number(file.content):
            found[file.item] = in_file
    return found


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
            return _("A file is too large: at most %(size)s each. Choose again.") % {"size": size(problem.limit)}
        case fault:
            return _plain(fault)


def _plain(fault: Fault) -> str:
    return {
        Fault.MISSING: _("Please fill this in."),
        Fault.NOT_PLAIN: _("This holds characters that cannot be shown, or a line break. Type it again."),
        Fault.NOT_AN_EMAIL: _("This is not an email address we can answer to, like name@example.com."),
        Fault.NOT_A_PHONE: _("This is not a telephone number, like 02-123-4567."),
        Fault.NOT_A_DATE: _("This is not a day, like 1990-03-27."),
        Fault.NOT_A_CHOICE: _("Choose one of the answers listed."),
        Fault.FILE_EMPTY: _("A file is empty. Choose again without it."),
        Fault.FILE_NAME: _("A file name is too long or cannot be shown. Rename the file and choose again."),
        Fault.NOT_ASKED: _("Only files can be sent here, and words only in the fields for words."),
    }[fault]
