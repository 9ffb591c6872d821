"""What is wrong with a form, in one sentence each that says what to do. All of it at once."""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from jikim.domain import consent, identifiers, intake
from jikim.domain.inquiry import Collection
from jikim.domain.intake import UploadedFile
from jikim.domain.policy import Policy
from jikim.web.public import faults, form
from jikim.web.public.uploads import Posted


def of(policy: Policy, collection: Collection, posted: Posted, values: Mapping[str, str]) -> dict[str, str]:
    """Return field name → sentence, in the form's order; empty when the form may be stored."""
    found: dict[str, str] = {}
    if form.asks_age(policy, collection) and posted.words.get(form.AGE) != form.OF_AGE:
        found[form.AGE] = _("Choose one.")
    return found | of_items(policy, collection, posted, values) | _unticked(policy, collection, posted)


def of_items(policy: Policy, collection: Collection, posted: Posted, values: Mapping[str, str]) -> dict[str, str]:
    """Return item → sentence, in the collection's order; of what a person writes, without age and consents."""
    wrong = (*posted.problems, *intake.problems(policy, collection, values, posted.files))
    by_item = {problem.item: faults.said(problem) for problem in reversed(wrong)}
    numbered = _numbered(values, posted.files)
    said = ((name, by_item.get(name) or numbered.get(name)) for name in collection.asked)
    return {name: sentence for name, sentence in said if sentence}


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
    in_file = _(
        "A file seems to hold a resident registration number. The law does not let us take one here: cover it in "
        "the file, then choose the file again."
    )
    found = {name: faults.numbered() for name, words in values.items() if identifiers.has_resident_number(words)}
    for file in files:
        if identifiers.has_resident_number(file.name) or identifiers.file_has_resident_number(file.content):
            found[file.item] = in_file
    return found
