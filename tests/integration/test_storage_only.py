"""What is set aside is stored and nothing else: every verb this program has, on every store, through one place.

The table is of the real actions. A verb that has none yet (nothing here personalises or measures) is asked the way such
an action would have to ask.
"""

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from jikim import clock, sealing
from jikim.actions import holds, inquiries, mail, returning, stored
from jikim.actions.inquiries import Receipt
from jikim.actions.returning import Addition, Person
from jikim.domain.delivery import Letter, MailState
from jikim.domain.destruction import LIVE, SEPARATE
from jikim.domain.hold import HoldReason
from jikim.domain.storage_only import Occasion, StorageOnly, Verb
from jikim.domain.terms import LawfulUse, RecordState
from jikim.environment.mail import MailServer, Tls
from jikim.procedures import postman
from jikim.queries import inquiries as asked
from jikim.store.live.models import Hold, Inquiry, ItemValue, OutgoingMail, Stub
from jikim.store.separate.models import SeparateItem
from tests.support.company import BEGINS, POLICIES, WORDS, Company, founded

SOURCE = Path(inquiries.__file__).parents[1]
MOVES_ON = BEGINS.replace(day=13)
NOBODY = MailServer("127.0.0.1", 9, Tls.NEVER, "", "", "desk@example.kr", "", frozenset())


@dataclass(frozen=True, slots=True)
class Case:
    """One record in one store, and somebody who tries."""

    company: Company
    receipt: Receipt
    files: tuple[UUID, ...]  # the bytes of its attachments

    @property
    def record_id(self) -> UUID:
        return self.receipt.record_id

    @property
    def person(self) -> Person:
        return Person(self.record_id, code=self.receipt.code)

    @property
    def row(self) -> Inquiry:
        return Inquiry.objects.get(id=self.record_id)


def queues(case: Case) -> None:
    with transaction.atomic("live"):
        assert mail.queue(case.row, Letter.ANSWER)


def asks(verb: Verb) -> Callable[[Case], None]:
    return lambda case: stored.permit(verb, case.record_id)


def writes_more(case: Case) -> None:
    returning.write_more(case.person, Addition(uuid4(), {"content": "One more word."}))


def resolves(case: Case) -> None:
    case.company.resolves(case.record_id, "general")


ACTIONS: list[tuple[Verb, str, Callable[[Case], object]]] = [
    (Verb.VIEW, "some item of it", asks(Verb.VIEW)),
    (Verb.SEARCH, "among what people wrote", asks(Verb.SEARCH)),
    (Verb.MODIFY, "staff reply", lambda case: case.company.answers(case.record_id)),
    (Verb.MODIFY, "staff resolve or correct the class", resolves),
    (Verb.MODIFY, "staff reopen", lambda case: inquiries.reopen(case.record_id, session_id=case.company.session_id)),
    (Verb.MODIFY, "the person writes more", writes_more),
    (Verb.MODIFY, "the person closes", lambda case: returning.close_own(case.person)),
    (Verb.MODIFY, "the person says no", lambda case: returning.was_answered(case.person, answered=False)),
    (Verb.MODIFY, "the person says yes", lambda case: returning.was_answered(case.person, answered=True)),
    (Verb.EXPORT, "staff take a file",
     lambda case: inquiries.open_file(case.record_id, case.files[0], session_id=case.company.session_id)),
    (Verb.EXPORT, "the person takes a file", lambda case: returning.read_file(case.person, case.files[0])),
    (Verb.SHARE, "a letter to its address", queues),
    (Verb.PERSONALISE, "by what was written", asks(Verb.PERSONALISE)),
    (Verb.MEASURE, "what was written", asks(Verb.MEASURE)),
]  # fmt: skip
ROWS = [pytest.param(act, id=f"{verb}: {name}") for verb, name, act in ACTIONS]


@pytest.fixture
def everything_is_kept(tmp_path: Path) -> str:
    """The reference policy, with attachments among what complaints keep."""
    words = (POLICIES / "utracs/2.toml").read_text()
    kept = 'items = ["email", "subject", "content"]\nstart = "complaint.resolved"'
    assert words.count(kept) == 1
    path = tmp_path / "2.toml"
    path.write_text(words.replace(kept, kept.replace('"content"', '"content", "attachments"')))
    return str(path)


@contextmanager
def case_in(store: str, keys: Path, policy: str) -> Iterator[Case]:
    """A complaint that was closed: still live in its quiet days, or set aside whole."""
    with founded(keys, policy) as company:
        receipt = company.receives_and_resolves("complaint-dispute", access_log="")
        files = tuple(ItemValue.objects.filter(facet="bytes").values_list("id", flat=True))
        if store == SEPARATE:
            assert company.works_on(MOVES_ON).set_aside == 7
        yield Case(company, receipt, files)


def leaves_a_stub(row: ItemValue) -> None:
    """Have `live` say that a value is set aside, though its row is still there."""
    days = {"last_day": BEGINS, "keep_until": BEGINS, "destroy_by": BEGINS}
    where = {"record_id": row.record_id, "item": row.item, "facet": row.facet}
    Stub.objects.create(value_id=row.id, rule="complaint-dispute", **where, **days)


def all_rows() -> list[Any]:
    """Return everything a verb could change of a record, here and apart."""
    tables = (Inquiry, ItemValue, Stub, OutgoingMail)
    return [list(table.objects.order_by("pk").values()) for table in (*tables, SeparateItem)]


def test_the_table_has_every_verb() -> None:
    assert {verb for verb, _, _ in ACTIONS} == set(Verb)


@pytest.mark.parametrize("act", ROWS)
def test_each_verb_passes_for_what_is_live(
    stores: None, ram_path: Path, everything_is_kept: str, act: Callable[[Case], object]
) -> None:
    with case_in(LIVE, ram_path / "keys", everything_is_kept) as case:
        act(case)


@pytest.mark.parametrize("act", ROWS)
def test_each_verb_is_refused_for_what_is_set_aside_and_nothing_changes(
    stores: None, ram_path: Path, everything_is_kept: str, act: Callable[[Case], object]
) -> None:
    with case_in(SEPARATE, ram_path / "keys", everything_is_kept) as case:
        before = all_rows()
        with pytest.raises(StorageOnly, match="for storage only"):
            act(case)
        assert all_rows() == before


def test_opening_shows_whose_record_it_is_nothing_of_what_is_set_aside(
    stores: None, ram_path: Path, everything_is_kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with case_in(SEPARATE, ram_path / "keys", everything_is_kept) as case:
        for opened in (
            inquiries.open_record(case.record_id, session_id=case.company.session_id),
            returning.read(case.person),
        ):
            assert not any(turn.values or turn.files for turn in opened.turns)


def test_a_live_row_that_an_old_copy_of_the_database_brought_back_is_not_opened(
    stores: None, ram_path: Path, everything_is_kept: str
) -> None:
    with case_in(LIVE, ram_path / "keys", everything_is_kept) as case:
        leaves_a_stub(ItemValue.objects.get(item="content"))
        opened = inquiries.open_record(case.record_id, session_id=case.company.session_id)
        words = {said.words for turn in opened.turns for said in turn.values}
        assert words == {WORDS["subject"], WORDS["email"]}


def test_the_inbox_tells_states_and_counts_of_what_is_set_aside_and_asks_no_key(
    stores: None, ram_path: Path, everything_is_kept: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with case_in(SEPARATE, ram_path / "keys", everything_is_kept) as case:
        monkeypatch.setattr(sealing, "current", lambda: pytest.fail("a key was asked for"))
        (line,) = asked.inbox(RecordState.SET_ASIDE)
        assert (line.record_id, line.attachments) == (case.record_id, 0)


def test_a_letter_that_waited_is_not_sent_once_its_address_is_set_aside(
    stores: None, ram_path: Path, everything_is_kept: str
) -> None:
    with case_in(LIVE, ram_path / "keys", everything_is_kept) as case:
        queues(case)
        email = ItemValue.objects.get(item="email")
        leaves_a_stub(email)
        assert set(postman.once(NOBODY)) == {MailState.DROPPED}


@pytest.mark.parametrize("verb", [Verb.VIEW, Verb.EXPORT])
def test_what_a_lawful_use_opens_passes_the_same_place(
    stores: None, ram_path: Path, everything_is_kept: str, verb: Verb
) -> None:
    with case_in(SEPARATE, ram_path / "keys", everything_is_kept) as case:
        stored.permit(verb, case.record_id, occasion=Occasion(LawfulUse.SUBJECT_ACCESS, uuid4()))
        with pytest.raises(StorageOnly, match="needs a second person"):
            stored.permit(verb, case.record_id, occasion=Occasion(LawfulUse.DISPUTE, uuid4()))
        assert stored.refused(verb, case.record_id, occasion=Occasion(LawfulUse.SUBJECT_ACCESS, uuid4())) == set()


def test_keeping_is_no_use_a_hold_may_be_set_over_what_is_set_aside(
    stores: None, ram_path: Path, everything_is_kept: str
) -> None:
    with case_in(SEPARATE, ram_path / "keys", everything_is_kept) as case:
        review_on = clock.policy_today().replace(month=12)
        session_id = case.company.session_id
        holds.set_hold(case.record_id, ["content"], HoldReason.LAWSUIT, review_on=review_on, session_id=session_id)
        assert Hold.objects.get().values == [str(Stub.objects.get(item="content").value_id)]


OPENERS = {"unseal", "unseal_file", "open_sealed", "open_all"}
MAY_OPEN = {
    "actions/values.py",  # the two functions themselves
    "actions/conversation.py",  # asks `stored` first
    "procedures/postman.py",  # asks `stored` first
    "web/desk/accounts/adapter.py",  # second factors of staff
    "queries/access.py",  # places that staff came from
    "queries/staff.py",  # names of staff
    "cli/bench/rows/pause.py",  # values of its own
}


def test_no_other_code_opens_a_value() -> None:
    found = set()
    for path in SOURCE.rglob("*.py"):
        if path.is_relative_to(SOURCE / "sealing"):
            continue  # the keyring itself
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if name in OPENERS:
                found.add(path.relative_to(SOURCE).as_posix())
    assert found == MAY_OPEN
