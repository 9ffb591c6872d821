"""Why data is processed, what permits it, and what ends it. Source: PIPA arts. 15, 21(1), 22(3)."""

import re
from collections.abc import Iterator
from datetime import date

from jikim.domain.terms import Event, ItemKind, LegalBasis
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import listed, period, place, purposes_of
from jikim.packs.pack import Pack

BASIS = code(
    "E-BASIS",
    "A purpose or a group of cookies names no legal basis.",
    source="duty:legal-basis",
    hint="add basis: consent, contract, statute, legitimate-interest, vital-interest or public-safety",
)
SPLIT = code(
    "E-SPLIT",
    "Items cannot be told apart into those processed with consent and those processed without it.",
    source="content:items",
    hint="put each item under a purpose that has a basis; the page then makes the two lists",
)
VAGUE = code(
    "W-VAGUE",
    "A purpose is worded so openly that no event can end it.",
    source="content:purposes",
    hint="say what is done with the data and for whom, without 'such as', 'etc.' or '등'",
)
NO_END = code(
    "E-PURPOSE-END",
    "A purpose has no event that ends it, so its data would never be destroyed.",
    source="deadline:destruction",
    hint='add ends, for example ends = "inquiry.closed"',
)
NO_PERIOD = code(
    "E-PURPOSE-PERIOD",
    "A purpose ends when data is collected and keeps it for no time at all.",
    source="content:periods",
    hint='add period, for example period = "P3M"',
)
OPEN = code(
    "W-PURPOSE-OPEN",
    "A purpose waits for an event that may never come, and nothing ends it otherwise.",
    source="deadline:destruction",
    hint='add inactive_after, for example inactive_after = "P180D"',
)
BALANCING = code(
    "E-BALANCING",
    "A purpose rests on a legitimate interest and does not say why it outweighs the person's.",
    source="duty:legitimate-interest",
    hint="add balancing in every language: why the interest clearly outweighs the rights of the person",
)
LOG_PERIOD = code(
    "E-LOG-PERIOD",
    "An access log has no period of its own.",
    source="content:periods",
    hint='give it a purpose with ends = "collected" and a period, for example period = "P3M"',
)

_VAGUE = re.compile(
    r"\b(?:such as|including but not limited|etc\b|and so on|and the like|various|other purposes|service measures)"
    r"|(?<![가-힣])(?:기타|각종)(?![가-힣])|(?<=[가-힣])\s등(?=$|[\s.,)]|[을를의에])|여러 가지",
    re.IGNORECASE,
)
_MAY_NEVER_COME = {Event.INQUIRY_CLOSED, Event.PURPOSE_ACHIEVED, Event.CONSENT_WITHDRAWN}


@rule(BASIS)
def every_purpose_has_a_basis(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("purpose"):
        if not draft.has(("purpose", name, "basis")):
            yield BASIS.at(place("purpose", name, "basis"), f"the purpose {name} stands on no legal basis", pack)
    for name in draft.tables("cookies.group"):
        if not draft.has(("cookies", "group", name, "basis")):
            where = place("cookies", "group", name, "basis")
            yield BASIS.at(where, f"the cookies of {name} stand on no legal basis", pack)


@rule(SPLIT)
def items_fall_on_one_side(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    neither = [item for item in draft.tables("item") if _without_basis(draft, item)]
    if neither:
        message = f"neither with consent nor without it, on no stated ground: {listed(neither)}"
        yield SPLIT.at("purpose", message, pack)


def _without_basis(draft: Draft, item: str) -> bool:
    purposes = purposes_of(draft, item)
    return bool(purposes) and not any(draft.has(("purpose", name, "basis")) for name in purposes)


@rule(VAGUE)
def purposes_are_exact(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("purpose"):
        for language, words in draft.spoken(("purpose", name, "label")).items():
            if found := _VAGUE.search(words):
                message = f"the purpose {name} says “{found[0].strip()}”, which covers anything: no event can end it"
                yield VAGUE.at(place("purpose", name, "label", language), message, pack)


@rule(NO_END, NO_PERIOD, OPEN)
def every_purpose_ends(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("purpose"):
        here = ("purpose", name)
        ends = draft.text((*here, "ends"))
        if not draft.has((*here, "ends")):
            yield NO_END.at(place(*here, "ends"), f"no event ends the purpose {name}", pack)
        elif ends == Event.COLLECTED and not draft.has((*here, "period")):
            yield NO_PERIOD.at(place(*here, "period"), f"the purpose {name} ends as soon as it begins", pack)
        elif ends in _MAY_NEVER_COME and not draft.has((*here, "inactive_after")):
            message = f"the purpose {name} stays open for good when {ends} never comes"
            yield OPEN.at(place(*here, "inactive_after"), message, pack)


@rule(BALANCING)
def interests_are_weighed(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name in draft.tables("purpose"):
        here = ("purpose", name)
        if draft.text((*here, "basis")) == LegalBasis.LEGITIMATE_INTEREST and not draft.spoken((*here, "balancing")):
            yield BALANCING.at(place(*here, "balancing"), f"the purpose {name} weighs nothing", pack)


@rule(LOG_PERIOD)
def access_logs_have_a_period(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for item in draft.tables("item"):
        if draft.text(("item", item, "kind")) != ItemKind.ACCESS_LOG:
            continue
        clocks = [("purpose", name, key) for name in purposes_of(draft, item) for key in ("period", "inactive_after")]
        if not any(period(draft, clock) for clock in clocks):
            yield LOG_PERIOD.at(place("item", item), f"no purpose says how long {item} is kept", pack)
