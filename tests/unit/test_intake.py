"""What a form accepts: every fault at once, by item and limit, and never a word of it in an error."""

from dataclasses import replace

import pytest

from jikim.domain.inquiry import Collection, Item
from jikim.domain.intake import Fault, Problem, SubmissionRefused, UploadedFile, most_chars, problems, tidy
from jikim.domain.policy import Policy
from jikim.domain.terms import ItemKind, Text
from tests.support.records import POLICY

CHOICES = (("measuring", Text(())), ("tracking", Text(())))


def item(kind: ItemKind, name: str = "asked", **limits: int) -> Item:
    facts = {"max_chars": 0, "max_files": 0, "max_bytes": 0} | limits
    return Item(name, kind, Text(()), Text(()), choices=CHOICES if kind == ItemKind.CHOICE else (), **facts)


def asking(*items: Item, required: tuple[str, ...] = ()) -> tuple[Policy, Collection]:
    collection = replace(
        POLICY.collection("inquiry"),
        required=required,
        optional=tuple(found.name for found in items if found.name not in required),
        automatic=("access_log",),
    )
    log = POLICY.item("access_log")
    return replace(POLICY, items=(*items, log), collections=(collection,)), collection


def faults(kind: ItemKind, words: str, **limits: int) -> list[Problem]:
    return list(problems(*asking(item(kind, "asked", **limits)), {"asked": words}, ()))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (ItemKind.TEXT, "교정 성적서 재발급"),
        (ItemKind.LONGTEXT, "two\nlines\tand a tab"),
        (ItemKind.ADDRESS, "서울시\n종로구"),
        (ItemKind.EMAIL, "kim.minsu+lens@mail.example.kr"),
        (ItemKind.EMAIL, "민수@예시.한국"),
        (ItemKind.PHONE, "+82 (2) 123-4567"),
        (ItemKind.PHONE, "02-123-4567"),
        (ItemKind.BIRTH_DATE, "2012-02-29"),
        (ItemKind.CHOICE, "tracking"),
    ],
)
def test_what_people_really_write_is_accepted(kind: ItemKind, words: str) -> None:
    assert faults(kind, words) == []


@pytest.mark.parametrize(
    ("kind", "words", "fault"),
    [
        (ItemKind.TEXT, "two\nlines", Fault.NOT_PLAIN),
        (ItemKind.TEXT, "a null\x00byte", Fault.NOT_PLAIN),
        (ItemKind.LONGTEXT, "an escape\x1b[31m", Fault.NOT_PLAIN),
        (ItemKind.TEXT, "half a \ud800 letter", Fault.NOT_PLAIN),
        (ItemKind.EMAIL, "kim", Fault.NOT_AN_EMAIL),
        (ItemKind.EMAIL, "kim@example", Fault.NOT_AN_EMAIL),
        (ItemKind.EMAIL, "kim@example.kr, lee@example.kr", Fault.NOT_AN_EMAIL),
        (ItemKind.EMAIL, "Kim <kim@example.kr>", Fault.NOT_AN_EMAIL),
        (ItemKind.PHONE, "call me", Fault.NOT_A_PHONE),
        (ItemKind.PHONE, "119", Fault.NOT_A_PHONE),
        (ItemKind.BIRTH_DATE, "2013-02-29", Fault.NOT_A_DATE),
        (ItemKind.BIRTH_DATE, "20120229", Fault.NOT_A_DATE),
        (ItemKind.CHOICE, "gossip", Fault.NOT_A_CHOICE),
    ],
)
def test_what_is_of_another_kind_is_named(kind: ItemKind, words: str, fault: Fault) -> None:
    assert [problem.fault for problem in faults(kind, words)] == [fault]


def test_a_text_may_have_exactly_its_limit_and_not_one_more() -> None:
    assert faults(ItemKind.TEXT, "가" * 120, max_chars=120) == []
    assert faults(ItemKind.TEXT, "가" * 121, max_chars=120) == [Problem("asked", Fault.TOO_LONG, 120)]


def test_no_policy_can_raise_a_limit_over_what_the_kind_has() -> None:
    assert most_chars(item(ItemKind.EMAIL, max_chars=9999)) == 254
    assert most_chars(item(ItemKind.LONGTEXT, max_chars=8000)) == 8000
    assert most_chars(item(ItemKind.FILES)) == 0


def test_only_what_the_collection_asks_for_is_taken() -> None:
    policy, collection = asking(item(ItemKind.TEXT))
    found = problems(policy, collection, {"asked": "x", "iq": "140", "access_log": "forged"}, ())
    assert {(problem.item, problem.fault) for problem in found} == {
        ("iq", Fault.NOT_ASKED),
        ("access_log", Fault.NOT_ASKED),
    }


@pytest.mark.parametrize(
    ("name", "told"), [("보고서.pdf", "보고서.pdf"), ("report\u202egnp.exe", ""), ("가" * 256, "")]
)
def test_a_fault_tells_the_name_of_its_file_where_that_can_be_shown(name: str, told: str) -> None:
    files = item(ItemKind.FILES, "attachments", max_files=2, max_bytes=10)
    policy, collection = asking(files)
    (found,) = problems(policy, collection, {}, (UploadedFile("fine.txt", 1), UploadedFile(name, 0)))
    assert (found.fault, found.file) == (Fault.FILE_EMPTY, told)
    assert "보고서" not in repr(found)


def test_all_that_is_required_must_be_there() -> None:
    files = item(ItemKind.FILES, "attachments", max_files=1, max_bytes=10)
    policy, collection = asking(item(ItemKind.TEXT), files, required=("asked", "attachments"))
    assert {p.item for p in problems(policy, collection, {}, ())} == {"asked", "attachments"}
    assert problems(policy, collection, {"asked": "x"}, (UploadedFile("a.txt", 1),)) == ()


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ((UploadedFile("a.txt", 10),), []),
        ((UploadedFile("a.txt", 11),), [Fault.FILE_TOO_BIG]),
        ((UploadedFile("a.txt", 0),), [Fault.FILE_EMPTY]),
        ((UploadedFile("", 1),), [Fault.FILE_NAME]),
        ((UploadedFile("a\nb", 1),), [Fault.FILE_NAME]),
        ((UploadedFile("가" * 256, 1),), [Fault.FILE_NAME]),
        ((UploadedFile("report\u202egnp.exe", 1),), [Fault.FILE_NAME]),  # would show as "reportexe.png"
        ((UploadedFile("a.txt", 1),) * 2, []),
        ((UploadedFile("a.txt", 1),) * 3, [Fault.TOO_MANY_FILES]),
        ((UploadedFile("a.txt", 1, item="elsewhere"),), [Fault.NOT_ASKED]),
    ],
)
def test_files_stay_within_their_limits(files: tuple[UploadedFile, ...], found: list[Fault]) -> None:
    policy, collection = asking(item(ItemKind.FILES, "attachments", max_files=2, max_bytes=10))
    assert [problem.fault for problem in problems(policy, collection, {}, files)] == found


def test_with_two_items_for_files_each_file_says_where_it_belongs() -> None:
    one, other = (item(ItemKind.FILES, name, max_files=1, max_bytes=10) for name in ("photos", "contract"))
    policy, collection = asking(one, other)
    named = (UploadedFile("a.png", 1, item="photos"), UploadedFile("b.pdf", 1, item="contract"))
    assert problems(policy, collection, {}, named) == ()
    nameless = problems(policy, collection, {}, (UploadedFile("a.png", 1),))
    assert [problem.fault for problem in nameless] == [Fault.NOT_ASKED]


def test_tidying_joins_lines_trims_edges_and_leaves_empty_out() -> None:
    assert tidy({"a": "  one\r\ntwo\rthree ", "b": " \n ", "c": ""}) == {"a": "one\ntwo\nthree"}


@pytest.mark.parametrize("blank", ["\u200b\u2060", "\u3164", "\u115f\u1160", "\u2800", "\ufeff\u00ad"])
def test_what_leaves_no_mark_on_a_page_is_as_good_as_nothing(blank: str) -> None:
    assert tidy({"subject": blank, "content": f"가{blank}"}) == {"content": f"가{blank}"}


def test_a_refusal_names_items_and_faults_and_counts_what_was_never_asked() -> None:
    error = SubmissionRefused((Problem("email", Fault.NOT_AN_EMAIL), Problem("<script>kim", Fault.NOT_ASKED)))
    assert "email is not-an-email" in str(error)
    assert "1 not asked for" in str(error)
    assert "kim" not in str(error)


def test_an_uploaded_file_shows_neither_name_nor_bytes() -> None:
    assert (
        repr(UploadedFile("diagnosis.pdf", 6, b"secret", "attachments"))
        == "UploadedFile(size=6, item='attachments', is_numbered=False)"
    )
