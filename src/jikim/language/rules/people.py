"""Rights, children, members, processors and cookies: promises to people that must be whole."""

from collections.abc import Iterator
from datetime import date

from jikim.domain.terms import LegalBasis
from jikim.domain.vocabulary import Browser, CollectionMethod, CookieMode, Measure, RightsAction
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import listed, period, place, shorter
from jikim.packs.pack import Pack

DEADLINE = code(
    "E-DEADLINE",
    "A right has no deadline.",
    source="content:rights",
    hint='add it to [rights.deadline], for example access = "P10D"',
)
LATE = code(
    "E-DEADLINE-LATE",
    "A right is answered later than the law allows.",
    source="content:rights",
    hint="promise the law's period or less",
)
MEMBERS = code(
    "E-MEMBERSHIP",
    "Membership is spoken of, and no item of members is named.",
    source="content:items",
    hint="add [rights.membership] with items, or take cancel-membership out of the rights",
)
PROCESSORS = code(
    "E-PROCESSORS",
    "Work is entrusted to companies that the policy does not name.",
    source="content:consignment",
    hint='add [sharing.processor.NAME] for each, or processors = "none" while there is none',
)
BOTH = code(
    "E-PROCESSORS-NONE",
    "The policy says that nobody processes data for the company, and names who does.",
    source="content:consignment",
    hint='remove processors = "none", or the processors',
)
ABROAD = code(
    "E-OVERSEAS",
    "A processor is abroad, and the policy says that nothing goes overseas.",
    source="content:overseas",
    hint='remove overseas = "none" and state the transfer, or choose a processor in the country',
)
BROWSER = code(
    "W-BROWSER",
    "The help on refusing cookies is for browsers nobody has any more.",
    source="duty:clear-words",
    hint='write the browsers of today: browser_help = ["chrome", "edge", "firefox", "safari"]',
)
TRACKING = code(
    "E-COOKIE-CONSENT",
    "Cookies that follow a person rest on something else than consent.",
    source="duty:legal-basis",
    hint='write basis = "consent"',
)
DEFAULT = code(
    "E-COOKIE-DEFAULT",
    "Cookies are accepted for people who have chosen nothing.",
    source="duty:free-choice",
    hint='write default = "refuse-all"',
)

NO_COOKIES = code(
    "E-COOKIES-NONE",
    "The policy says that the site uses no cookies, and describes some.",
    source="content:cookies",
    hint='remove use = "none", or the cookies and the collections by cookies',
)
AGE = code(
    "E-MINORS-AGE",
    "The policy takes fewer people for children than the law does.",
    source="duty:children",
    hint="write under = 14 in [rights.minors]",
)

_CHILD = 14  # years (PIPA art. 22-2(1))
_FOLLOWS = {Measure.TASTES, Measure.INTERESTS, Measure.TRACES, Measure.EVENTS_JOINED}
_STATUTORY = (
    RightsAction.ACCESS,
    RightsAction.RECTIFY,
    RightsAction.ERASE,
    RightsAction.SUSPEND,
    RightsAction.WITHDRAW_CONSENT,
)


@rule(DEADLINE, LATE)
def rights_have_deadlines(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    if not draft.table("rights"):
        return
    limits = {deadline.id: deadline.limit for deadline in pack.deadlines}
    for action in dict.fromkeys([*_STATUTORY, *draft.words("rights.actions")]):
        where = ("rights", "deadline", action)
        stated, limit = period(draft, where), limits.get(action)
        if not draft.has(where):
            source = f"deadline:{action}" if action in limits else ""
            yield DEADLINE.at(place(*where), f"the right to {action} has no deadline", pack, source=source)
        elif stated and limit and shorter(limit, stated):
            message = f"{action} is promised in {stated}; the law says {limit}"
            yield LATE.at(place(*where), message, pack, source=f"deadline:{action}")


@rule(MEMBERS)
def members_have_items(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    spoken = (
        draft.has("rights.membership")
        or RightsAction.CANCEL_MEMBERSHIP in draft.words("rights.actions")
        or draft.has(("rights", "deadline", RightsAction.CANCEL_MEMBERSHIP))
    )
    if spoken and not draft.words("rights.membership.items"):
        message = "membership can be cancelled, and holds nothing that is named"
        yield MEMBERS.at("rights.membership.items", message, pack)


@rule(PROCESSORS, BOTH, ABROAD)
def processors_are_named(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    named, none = draft.tables("sharing.processor"), draft.text("sharing.consignment.processors") == "none"
    kinds = draft.words("sharing.consignment.kinds")
    if kinds and not named and not none:
        message = f"{listed(kinds)} may be entrusted, and nobody is named"
        yield PROCESSORS.at("sharing.consignment.processors", message, pack)
    if named and none:
        yield BOTH.at("sharing.consignment.processors", f"none, and yet {listed(named)}", pack)
    home = pack.id.upper()
    abroad = [name for name, table in named.items() if table.get("country") not in (None, home)]
    if abroad and draft.text("sharing.overseas") == "none":
        yield ABROAD.at("sharing.overseas", f"not in {home}: {listed(abroad)}", pack)


@rule(AGE)
def children_are_whom_the_law_takes_for_children(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    under = draft.number("rights.minors.under")
    if under is not None and 0 < under < _CHILD:
        message = f"children under {under}; the law protects all under {_CHILD}"
        yield AGE.at("rights.minors.under", message, pack)


@rule(NO_COOKIES)
def cookies_are_used_or_not(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    if draft.text("cookies.use") != "none":
        return
    by_cookies = [
        name
        for name in draft.tables("collection")
        if draft.text(("collection", name, "method")) == CollectionMethod.COOKIES
    ]
    if described := [*draft.tables("cookies.group"), *by_cookies]:
        yield NO_COOKIES.at("cookies.use", f"none, and yet {listed(described)}", pack)


@rule(BROWSER, DEFAULT, TRACKING)
def cookies_are_a_choice(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    browsers = draft.words("cookies.browser_help")
    if browsers and set(browsers) <= {Browser.INTERNET_EXPLORER}:
        yield BROWSER.at("cookies.browser_help", f"the only help is for {listed(browsers)}", pack)
    if draft.text("cookies.default") == CookieMode.ACCEPT_ALL:
        yield DEFAULT.at("cookies.default", "accept-all before anyone has chosen", pack)
    for name in draft.tables("cookies.group"):
        here = ("cookies", "group", name)
        basis, measures = draft.text((*here, "basis")), draft.words((*here, "measures"))
        if basis not in ("", LegalBasis.CONSENT) and (followed := [word for word in measures if word in _FOLLOWS]):
            yield TRACKING.at(place(*here, "basis"), f"{name} measures {listed(followed)} on {basis[:40]}", pack)
