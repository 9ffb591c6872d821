"""The law of Korea as data: complete, dated and cited."""

from datetime import date

import pytest

from jikim import packs
from jikim.domain.errors import Misused
from jikim.domain.period import Period
from jikim.domain.terms import Answer, Event, ItemKind
from jikim.packs.pack import Entry, Measure

KR = packs.load("kr")


@pytest.mark.parametrize("entry", KR.entries, ids=lambda entry: f"{type(entry).__name__}-{entry.id}")
def test_every_entry_speaks_both_languages_and_cites_its_source(entry: Entry) -> None:
    for statement in (entry.name, entry.citation):
        assert statement.say("ko") != statement.say("en")
        assert {language for language, words in statement.pairs if words.strip()} == {"ko", "en"}
    assert entry.last_verified <= KR.as_of


@pytest.mark.parametrize("entry", KR.entries, ids=lambda entry: f"{type(entry).__name__}-{entry.id}")
def test_korean_is_written_in_korean_and_english_in_english(entry: Entry) -> None:
    for statement in (entry.name, entry.citation, entry.note):
        if statement:
            assert any("가" <= letter <= "힣" for letter in statement.say("ko"))
            assert not any("가" <= letter <= "힣" for letter in statement.say("en"))


FLOORS = [
    ("ecommerce-ad", "P6M", Event.DISPLAY_ENDED, Answer.CONSUMER_SALES),
    ("ecommerce-contract", "P5Y", Event.CONTRACT_ENDED, Answer.CONSUMER_SALES),
    ("ecommerce-payment", "P5Y", Event.SUPPLY_COMPLETED, Answer.CONSUMER_SALES),
    ("ecommerce-complaint", "P3Y", Event.COMPLAINT_RESOLVED, Answer.CONSUMER_SALES),
    ("e-finance-5", "P5Y", Event.TRANSACTION_SETTLED, Answer.LICENSED_E_FINANCE),
    ("e-finance-1", "P1Y", Event.TRANSACTION_SETTLED, Answer.LICENSED_E_FINANCE),
    ("e-finance-3", "P3Y", Event.TRANSACTION_SETTLED, Answer.LICENSED_E_FINANCE),
    ("telecom-log", "P3M", Event.COLLECTED, Answer.TELECOM_OPERATOR),
    ("telecom-call", "P12M", Event.COLLECTED, Answer.TELECOM_OPERATOR),
    ("telecom-call-landline", "P6M", Event.COLLECTED, Answer.TELECOM_OPERATOR),
    ("commercial-10", "P10Y", Event.BOOKS_CLOSED, None),
    ("commercial-5", "P5Y", Event.FISCAL_YEAR_CLOSED, None),
    ("commercial-liquidation-10", "P10Y", Event.LIQUIDATION_COMPLETED, None),
    ("commercial-liquidation-5", "P5Y", Event.LIQUIDATION_COMPLETED, None),
    ("tax-5", "P5Y", Event.FILING_DEADLINE_PASSED, None),
    ("tax-offshore-7", "P7Y", Event.FILING_DEADLINE_PASSED, None),
    ("corporate-tax-5", "P5Y", Event.FILING_DEADLINE_PASSED, None),
    ("vat-5", "P5Y", Event.FILING_DEADLINE_PASSED, None),
    ("safety-access-record", "P1Y", Event.ENTRY_WRITTEN, None),
    ("safety-access-record-2", "P2Y", Event.ENTRY_WRITTEN, None),
    ("safety-grants", "P3Y", Event.ENTRY_WRITTEN, None),
    ("pseudonym-record", "P3Y", Event.DATA_DESTROYED, None),
    ("portability-history", "P3Y", Event.DATA_TRANSFERRED, None),
]


@pytest.mark.parametrize(("name", "period", "start", "applies_if"), FLOORS)
def test_a_floor_says_how_long_from_when_and_whom_it_binds(
    name: str, period: str, start: Event, applies_if: Answer | None
) -> None:
    floor = KR.floor(name)
    assert (floor.period, floor.start, floor.applies_if) == (Period.parse(period), start, applies_if)
    assert floor.binds.say("ko")
    assert KR.law(floor.law).in_force(KR.as_of)


def test_no_floor_stands_outside_this_table() -> None:
    assert [floor.id for floor in KR.floors] == [row[0] for row in FLOORS]


def test_where_the_law_names_no_first_day_the_floor_says_so() -> None:
    stated = {floor.id for floor in KR.floors if floor.start_stated}
    assert "commercial-10" in stated
    assert not stated & {"ecommerce-contract", "ecommerce-payment", "ecommerce-complaint", "e-finance-5", "telecom-log"}


def test_an_inquiry_under_a_floor_keeps_its_words_but_not_its_attachments() -> None:
    assert ItemKind.LONGTEXT in KR.floor("ecommerce-complaint").kinds
    assert ItemKind.FILES not in KR.floor("ecommerce-complaint").kinds


DEADLINES = [
    ("access", "P10D"), ("rectify", "P10D"), ("erase", "P10D"), ("suspend", "P10D"), ("withdraw-consent", "P5D"),
    ("source-notice", "P3D"), ("automated-decision", "P30D"), ("destruction", "P5D"), ("guardian-contact", "P5D"),
    ("message-consent-result", "P14D"), ("message-consent-renewal", "P2Y"), ("mediation-refusal", "P10D"),
    ("mediation-answer", "P15D"), ("source-notice-large", "P3M"), ("officer-report", "P6M"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "limit"), DEADLINES)
def test_a_deadline_in_days_is_the_one_of_the_law(name: str, limit: str) -> None:
    deadline = KR.deadline(name)
    assert (deadline.limit, deadline.hours) == (Period.parse(limit), 0)


@pytest.mark.parametrize(
    ("name", "hours"),
    [("breach-notice", 72), ("possible-breach-notice", 72), ("breach-report", 72), ("incident-report", 24)],
)
def test_a_deadline_in_hours_counts_no_days(name: str, hours: int) -> None:
    deadline = KR.deadline(name)
    assert (deadline.limit, deadline.hours) == (None, hours)


def test_without_delay_has_no_number_unless_the_guideline_gives_one() -> None:
    assert (KR.deadline("portability").limit, KR.deadline("portability").hours) == (None, 0)
    assert KR.deadline("destruction").guideline
    assert not KR.deadline("access").guideline


def test_a_posting_lasts_at_least_a_month_and_a_check_comes_again_every_year() -> None:
    assert KR.deadline("substitute-posting").measure is Measure.AT_LEAST
    assert KR.deadline("plan-review").measure is Measure.EVERY


def test_a_policy_must_have_twenty_two_contents_some_only_where_they_apply() -> None:
    assert [content.number for content in KR.contents] == list(range(1, 23))
    conditional = {content.number for content in KR.contents if content.when}
    assert conditional == {4, 5, 6, 8, 9, 10, 14, 18, 19, 20}


def test_the_prosecutors_office_is_no_remedy_body_since_it_ended() -> None:
    prosecutors = KR.body("prosecutors-cyber")
    assert prosecutors.in_force(date(2026, 10, 1))
    assert not prosecutors.in_force(date(2026, 10, 2))


def test_the_network_act_gave_its_personal_data_rules_to_their_successor() -> None:
    network = KR.law("network-act")
    assert network.in_force(date(2020, 8, 4))
    assert not network.in_force(date(2020, 8, 5))
    assert KR.law(network.successor).id == "pipa"


def test_what_begins_later_is_not_in_force_before() -> None:
    notice = KR.deadline("possible-breach-notice")
    assert not notice.in_force(date(2026, 9, 10))
    assert notice.in_force(date(2026, 9, 11))


BODIES = [
    ("dispute-mediation", "1833-6972", "https://www.kopico.go.kr"),
    ("infringement-report", "118", "https://privacy.kisa.or.kr"),
    ("police-ecrm", "182", "https://ecrm.police.go.kr"),
]


@pytest.mark.parametrize(("name", "phone", "url"), BODIES)
def test_a_remedy_body_is_reached_where_it_says(name: str, phone: str, url: str) -> None:
    body = KR.body(name)
    assert (body.phone, body.url, body.no_area_code) == (phone, url, True)
    assert body.in_force(KR.as_of)


def test_what_nobody_read_in_the_source_stays_marked() -> None:
    assert {entry.id for entry in KR.entries if not entry.verified} == {"portability-private"}


def test_the_calendar_of_changes_runs_in_order() -> None:
    days = [milestone.day for milestone in KR.milestones]
    assert days == sorted(days)
    assert date(2026, 10, 2) in days


def test_an_unknown_id_gets_the_nearest_known_one() -> None:
    with pytest.raises(Misused) as refused:
        KR.floor("ecomerce-contract")
    assert "kr:ecommerce-contract" in refused.value.hint
    assert KR.find("ecomerce-contract") is None


def test_whatever_a_policy_may_cite_is_found_by_its_id() -> None:
    assert [KR.find(entry.id) for entry in KR.citable] == list(KR.citable)


def test_an_unknown_pack_is_refused_with_the_known_ones() -> None:
    with pytest.raises(Misused) as refused:
        packs.load("../kr")
    assert "kr" in refused.value.hint
