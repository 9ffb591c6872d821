"""A policy file becomes the values the engine works with, and every silence is read in the one documented way."""

from datetime import UTC, datetime

import pytest

from jikim.domain.errors import Misused
from jikim.domain.period import SEOUL, Period
from jikim.domain.policy import Policy
from jikim.domain.terms import Event, LawfulUse, Text
from jikim.language import compile as compiler
from jikim.language.load import parse

LEAST = """
schema = "policy/1"
[policy]
id = "least"
version = 1
jurisdiction = "kr"
languages = ["ko", "en"]
effective = "2023"
"""

FORM = """
[item.log]
kind = "access-log"
[item.note]
kind = "text"
[item.who]
kind = "email"
[item.pick]
kind = "choice"
[item.papers]
kind = "files"
[collection.inquiry]
items = ["who", "note", "pick", "papers", "log"]
[purpose.answer]
[record.general]
[record.deal]
"""


def compiled(*more: str) -> Policy:
    return compiler.compile(parse(("\n".join((LEAST, *more))).encode(), "p.toml").raw)


def refused(*more: str) -> str:
    with pytest.raises(compiler.Uncompilable) as caught:
        compiled(*more)
    assert "policy check" in caught.value.hint
    return caught.value.message


# --- what silence means ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stated", "instant"),
    [
        ('"2023"', datetime(2023, 1, 1, tzinfo=SEOUL)),
        ('"2023-05"', datetime(2023, 5, 1, tzinfo=SEOUL)),
        ('"2023-05-02"', datetime(2023, 5, 2, tzinfo=SEOUL)),
        ("2023-05-02", datetime(2023, 5, 2, tzinfo=SEOUL)),
        ("2023-05-02T09:00:00+09:00", datetime(2023, 5, 2, tzinfo=UTC)),
        ('"2023-05-02T00:00:00Z"', datetime(2023, 5, 2, tzinfo=UTC)),
    ],
)
def test_a_policy_takes_effect_at_the_first_instant_it_can_mean(stated: str, instant: datetime) -> None:
    raw = parse(LEAST.replace('"2023"', stated).encode(), "p").raw
    assert compiler.compile(raw).in_force_at == instant


def test_the_stated_date_stays_as_it_was_written() -> None:
    assert compiled().effective_stated == "2023"


def test_a_file_that_says_almost_nothing_compiles_to_almost_nothing() -> None:
    policy = compiled()
    assert (policy.items, policy.purposes, policy.retention.rules, policy.remedies) == ((), (), (), ())
    assert not policy.controller.name
    assert not policy.sharing.processors_stated
    assert not policy.cookies.stated


def test_unsplit_items_are_required_optional_or_automatic_by_their_kind() -> None:
    form = compiled(FORM).collection("inquiry")
    assert (form.required, form.optional, form.automatic) == (("who", "note"), ("pick", "papers"), ("log",))


def test_a_purpose_without_items_covers_the_collections_it_serves_and_ends_with_the_inquiry() -> None:
    purpose = compiled(FORM).purpose("answer")
    assert purpose.items == ("who", "note", "pick", "papers", "log")
    assert (purpose.ends, purpose.period, purpose.quiet, purpose.inactive_after) == (
        Event.INQUIRY_CLOSED,
        Period(),
        Period(),
        None,
    )


def test_a_missing_label_is_the_name() -> None:
    assert compiled(FORM).item("who").label == Text.of({"ko": "who", "en": "who"})


def test_limits_that_are_not_stated_are_those_of_the_kind() -> None:
    policy = compiled(FORM)
    assert (policy.item("who").max_chars, policy.item("note").max_chars) == (254, 200)
    assert (policy.item("papers").max_files, policy.item("papers").max_bytes) == (5, 10 * 1024 * 1024)
    assert (policy.item("log").max_chars, policy.item("papers").max_chars) == (0, 0)


def rule(*lines: str) -> str:
    return "\n".join(("[retention.rule.r]", 'records = "deal"', 'period = "P5Y"', *lines))


def test_a_rule_of_law_without_items_and_start_takes_those_of_its_law() -> None:
    (found,) = compiled(FORM, rule('why = "law"', 'law = "kr:ecommerce-contract"')).retention.rules
    assert (found.items, found.start) == (("who", "note"), Event.CONTRACT_ENDED)


def test_a_rule_of_the_company_without_items_and_start_keeps_access_logs_from_the_end_of_the_purpose() -> None:
    (found,) = compiled(FORM, rule('why = "internal"')).retention.rules
    assert (found.items, found.start, found.basis) == (("log",), Event.PURPOSE_ACHIEVED, None)


def test_a_rule_keeps_only_what_it_names() -> None:
    (found,) = compiled(FORM, rule('why = "law"', 'law = "kr:ecommerce-contract"', 'items = ["note"]')).retention.rules
    assert found.items == ("note",)


@pytest.mark.parametrize(
    ("answers", "law", "condition", "applies"),
    [
        ("", "ecommerce-contract", "", True),  # nobody asked the company: the rule as written
        ("", "e-finance-5", "", False),  # off until claimed
        ("", "ecommerce-contract", "consumer-sales", False),  # silence meets no written condition
        ("", "commercial-10", "", True),
        ("answers = []", "ecommerce-contract", "", False),
        ("answers = []", "commercial-10", "", True),  # binds every merchant
        ('answers = ["business-sales"]', "ecommerce-contract", "", False),
        ('answers = ["consumer-sales"]', "ecommerce-contract", "", True),
        ('answers = ["consumer-sales"]', "ecommerce-contract", "consumer-sales", True),
        ('answers = ["consumer-sales"]', "ecommerce-contract", "business-sales", False),
        ('answers = ["licensed-e-finance"]', "e-finance-5", "", True),
    ],
)
def test_a_rule_binds_the_company_by_its_answers(answers: str, law: str, condition: str, applies: bool) -> None:
    lines = ['why = "law"', f'law = "kr:{law}"'] + ([f'applies_if = "{condition}"'] if condition else [])
    policy = compiled(FORM, rule(*lines), "[controller]", answers)
    assert [found.applies for found in policy.retention.rules] == [applies]
    assert bool(policy.retention.rules_for("deal")) is applies


def test_retention_that_is_not_described_is_the_law_itself() -> None:
    retention = compiled().retention
    assert (retention.within, retention.move_to, retention.use) == (Period(days=5), "separate", "storage-only")
    assert retention.allowed == tuple(LawfulUse)


def test_a_deadline_is_also_something_that_may_be_asked_for() -> None:
    rights = compiled('[rights]\nactions = ["rectify"]', '[rights.deadline]\nerase = "P10D"\naccess = "P10D"').rights
    assert rights.actions == ("rectify", "access", "erase")
    assert dict(rights.deadlines) == {"access": Period(days=10), "erase": Period(days=10)}


def test_a_positive_none_counts_as_stated() -> None:
    assert compiled("[sharing.consignment]", 'processors = "none"').sharing.processors_stated
    assert compiled("[sharing.processor.p]").sharing.processors_stated
    assert compiled("[cookies]", 'use = "none"').cookies.use == "none"


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[purpose.p]\nitems = ["x"]', "purpose.p.items names no item: x"),
        ('[collection.c]\nrequired = ["x"]', "collection.c.required names no item: x"),
        ('[collection.c]\npurposes = ["x"]', "collection.c.purposes names no purpose: x"),
        (
            '[retention.rule.r]\nrecords = "x"\nwhy = "law"\nperiod = "P1Y"',
            "retention.rule.r.records names no record: x",
        ),
        ('[sharing.processor.p]\nitems = ["x"]', "sharing.processor.p.items names no item: x"),
        ('[rights.membership]\nitems = ["x"]', "rights.membership.items names no item: x"),
        ('[cookies]\ngpc_refuses = ["x"]', "cookies.gpc_refuses names no cookie group: x"),
        ('[collection.c]\nrequired = ["x", "y"]', "collection.c.required names no item: x, and 1 more"),
    ],
)
def test_a_name_that_leads_nowhere_is_refused(more: str, said: str) -> None:
    assert refused(more) == said


def test_an_item_no_purpose_could_end_is_refused() -> None:
    stray = '[item.a]\nkind = "text"\n[collection.c]\nrequired = ["a"]\npurposes = ["p"]\n[purpose.p]\nitems = []'
    assert refused(stray) == "collection.c takes a, which no purpose names"


def test_a_file_with_errors_of_shape_is_refused_and_counted() -> None:
    assert refused('[item.a]\nkind = "txt"', "[itm]") == "item.a.kind: unknown-word, and 1 more"


def test_a_refusal_is_misuse() -> None:
    assert issubclass(compiler.Uncompilable, Misused)


def test_equal_facts_compile_to_equal_values_whatever_their_order() -> None:
    rules = (rule('why = "internal"'), rule('why = "law"', 'law = "kr:ecommerce-contract"').replace("rule.r", "rule.q"))
    assert compiled(FORM, *rules) == compiled(FORM, *reversed(rules))


def test_the_companys_own_rules_come_first_then_the_laws_in_their_order() -> None:
    laws = ("e-finance-5", "ecommerce-complaint", "ecommerce-contract")
    rules = [rule('why = "law"', f'law = "kr:{law}"').replace("rule.r", f"rule.a-{law}") for law in laws]
    found = compiled(FORM, *rules, rule('why = "internal"').replace("rule.r", "rule.z")).retention.rules
    assert [each.law for each in found] == ["", "kr:ecommerce-contract", "kr:ecommerce-complaint", "kr:e-finance-5"]
