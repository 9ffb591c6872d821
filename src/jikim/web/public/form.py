"""The inquiry form as a value: one field for each item the policy asks, the notice, and the consents it needs.

Source: Privacy Policy, "Items collected"; PIPA arts. 15(2), 16, 22, 22-2(1). What was typed comes back after a mistake;
what was ticked does not: a consent is given each time anew, beside the words it means.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from jikim.clock import wall_now
from jikim.domain import consent
from jikim.domain.inquiry import Collection
from jikim.domain.policy import Policy
from jikim.domain.terms import Event
from jikim.language import notice as notices
from jikim.language.notice import Notice
from jikim.queries.policies import Published
from jikim.web import fields
from jikim.web.fields import Field
from jikim.web.public import served
from jikim.web.waiting import Files

AGE, SERVED, CONSENT = "age", "served", "consent-"
TRAP, WORK = "your-website", "work"  # what no person sees; what the browser worked out
SHOW, RECEIPT = "show", "receipt"  # the form comes again by its own script, only to show what became of it
OF_AGE, CHILD = "of-age", "child"


@dataclass(frozen=True, slots=True)
class ConsentBox:
    """One purpose that rests on consent. It knows no ticked state, so no template can tick it."""

    name: str
    sentence: str  # a line of the notice, so that the digest covers it
    required: bool
    mistake: str


@dataclass(frozen=True, slots=True)
class Form:
    """All a page needs to ask once."""

    published: Published
    collection: Collection
    notice: Notice
    served: str
    asks_age: bool
    age: str
    fields: tuple[Field, ...]
    boxes: tuple[ConsentBox, ...]
    mistakes: Mapping[str, str]
    keeps_files: bool = False  # files wait in it
    is_short: bool = False  # files have to be chosen again


def inquiry_collection(policy: Policy) -> Collection | None:
    """Return the way inquiries come in: the first form for a purpose that ends when an inquiry is closed."""
    answering = {purpose.name for purpose in policy.purposes if purpose.ends == Event.INQUIRY_CLOSED}
    forms = (found for found in policy.collections if answering & set(found.purposes))
    return next(forms, None)


def build(
    published: Published,
    collection: Collection,
    language: str,
    words: Mapping[str, str] | None = None,
    mistakes: Mapping[str, str] | None = None,
    *,
    files: Files | None = None,
    token: str = "",
) -> Form:
    """Build the form, empty or with what was typed, what was attached, and what is wrong with it.

    token: of the form that was sent, where the very same may be sent once more; "" makes a new one
    """
    typed, wrong = words or {}, mistakes or {}
    policy = published.policy
    notice = notices.build(policy, collection, language)
    token = token or served.serve(collection.name, language, published.number, notice, wall_now())
    held = files.held_for(served.name_of(token)) if files else ()
    return Form(
        published=published,
        collection=collection,
        notice=notice,
        served=token,
        asks_age=asks_age(policy, collection),
        age=typed.get(AGE, ""),
        fields=fields.of(policy, collection, typed, wrong, held),
        boxes=_boxes(policy, collection, notice, wrong),
        mistakes=wrong,
        keeps_files=bool(held),
        is_short=bool(files and files.is_short),
    )


def asks_age(policy: Policy, collection: Collection) -> bool:
    """Say whether the form asks, before anything else, if a child is writing.

    Also where a representative could agree for one: nobody here can tell yet that they did (PIPA art. 22-2(1)).
    """
    minds = collection.minors is not None and bool(policy.rights.minors_under)
    return minds and bool(consent.needed(policy, collection))


def names(policy: Policy, collection: Collection) -> frozenset[str]:
    """Return every field name the form has; others are not ours."""
    boxes = {CONSENT + name for name in consent.needed(policy, collection)}
    age = {AGE} if asks_age(policy, collection) else set()
    return frozenset({SERVED, TRAP, WORK, SHOW, *collection.asked, *boxes, *age})


def _boxes(policy: Policy, collection: Collection, notice: Notice, wrong: Mapping[str, str]) -> tuple[ConsentBox, ...]:
    free, said = consent.refusable(policy, collection), {asked.purpose: asked.sentence for asked in notice.consents}
    return tuple(
        ConsentBox(CONSENT + name, said[name], name not in free, wrong.get(CONSENT + name, ""))
        for name in consent.needed(policy, collection)
    )
