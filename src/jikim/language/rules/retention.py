"""Exceptions to "destroyed once the purpose is achieved", and the law they claim. Source: PIPA arts. 21, 30(1)3-2."""

from collections.abc import Iterator
from datetime import date

from jikim.domain.terms import Answer, Event, Why
from jikim.language.draft import Draft
from jikim.language.findings import Finding, code, rule
from jikim.language.rules.reading import entry, floor, listed, period, place, rules, shorter
from jikim.packs.pack import Floor, Pack

NO_ITEMS = code(
    "E-RULE-ITEMS",
    "A retention rule does not list the items it preserves.",
    source="content:destruction",
    hint="add items: only those the law really needs",
)
NO_START = code(
    "E-RULE-START",
    "A retention rule has no event that starts its period.",
    source="content:periods",
    hint='add start, for example start = "contract.ended"',
)
NO_AUTHORITY = code(
    "E-RULE-AUTHORITY",
    "A retention rule claims the law and names none.",
    source="content:destruction",
    hint='add law, for example law = "kr:ecommerce-contract", or say why = "internal"',
)
NO_BASIS = code(
    "E-RULE-BASIS",
    "A retention rule for the company's own reasons has no legal basis of its own.",
    source="duty:legal-basis",
    hint='add basis = "consent" or "legitimate-interest": a company\'s policy is no law',
)
DISGUISED = code(
    "E-RULE-DISGUISED",
    "Retention for the company's own reasons is presented as a duty under law.",
    source="duty:statutory-retention",
    hint='cite a duty to keep records with why = "law", or say why = "internal" and give reason and basis',
)
SHORT = code(
    "E-RULE-SHORT",
    "A retention rule is shorter than the law it cites: records would be destroyed too early.",
    hint="take the law's period",
    can_override=False,
)
LONG = code(
    "W-RULE-LONG",
    "A retention rule is longer than the law it cites: beyond the law nothing permits keeping.",
    source="duty:statutory-retention",
    hint="take the law's period, or give the rest its own internal rule",
)
EVENT = code(
    "W-RULE-EVENT",
    "A retention rule starts from another event than the law it cites.",
    hint="take the event named in the message, or have counsel confirm yours",
)
APPLIES = code(
    "E-RULE-APPLIES",
    "A law binds only some companies, and the rule does not make itself depend on that.",
    hint="add the applies_if named in the message",
)
ANSWERS = code(
    "E-ANSWERS",
    "The company has not answered what it is, so nobody knows which laws bind it.",
    source="duty:statutory-retention",
    hint="add answers to [controller], or answers = [] when none is true",
)
SMALL = code(
    "W-SMALL-TRANSACTIONS",
    "Electronic financial records have one period, though the law has a shorter one for small transactions.",
    source="floor:e-finance-1",
    hint='add a second rule for the same records with law = "kr:e-finance-1"',
)
OFF = code(
    "N-RULE-OFF",
    "A rule does not bind the company, as it answers now.",
    hint="nothing to do; the page leaves it out, and it switches on when the answer changes",
)
MIXED = code(
    "N-CONSUMER-ONLY",
    "A consumer law stands beside sales to businesses, which it does not bind.",
    hint="nothing to do in the file; at the desk, class records of sales to businesses as general",
)
WITHIN = code(
    "E-WITHIN",
    "Destruction is promised later than the law allows, or with no number of days.",
    source="deadline:destruction",
    hint='write within = "P5D" or less in [retention]',
)

GENERAL = code(
    "E-RECORD-GENERAL",
    "Inquiries come in, and every kind of record is kept by a rule: an ordinary one is never destroyed.",
    source="deadline:destruction",
    hint="add a kind of record that no rule names, for example [record.general]",
    can_override=False,
)

_BINDS = {
    Answer.CONSUMER_SALES: "binds sales to consumers only, not sales to businesses",
    Answer.LICENSED_E_FINANCE: "binds licensed electronic-financial businesses and financial companies only",
    Answer.TELECOM_OPERATOR: "binds telecommunications operators only",
}


@rule(NO_ITEMS, NO_START)
def rules_are_complete(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name, _ in rules(draft):
        here = ("retention", "rule", name)
        if not draft.words((*here, "items")):
            yield NO_ITEMS.at(place(*here, "items"), f"the rule {name} does not say which items it preserves", pack)
        if not draft.has((*here, "start")):
            yield NO_START.at(place(*here, "start"), f"no event starts the period of {name}", pack)


@rule(NO_AUTHORITY, NO_BASIS, DISGUISED)
def rules_name_their_authority(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name, why in rules(draft):
        here = ("retention", "rule", name)
        law = draft.text((*here, "law"))
        if why == Why.LAW and not draft.has((*here, "law")):
            yield NO_AUTHORITY.at(place(*here, "law"), f"the rule {name} says law and names none", pack)
        if why == Why.LAW and law and not isinstance(entry(pack, law), Floor | None):
            message = f"the rule {name} cites {law}, which is no duty to keep records"
            yield DISGUISED.at(place(*here, "law"), message, pack)
        if why == Why.INTERNAL and law:
            message = f"the rule {name} is the company's own, and yet cites {law}"
            yield DISGUISED.at(place(*here, "law"), message, pack)
        if why == Why.INTERNAL and not draft.has((*here, "basis")):
            yield NO_BASIS.at(place(*here, "basis"), f"the rule {name} rests on no legal basis", pack)


@rule(SHORT, LONG, EVENT)
def rules_keep_what_the_law_says(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    for name, duty in _claims(draft, pack):
        here = ("retention", "rule", name)
        stated, source = period(draft, (*here, "period")), f"floor:{duty.id}"
        if stated and shorter(stated, duty.period):
            message = f"the rule {name} keeps {stated}; the law says {duty.period}"
            yield SHORT.at(place(*here, "period"), message, pack, source=source)
        elif stated and shorter(duty.period, stated):
            message = f"the rule {name} keeps {stated}; the law needs {duty.period}"
            yield LONG.at(place(*here, "period"), message, pack, source=source)
        start = draft.text((*here, "start"))
        if start and start != duty.start:
            message = f"the rule {name} starts at {start}; the law's clock starts at {duty.start}"
            yield EVENT.at(place(*here, "start"), message, pack, source=source)


@rule(APPLIES, OFF)
def rules_bind_only_whom_the_law_binds(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    answers = draft.words("controller.answers")
    for name, duty in _claims(draft, pack):
        here, source = ("retention", "rule", name), f"floor:{duty.id}"
        stated = draft.text((*here, "applies_if"))
        if duty.applies_if and stated != duty.applies_if:
            message = f"{_reference(pack, duty)} {_BINDS[duty.applies_if]}; the rule {name} needs applies_if"
            hint = f'write applies_if = "{duty.applies_if}"'
            yield APPLIES.at(place(*here, "applies_if"), message, pack, hint=hint, source=source)
        elif stated and draft.has("controller.answers") and stated not in answers:
            message = f"the rule {name} is off: the company does not answer {stated}"
            yield OFF.at(place(*here), message, pack, source=source)


@rule(MIXED)
def consumer_laws_do_not_bind_sales_to_businesses(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    answers = draft.words("controller.answers")
    duties = {
        _reference(pack, duty): duty for _, duty in _claims(draft, pack) if duty.applies_if == Answer.CONSUMER_SALES
    }
    if duties and {Answer.CONSUMER_SALES, Answer.BUSINESS_SALES} <= set(answers):
        message = f"{_BINDS[Answer.CONSUMER_SALES]}: {listed(duties)}"
        yield MIXED.at("controller.answers", message, pack, source=f"floor:{next(iter(duties.values())).id}")


@rule(ANSWERS)
def the_company_says_what_it_is(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    asked = dict.fromkeys(str(duty.applies_if) for _, duty in _claims(draft, pack) if duty.applies_if)
    if asked and not draft.has("controller.answers"):
        message = f"the file does not answer: {listed(asked)}"
        yield ANSWERS.at("controller.answers", message, pack)


@rule(SMALL)
def small_transactions_have_their_own_period(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    claims = [(_records(draft, name), name, duty) for name, duty in _claims(draft, pack)]
    small = {records for records, _, duty in claims if duty.id == "e-finance-1"}
    for records, name, duty in claims:
        if duty.id == "e-finance-5" and records not in small:
            period_of_small = pack.floor("e-finance-1").period
            message = f"{records} holds small transactions too, and the law keeps those for {period_of_small}"
            yield SMALL.at(place("retention", "rule", name), message, pack)


def _records(draft: Draft, rule_name: str) -> str:
    return draft.text(("retention", "rule", rule_name, "records"))


@rule(GENERAL)
def an_ordinary_inquiry_has_a_class(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    closes = (draft.text(("purpose", name, "ends")) or Event.INQUIRY_CLOSED for name in draft.tables("purpose"))
    kept = {_records(draft, name) for name, _ in rules(draft)}
    if Event.INQUIRY_CLOSED in closes and not set(draft.tables("record")) - kept:
        yield GENERAL.at("record", "no kind of record is left to those that no rule keeps", pack)


@rule(WITHIN)
def destruction_follows_without_delay(draft: Draft, pack: Pack, _on: date) -> Iterator[Finding]:
    limit = next((deadline.limit for deadline in pack.deadlines if deadline.id == "destruction"), None)
    stated = period(draft, "retention.within")
    if not draft.has("retention.within"):
        yield WITHIN.at("retention.within", "“without delay” has no number of days", pack)
    elif stated and limit and shorter(limit, stated):
        yield WITHIN.at("retention.within", f"{stated} is more than the {limit} that “without delay” means", pack)


def _claims(draft: Draft, pack: Pack) -> Iterator[tuple[str, Floor]]:
    """Walk the rules that rest on a duty to keep records."""
    for name, why in rules(draft):
        duty = floor(draft, pack, name)
        if why == Why.LAW and duty:
            yield name, duty


def _reference(pack: Pack, duty: Floor) -> str:
    return f"{pack.id}:{duty.id}"
