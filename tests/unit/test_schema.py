"""Every problem of a file's shape comes out at once, with the nearest word the language knows."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from jikim.language import path as paths
from jikim.language import schema
from jikim.language.load import parse, read
from jikim.language.schema import ProblemKind as Kind

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = read(ROOT / "policies" / "example" / "1.toml").raw


def changed(**at: Any) -> dict[str, Any]:
    """Return the example with values put at dotted paths (`__` for a dot); ... takes a key out."""
    raw = deepcopy(EXAMPLE)
    for where, value in at.items():
        *above, last = where.replace("__", ".").split(".")
        table = raw
        for key in above:
            table = table[key]
        if value is ...:
            del table[last]
        else:
            table[last] = value
    return raw


def only(raw: dict[str, Any]) -> schema.SchemaProblem:
    (problem,) = schema.problems(raw)
    return problem


def test_the_example_has_no_problem() -> None:
    assert schema.problems(EXAMPLE) == ()


@pytest.mark.parametrize(
    ("raw", "path", "kind", "given", "nearest"),
    [
        (changed(polcy={}), "polcy", Kind.UNKNOWN_KEY, "polcy", "policy"),
        (changed(item__email__lable={}), "item.email.lable", Kind.UNKNOWN_KEY, "lable", "label"),
        (changed(retention__rule__contract__laws=1), "retention.rule.contract.laws", Kind.UNKNOWN_KEY, "laws", "law"),
        (changed(rights__deadline__acess="P1D"), "rights.deadline.acess", Kind.UNKNOWN_KEY, "acess", "access"),
        (changed(statement__sensitve="none"), "statement.sensitve", Kind.UNKNOWN_KEY, "sensitve", "sensitive"),
        (changed(prose={"retenton": {"ko": "x"}}), "prose.retenton", Kind.UNKNOWN_KEY, "retenton", "retention"),
        (changed(item__email__label__fr="x"), "item.email.label.fr", Kind.UNKNOWN_KEY, "fr", ""),
        (changed(item__email__kind="e-mail"), "item.email.kind", Kind.UNKNOWN_WORD, "e-mail", "email"),
        (changed(item__email__kind="Email"), "item.email.kind", Kind.UNKNOWN_WORD, "Email", "email"),
        (changed(purpose__inquiry__basis="consnt"), "purpose.inquiry.basis", Kind.UNKNOWN_WORD, "consnt", "consent"),
        (changed(purpose__inquiry__ends="end"), "purpose.inquiry.ends", Kind.UNKNOWN_WORD, "end", ""),
        (changed(safety__measures=["encription"]), "safety.measures.0", Kind.UNKNOWN_WORD, "encription", "encryption"),
        (changed(sharing__third_party="some"), "sharing.third_party", Kind.UNKNOWN_WORD, "some", ""),
        (changed(schema="policy/2"), "schema", Kind.UNKNOWN_WORD, "policy/2", "policy/1"),
        (changed(policy__version="1"), "policy.version", Kind.WRONG_TYPE, "1", ""),
        (changed(policy__version=True), "policy.version", Kind.WRONG_TYPE, "true", ""),
        (changed(policy__version=1.0), "policy.version", Kind.WRONG_TYPE, "", ""),
        (changed(item__email=3), "item.email", Kind.WRONG_TYPE, "3", ""),
        (changed(item__email__label="Email"), "item.email.label", Kind.WRONG_TYPE, "Email", ""),
        (changed(item__email__kind=3), "item.email.kind", Kind.WRONG_TYPE, "3", ""),
        (changed(policy__laws="kr:pipa"), "policy.laws", Kind.WRONG_TYPE, "kr:pipa", ""),
        (changed(policy__effective=2026), "policy.effective", Kind.WRONG_TYPE, "2026", ""),
        (changed(policy__id=...), "policy.id", Kind.MISSING, "", ""),
        (changed(item__email__kind=...), "item.email.kind", Kind.MISSING, "", ""),
        (changed(retention__rule__contract__period=...), "retention.rule.contract.period", Kind.MISSING, "", ""),
        (changed(policy__effective="2026-13"), "policy.effective", Kind.BAD_VALUE, "2026-13", ""),
        (changed(policy__effective="soon"), "policy.effective", Kind.BAD_VALUE, "soon", ""),
        (changed(retention__within="5 days"), "retention.within", Kind.BAD_VALUE, "5 days", ""),
        (changed(policy__laws=["pipa"]), "policy.laws.0", Kind.BAD_VALUE, "pipa", ""),
        (changed(officer__email="nobody"), "officer.email", Kind.BAD_VALUE, "nobody", ""),
        (changed(policy__languages=[]), "policy.languages", Kind.BAD_VALUE, "", ""),
        (changed(item__name__max_chars=0), "item.name.max_chars", Kind.BAD_VALUE, "0", ""),
    ],
)  # fmt: skip
def test_each_kind_of_problem_is_named(raw: dict[str, Any], path: str, kind: Kind, given: str, nearest: str) -> None:
    problem = only(raw)
    assert (problem.path, problem.kind, problem.given, problem.nearest) == (path, kind, given, nearest)
    assert problem.wanted


@pytest.mark.parametrize(
    ("raw", "wanted"),
    [
        (changed(policy__version=0), "a whole number of at least 1"),
        (changed(policy__version=1_000_000), "a whole number of at most 999999"),
        (changed(policy__languages=[]), "a list that is not empty"),
        (changed(policy__effective="soon"), "2026-10-02 or 2026-10-02T00:00:00+09:00"),
        (changed(item__email__label={"ko": "", "en": "Email"}), "at least 1 letter"),
        (changed(item__email__label={"ko": "글" * 4001, "en": "Email"}), "at most 4000 letters"),
        (changed(retention__within="P101Y"), "years go from 0 to 100; periods have an end"),
        (changed(retention__within="P0D"), "a period of at least a day, such as P1D"),
        (changed(cookies={"group": {"own": {"cookies": {"a b": "P1D"}}}}), "the name of a cookie"),
        (changed(history={"first": {}}), "the number of a version"),
    ],
)
def test_what_may_stand_there_is_said_in_words_of_the_language(raw: dict[str, Any], wanted: str) -> None:
    assert only(raw).wanted.startswith(wanted)


@pytest.mark.parametrize("hidden", ["\0", "\x1b", "\u200b", "\u202e", "\u3164", "\ufeff"])
def test_a_text_holds_nothing_that_nobody_sees(hidden: str) -> None:
    problem = only(changed(item__email__label={"ko": f"이메{hidden}일", "en": "Email"}))
    assert (problem.path, problem.kind) == ("item.email.label.ko", Kind.BAD_VALUE)
    assert "invisible" in problem.wanted


def test_a_text_may_have_lines() -> None:
    assert schema.problems(changed(prose={"retention": {"ko": "한 줄\n\t또 한 줄", "en": "One line\n\tanother"}})) == ()


@pytest.mark.parametrize("email", ['"><script>@x', "a@b?subject=x&bcc=evil", "a@localhost", "a b@c.kr", "a@b..kr"])
def test_an_address_that_would_say_more_in_a_link_is_refused(email: str) -> None:
    assert only(changed(officer__email=email)).wanted == "an email address"


@pytest.mark.parametrize(
    "words",
    [
        "2026-W40-5",
        "20261002",
        "20261002T000000+0900",
        "2026-10-02T00:00+09",
        "\uff12\uff10\uff12\uff16",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_date_has_one_spelling_and_a_place_in_the_calendar(words: str) -> None:
    assert only(changed(policy__effective=words)).kind is Kind.BAD_VALUE


@pytest.mark.parametrize(
    ("where", "word"), [("start", "abuse.closed"), ("move_to", "filing-cabinet"), ("paper_to", "separate")]
)
def test_what_the_engine_cannot_do_cannot_be_written(where: str, word: str) -> None:
    assert only(changed(**{f"retention__{where}": word})).kind is Kind.UNKNOWN_WORD


def test_a_time_without_its_offset_is_refused() -> None:
    raw = parse(b"policy.effective = 2026-01-01T00:00:00", "p").raw
    assert "policy.effective" in {problem.path for problem in schema.problems(raw)}


def test_an_odd_name_is_told_what_a_name_is() -> None:
    problem = only(changed(record={**EXAMPLE["record"], "Big Deal": {}}))
    assert (problem.path, problem.kind) == ('record."Big Deal"', Kind.BAD_VALUE)
    assert "lower-case" in problem.wanted


def test_ten_problems_come_out_in_one_run() -> None:
    raw = changed(
        schema="policy/0",
        polcy=1,
        policy__languages=["kr"],
        policy__version="one",
        item__email__kind="mail",
        purpose__inquiry__basis="agreement",
        collection__inquiry__minors="no",
        retention__within="soon",
        rights__deadline__acess="P10D",
        remedies__bodies=["118"],
    )
    assert len(schema.problems(raw)) == 10


def test_long_values_are_never_repeated() -> None:
    words = "A sentence somebody pasted here by mistake, with a name in it."
    problem = only(changed(purpose__inquiry__basis=words))
    assert words not in repr(problem)
    assert problem.given == ""


def test_an_unknown_word_lists_what_may_stand_there() -> None:
    assert only(changed(collection__inquiry__minors="no")).wanted == "one of: refused, representative"


def test_a_file_of_nothing_but_unknown_keys_is_judged_in_good_time() -> None:
    found = schema.problems({f"k{number}": 1 for number in range(20_000)})
    assert len(found) == 20_002  # with the two keys that are missing


def test_every_fact_of_every_policy_has_exactly_one_pattern() -> None:
    for file in sorted((ROOT / "policies").rglob("*.toml")):
        for path, _ in read(file).leaves():
            assert [p for p in schema.leaf_patterns() if paths.matches(p, path)] != [], paths.dotted(path)
            assert len([p for p in schema.leaf_patterns() if paths.matches(p, path)]) == 1, paths.dotted(path)


@pytest.mark.parametrize(
    "pattern",
    ["schema", "item.*.kind", "item.*.label.*", "item.*.choices.*.*", "retention.rule.*.period", "override.*.reason.*"],
)
def test_patterns_name_facts_with_a_star_for_names(pattern: str) -> None:
    assert pattern in schema.leaf_patterns()


def test_patterns_are_distinct() -> None:
    assert len(set(schema.leaf_patterns())) == len(schema.leaf_patterns())


def test_editors_get_a_json_schema_that_knows_every_table() -> None:
    made = schema.json_schema()
    assert set(EXAMPLE) <= set(made["properties"])
    assert made["additionalProperties"] is False
