"""What is wrong with a form, in one sentence each that says what to do. All of it at once."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from jikim.domain import consent, intake
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.web.faults import of_items
from jikim.web.public import form
from jikim.web.uploads import Posted


def of(policy: Policy, collection: Collection, posted: Posted, values: Mapping[str, str]) -> dict[str, str]:
    """Return field name → sentence, in the form's order; empty when the form may be stored."""
    found: dict[str, str] = {}
    if form.asks_age(policy, collection) and posted.words.get(form.AGE) != form.OF_AGE:
        found[form.AGE] = _("Choose one.")
    return found | of_items(policy, collection, posted, values) | _unticked(policy, collection, posted, values)


def given(policy: Policy, collection: Collection, posted: Posted) -> tuple[str, ...]:
    """Return the purposes whose box was ticked."""
    asked = consent.needed(policy, collection)
    return tuple(name for name in asked if posted.words.get(form.CONSENT + name) == "given")


def _unticked(policy: Policy, collection: Collection, posted: Posted, values: Mapping[str, str]) -> dict[str, str]:
    filled = intake.filled(policy, collection, values, posted.files.sent)
    missing = consent.missing(policy, collection, given(policy, collection, posted), filled)
    free = consent.refusable(policy, collection)
    return {form.CONSENT + name: _without_a_tick(may_be_refused=name in free) for name in missing}


def _without_a_tick(*, may_be_refused: bool) -> str:
    if may_be_refused:
        return _("Tick this box if you agree, or leave empty what it is for.")
    return _("Tick this box if you agree. Without it we may not take the inquiry through this form.")
