"""Files of a form that has to be shown again wait sealed for half an hour, for that form alone; none goes twice.

They are sent by the very page that came back, so each test takes its fields from there, as a browser does.
"""

import errno
import gc
import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import html5lib
import pytest
from django.test import Client
from django.test.client import encode_multipart

from jikim import clock
from jikim.actions import arrivals, inquiries
from jikim.domain.intake import UploadedFile
from jikim.procedures import sweeps
from jikim.sealing import file_store
from jikim.sealing import waiting as slips
from jikim.sealing.errors import StoreUnavailable
from jikim.sealing.file_store import DirectoryStore, attachments
from jikim.sealing.files import FileCard
from jikim.sealing.keyring import KeyringUnavailable
from jikim.sealing.keys import FileKey
from jikim.store.live.models import Inquiry, ItemValue
from jikim.web.public import throttle
from tests.support.company import Company
from tests.support.web import WORDS, file, filled, receipt_code, send

pytestmark = pytest.mark.usefixtures("stores")

PART = b"of a file " * 20_000


@pytest.fixture(autouse=True)
def nothing_waits_before() -> Iterator[None]:
    attachments("live").sweep(clock.wall_now() + timedelta(days=1))
    yield
    attachments("live").sweep(clock.wall_now() + timedelta(days=1))


def fields(answer: Any, **changed: str | None) -> dict[str, str]:
    """Fill in the page that came back: its hidden fields and ticked boxes as they are, and the consent ticked anew."""
    tree = html5lib.parse(answer.content.decode(), namespaceHTMLElements=False)
    form = next(one for one in tree.iter("form") if one.get("enctype"))
    found: dict[str, str | None] = {}
    for one in form.iter("input"):
        is_set = one.get("type") not in ("checkbox", "radio") or "checked" in one.attrib
        if one.get("name") and one.get("type") != "file" and is_set:
            found[one.get("name")] = one.get("value", "")
    found |= {"consent-inquiry": "given", "age": "of-age", **WORDS} | changed
    return {name: said for name, said in found.items() if said is not None}


def held(answer: Any) -> list[str]:
    return [one.name for field in answer.context["form"].fields for one in field.held]


def waiting() -> list[UUID]:
    store = attachments("live")
    assert isinstance(store, DirectoryStore)
    return sorted(UUID(path.name) for path in (store._root / "incoming").glob("*"))


def sent_files(company: Company) -> list[bytes]:
    rows = ItemValue.objects.filter(facet="bytes").order_by("ordinal")
    return [inquiries.open_file(row.record_id, row.id, session_id=company.session_id) for row in rows]


def test_a_form_with_a_mistake_keeps_its_files_and_is_then_stored_with_them(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", PART), file("two.pdf", b"two"))
    assert (again.status_code, held(again)) == (422, ["one.pdf", "two.pdf"])
    assert "one.pdf · 195.3" in again.content.decode()
    assert len(waiting()) == 2
    assert send(visitor, fields(again)).status_code == 201
    assert sent_files(company) == [PART, b"two"]
    assert waiting() == []


def test_what_waits_and_what_is_chosen_anew_go_together(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    again = send(visitor, fields(again, subject=""), file("two.pdf", b"two"))
    assert held(again) == ["one.pdf", "two.pdf"]
    assert send(visitor, fields(again), file("three.pdf", b"three")).status_code == 201
    assert sent_files(company) == [b"one", b"two", b"three"]
    assert waiting() == []


def test_an_unticked_file_is_let_go_at_once_and_not_sent(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"), file("two.pdf", b"two"))
    again = send(visitor, fields(again, subject="", **{"along-1": None}))
    assert held(again) == ["two.pdf"]
    assert len(waiting()) == 1
    assert send(visitor, fields(again)).status_code == 201
    assert sent_files(company) == [b"two"]


def test_after_half_an_hour_the_file_is_gone_with_all_that_opened_it(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    words = fields(again)
    later = clock.wall_now() + slips.LIFE + timedelta(seconds=1)
    monkeypatch.setattr("jikim.sealing.waiting.wall_now", lambda: later)
    answer = send(visitor, words)
    assert (answer.status_code, held(answer)) == (409, [])
    assert "30분까지만" in answer.content.decode()
    assert WORDS["content"] in answer.content.decode()
    assert not Inquiry.objects.exists()
    monkeypatch.setattr("jikim.procedures.sweeps.wall_now", lambda: later)
    assert sweeps.waiting_files() == 1
    assert waiting() == []


def test_a_file_that_was_swept_is_never_left_out_in_silence(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    attachments("live").let_go(waiting()[0])
    answer = send(visitor, fields(again))
    assert answer.status_code == 409
    assert not Inquiry.objects.exists()
    assert send(visitor, fields(answer)).status_code == 201, "it is known now, and sent without"


def test_each_showing_gives_another_half_hour(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    store = attachments("live")
    assert isinstance(store, DirectoryStore)
    old = (clock.wall_now() - timedelta(minutes=29)).timestamp()
    os.utime(store._waiting(waiting()[0]), (old, old))
    send(visitor, fields(again, subject=""))
    assert attachments("live").sweep(clock.wall_now() - timedelta(minutes=28)) == 0


def test_once_the_page_is_answered_nothing_in_memory_opens_what_waits(company: Company, visitor: Client) -> None:
    words = filled(visitor, subject="")
    gc.collect()
    gc.disable()  # what is only found by a search for cycles may lie there for hours
    try:
        again = send(visitor, words, file("one.pdf", b"one"))
        left = [one for one in gc.get_objects() if isinstance(one, (UploadedFile, FileCard, FileKey))]
    finally:
        gc.enable()
    assert held(again) == ["one.pdf"]
    assert left == []


def test_a_slip_is_of_no_use_in_another_form(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    stolen = {name: value for name, value in fields(again).items() if name.startswith(("slip-", "along-"))}
    answer = send(visitor, filled(visitor) | stolen)
    assert answer.status_code == 409
    assert not Inquiry.objects.exists()
    assert len(waiting()) == 1, "it waits for its own form still"


def test_a_slip_that_comes_twice_sends_its_file_once(company: Company, visitor: Client) -> None:
    words = fields(send(visitor, filled(visitor, subject=""), file("one.pdf", b"one")))
    assert send(visitor, words | {"slip-2": words["slip-1"], "along-2": "yes"}).status_code == 201
    assert sent_files(company) == [b"one"]


def test_a_part_that_comes_twice_counts_once_and_its_last_word_holds(company: Company, visitor: Client) -> None:
    words: dict[str, Any] = filled(visitor)
    answer = visitor.post("/inquiry/", words | {"served": ["made up", words["served"]], "attachments": file()})
    assert answer.status_code == 201
    assert visitor.post("/inquiry/", filled(visitor) | {"served": [words["served"], "made up"]}).status_code == 409


@pytest.mark.parametrize("slip", ["", "made up", "AAAAAAAAAAAAAAAA" * 8, "\N{HANGUL SYLLABLE GA}"])
def test_a_made_up_slip_opens_nothing(company: Company, visitor: Client, slip: str) -> None:
    answer = send(visitor, filled(visitor) | {"slip-1": slip, "along-1": "yes"})
    assert answer.status_code == 409
    assert not Inquiry.objects.exists()


def test_a_form_that_is_sent_again_with_its_slips_is_stored_once(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    words = fields(again)
    first, second = send(visitor, words), send(visitor, words)
    assert (first.status_code, second.status_code) == (201, 200)
    assert receipt_code(first) == receipt_code(second)
    assert sent_files(company) == [b"one"]


def test_of_two_tabs_at_the_same_time_one_stores_and_the_other_shows_its_receipt(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = send(visitor, filled(visitor, subject=""), file("one.pdf", b"one"))
    words, answers = fields(again), list[Any]()
    keep = DirectoryStore.keep

    def keep_after_the_other_tab(store: DirectoryStore, name: UUID) -> None:
        monkeypatch.setattr(DirectoryStore, "keep", keep)
        answers.append(send(visitor, words))
        keep(store, name)

    monkeypatch.setattr(DirectoryStore, "keep", keep_after_the_other_tab)
    late = send(visitor, words)
    assert [answers[0].status_code, late.status_code] == [201, 200]
    assert receipt_code(late) == receipt_code(answers[0])
    assert sent_files(company) == [b"one"]


def test_what_cannot_be_stored_now_is_stored_with_its_files_later(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = filled(visitor)

    def full(*_: object) -> None:
        raise StoreUnavailable("full", hint="wait")

    with monkeypatch.context() as broken:
        broken.setattr(DirectoryStore, "keep", full)
        again = send(visitor, words, file("one.pdf", b"one"))
    assert (again.status_code, held(again)) == (503, ["one.pdf"])
    assert fields(again)["served"] == words["served"], "the same form, so that it is stored once whatever happened"
    assert send(visitor, fields(again)).status_code == 201
    assert sent_files(company) == [b"one"]


def test_without_room_for_a_file_the_words_stay_and_nothing_is_stored_without_it(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "no space left")

    with monkeypatch.context() as broken:
        broken.setattr(file_store, "_write_all", full)
        answer = send(visitor, filled(visitor), file("one.pdf", PART))
    assert (answer.status_code, answer.headers["Retry-After"], held(answer)) == (503, "5", [])
    assert "파일은 다시 골라 주세요." in answer.content.decode()
    assert WORDS["content"] in answer.content.decode()
    assert waiting() == []
    assert not Inquiry.objects.exists()
    assert send(visitor, fields(answer)).status_code == 201


def test_so_much_may_wait_of_everybodys_files_and_no_more(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arrivals, "MOST_WAITING_BYTES", 100_000)
    answer = send(visitor, filled(visitor, subject=""), file("one.pdf", PART), file("two.pdf", b"two"))
    assert held(answer) == ["two.pdf"]
    assert "목록에 없는 파일은 다시 골라 주세요." in answer.content.decode()
    assert len(waiting()) == 1


def test_so_much_may_wait_of_one_sources_files_and_no_more(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(throttle, "MOST_WAITING_BYTES", 250_000)
    visitor.defaults["REMOTE_ADDR"] = "198.51.100.7"
    early = clock.wall_now() - timedelta(minutes=1)
    monkeypatch.setattr("jikim.web.public.form.wall_now", lambda: early)
    first, second = (send(visitor, filled(visitor, subject=""), file(content=PART)) for _ in range(2))
    assert (held(first), held(second)) == (["report.pdf"], [])
    assert len(waiting()) == 1
    assert send(visitor, filled(visitor), file(content=PART)).status_code == 201, "what is sent does not wait"


@pytest.mark.parametrize(
    ("content", "name"), [(b"", "empty.txt"), (b"x" * 10_485_761, "big.bin"), (b"900101-1234567", "number.txt")]
)
def test_a_file_that_may_not_be_taken_does_not_wait_and_the_others_do(
    company: Company, visitor: Client, content: bytes, name: str
) -> None:
    answer = send(visitor, filled(visitor), file("good.pdf", b"good"), file(name, content))
    assert (answer.status_code, held(answer), list(answer.context["form"].mistakes)) == (
        422,
        ["good.pdf"],
        ["attachments"],
    )
    assert len(waiting()) == 1


def test_more_files_than_may_be_sent_never_wait(company: Company, visitor: Client) -> None:
    again = send(visitor, filled(visitor, subject=""), *(file(f"{number}.txt") for number in range(4)))
    again = send(visitor, fields(again), *(file(f"more-{number}.txt") for number in range(4)))
    assert (again.status_code, len(held(again)), len(waiting())) == (422, 5, 5)
    assert send(visitor, fields(again)).status_code == 201


@pytest.mark.parametrize("why", ["child", "unasked", "broken off", "no form"])
def test_what_is_sent_away_leaves_no_file(company: Company, visitor: Client, why: str) -> None:
    words = filled(visitor, **({"age": "child"} if why == "child" else {}))
    whole = encode_multipart("jikim", {**words, **({"phone": "1"} if why == "unasked" else {}), "attachments": file()})
    cut = {"broken off": whole[:-30], "no form": whole[:400]}.get(why, whole)
    answer = visitor.post("/inquiry/", cut, content_type="multipart/form-data; boundary=jikim")
    assert answer.status_code == (403 if why == "child" else 400)
    assert waiting() == []


def test_a_program_that_ends_half_way_leaves_what_the_sweep_takes(company: Company) -> None:
    arriving = arrivals.Arriving("one.pdf", "attachments")
    arriving.write(PART)
    assert len(waiting()) == 1
    assert sweeps.waiting_files() == 0, "it arrives still"
    assert attachments("live").sweep(clock.wall_now() + timedelta(minutes=1)) == 1
    assert waiting() == []


# --- more words, and what is taken in by hand ------------------------------------------------------------------------


def of_more(client: Client, receipt: Any, words: str, *files: Any, **more: str) -> Any:
    served = client.post("/my/", {"code": receipt.code}).context["form"].served
    body = {"code": receipt.code, "served": served, "content": words, **more, "attachments": list(files)}
    return client.post("/my/more/", body)


def test_files_of_more_words_wait_too(company: Company, visitor: Client) -> None:
    receipt = company.receives(files=())
    again = of_more(visitor, receipt, "", file("one.pdf", PART))
    assert (again.status_code, held(again)) == (422, ["one.pdf"])
    words = {**fields(again), "content": WORDS["content"]}
    assert visitor.post("/my/more/", words).status_code == 201
    assert visitor.post("/my/more/", words).status_code == 200, "once, however often it is sent"
    assert sent_files(company) == [PART]
    assert waiting() == []


def test_more_words_and_files_are_sent_by_the_page_that_came_back_while_the_keyring_was_away(
    company: Company, visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = company.receives(files=())

    def away(*_: object, **__: object) -> None:
        raise KeyringUnavailable("nobody answers", hint="wait")

    served = visitor.post("/my/", {"code": receipt.code}).context["form"].served
    with monkeypatch.context() as broken:
        broken.setattr("jikim.sealing.keyd.together.Together.grant", away)
        body = {"code": receipt.code, "served": served, "content": WORDS["content"], "attachments": file()}
        again = visitor.post("/my/more/", body)
    assert (again.status_code, held(again)) == (503, ["report.pdf"])
    assert WORDS["content"] in again.content.decode()
    assert visitor.post("/my/more/", fields(again)).status_code == 201
    assert len(sent_files(company)) == 1


def test_a_letters_scan_waits_for_the_entry_that_has_to_be_corrected(company: Company, handler: Client) -> None:
    page = handler.get("/desk/take-in/")
    words = {"this-form": page.context["form"], "came-by": "letter", "on-ground": "contract", "written-in": "ko"}
    again = handler.post("/desk/take-in/", {**words, "content": "It does not fit.", "attachments": file()})
    assert again.status_code == 422
    (one,) = next(field.held for field in again.context["fields"] if field.held)
    kept = {"slip-1": one.slip, "along-1": "yes", "arrived-on": "2026-10-05", "content": "It does not fit."}
    assert handler.post("/desk/take-in/", words | kept).status_code == 201
    assert len(sent_files(company)) == 1
    assert waiting() == []


def test_a_form_the_desk_refuses_leaves_no_file(company: Company, handler: Client) -> None:
    answer = handler.post("/desk/take-in/", {"this-form": "made up", "came-by": "letter", "attachments": file()})
    assert answer.status_code == 400
    assert waiting() == []
