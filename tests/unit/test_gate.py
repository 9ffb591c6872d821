"""Nothing leaves for a receiver that the policy in force does not name for it."""

import re
from datetime import date
from pathlib import Path

import pytest

import jikim
from jikim.domain.journal import KINDS_OF, Role, check_leaf
from jikim.domain.processor import ProcessorScope, Receiver, scope_of
from jikim.domain.vocabulary import SystemWork
from jikim.language import compile as compiler
from jikim.language import load
from jikim.outbox.gate import LEAF, NotRegistered, Passed, let_out
from tests.support.mutation import GONE, POLICIES, draft

TODAY = date(2026, 11, 23)
MAIL, STORAGE, BACKUP = SystemWork.MAIL, SystemWork.STORAGE, SystemWork.BACKUP
COMPANY = {
    "label": {"ko": "달구지메시지", "en": "Dalguji Messaging"},
    "task": {"ko": "메일 발송", "en": "Sending mail"},
    "items": ["email"],
    "country": "KR",
}


def scope(**edits: object) -> ProcessorScope:
    """The scope of the reference policy with facts changed; `__` stands for a dot."""
    raw = draft({path.replace("__", "."): value for path, value in edits.items()}).raw
    return scope_of(compiler.compile(raw))


def entrusted(kind: str) -> ProcessorScope:
    return scope(
        sharing__processor__dalguji={**COMPANY, "kind": kind}, sharing__consignment__processors=GONE, systems=GONE
    )


def refused(scope: ProcessorScope | None, receiver: str, work: SystemWork, *items: str) -> NotRegistered:
    with pytest.raises(NotRegistered) as caught:
        let_out(scope, receiver, work, items, on=TODAY)
    return caught.value


def test_what_the_policy_names_passes() -> None:
    assert let_out(scope(), "mail", MAIL, ["email"], on=TODAY) == Passed("mail", MAIL, frozenset({"email"}))


@pytest.mark.parametrize("policy", ["example/1.toml", "utracs/2.toml"])
def test_policies_to_copy_let_mail_go_to_the_address_of_an_inquiry(policy: str) -> None:
    scope = scope_of(compiler.compile(load.read(POLICIES / policy).raw))
    assert let_out(scope, "mail", MAIL, ["email"], on=TODAY).receiver == "mail"


@pytest.mark.parametrize(
    ("receiver", "work", "items"),
    [
        ("post", MAIL, ["email"]),  # nobody of that name
        ("", MAIL, ["email"]),
        ("mail", STORAGE, ["email"]),  # named, for something else
        ("mail", MAIL, ["content"]),  # named, for another item
        ("mail", MAIL, ["email", "content"]),  # one of two
        ("mail", MAIL, ["no-such-item"]),
        ("mail", MAIL, []),  # nobody can tell what leaves
    ],
)
def test_what_it_does_not_name_is_refused(receiver: str, work: SystemWork, items: list[str]) -> None:
    refused(scope(), receiver, work, *items)


def test_with_no_policy_in_force_nothing_leaves() -> None:
    assert "no policy" in refused(None, "mail", MAIL, "email").message


def test_a_policy_that_names_nobody_lets_nothing_out() -> None:
    refused(scope(systems=GONE), "mail", MAIL, "email")


@pytest.mark.parametrize("missing", ["systems__mail__kind", "systems__mail__items"])
def test_a_system_without_its_work_or_its_items_receives_nothing(missing: str) -> None:
    refused(scope(**{missing: GONE}), "mail", MAIL, "email")


def test_a_name_that_could_mean_two_receivers_means_none() -> None:
    twice = ProcessorScope(
        tuple(Receiver("mail", frozenset({MAIL}), frozenset({"email"}), is_own=own) for own in (True, False))
    )
    refused(twice, "mail", MAIL, "email")


def test_a_company_may_do_the_work_it_is_entrusted_with_and_no_other() -> None:
    for kind, work in (("messaging", MAIL), ("hosting", STORAGE), ("hosting", BACKUP)):
        assert let_out(entrusted(kind), "dalguji", work, ["email"], on=TODAY).work is work
    refused(entrusted("messaging"), "dalguji", STORAGE, "email")
    refused(entrusted("hosting"), "dalguji", MAIL, "email")
    refused(entrusted("delivery"), "dalguji", MAIL, "email")


@pytest.mark.parametrize("work", list(SystemWork))
def test_a_refusal_carries_an_entry_that_those_who_send_may_tell(work: SystemWork) -> None:
    error = refused(scope(systems=GONE), "홍길동 <kim@example.kr>", work, "email")
    check_leaf(LEAF, error.fact)
    assert all(LEAF in KINDS_OF[role] for role in (Role.POSTMAN, Role.WORKER, Role.DESK))
    assert "example.kr" not in str(error)


def test_only_the_gate_hands_out_what_senders_ask_for() -> None:
    source = Path(jikim.__file__).parent
    makers = [path for path in source.rglob("*.py") if re.search(r"\bPassed\(", path.read_text(encoding="utf-8"))]
    assert makers == [source / "outbox" / "gate.py"]
