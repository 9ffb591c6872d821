"""What is wrong with a form, in one sentence each that says what to do. All of it at once."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from jikim.domain import consent
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
    return found | of_items(policy, collection, posted, values) | _unticked(policy, collection, posted)


def given(policy: Policy, collection: Collection, posted: Posted) -> tuple[str, ...]:
    """Return the purposes whose box was ticked."""
    asked = consent.needed(policy, collection)
    return tuple(name for name in asked if posted.words.get(form.CONSENT + name) == "given")


def _unticked(policy: Policy, collection: Collection, posted: Posted) -> dict[str, str]:
    ticked = given(policy, collection, posted)
    missing = [name for name in consent.needed(policy, collection) if name not in ticked]
    if not missing:
        return {}
    told = _("Tick this box if you agree. Without it we may not take the inquiry through this form.")
    return {form.CONSENT + name: told for name in missing}
