"""Each fact the program depends on is broken once, and each time it refuses to start and says which fact it was."""

import copy
import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.checks import CheckMessage
from django.db import connections

from jikim import clock, environment, sealing
from jikim.actions import arrivals
from jikim.config import checks
from jikim.config.checks import clauses, columns, keyring, policies
from jikim.domain.leaf import DestroyReason
from jikim.environment import ALIASES
from jikim.language import canonical, load
from jikim.language.keepers import KEEPERS, NOT_YET
from jikim.sealing.errors import StoreUnavailable
from jikim.sealing.keyd.values import Destruction
from jikim.sealing.keyring import Binding, SealRequest
from jikim.store import start
from jikim.store.columns import ColumnClass
from jikim.store.live.models import DeskLink, ItemValue, PendingLeaf, PolicyVersion
from jikim.store.separate.models import SeparateItem

REFERENCE = Path(__file__).resolve().parents[2] / "policies" / "utracs" / "2.toml"
FACTS: dict[str, Any] = load.read(REFERENCE).raw

Change = Callable[[dict[str, Any]], object]


def said(problems: list[CheckMessage]) -> list[str]:
    assert all(problem.hint for problem in problems)
    return [f"{problem.id} {problem.msg}" for problem in problems]


def published(change: Change = lambda facts: None, *, number: int = 2, in_days: int = -1) -> PolicyVersion:
    """Store a version as publishing does, with one thing in it changed."""
    facts = copy.deepcopy(FACTS)
    change(facts)
    return PolicyVersion.objects.create(
        number=number,
        policy_id="utracs",
        canonical=canonical.canonical(facts),
        source="",
        sha256=canonical.fingerprint(facts),
        effective_at=clock.policy_now() + timedelta(days=in_days),
        published_at=clock.policy_now(),
    )


def stored(item: str, kid: int = 1) -> ItemValue:
    return ItemValue.objects.create(
        record_id=uuid4(), message_id=uuid4(), item=item, kid=kid, envelope=b"", collected_on=clock.policy_today()
    )


# --- columns -----------------------------------------------------------------------------------------------------


def test_every_column_says_what_it_is(stores: None) -> None:
    assert columns.models_are_classified() == []
    assert columns.tables_are_classified(databases=ALIASES) == []


def test_a_column_that_does_not_say_what_it_is_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(ItemValue.columns, "facet")
    assert said(columns.models_are_classified()) == [
        "jikim.E101 the column live.ItemValue.facet does not say what it is"
    ]


def test_a_table_without_declarations_stops_the_start_for_each_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(SeparateItem, "columns")
    assert len(said(columns.models_are_classified())) == len(SeparateItem._meta.concrete_fields)


def test_a_declared_column_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DeskLink.columns, "address", ColumnClass.STAFF)
    assert said(columns.models_are_classified()) == [
        "jikim.E102 live.DeskLink declares address, which it does not have"
    ]


def test_a_word_that_is_no_class_of_columns_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(DeskLink.columns, "made_at", "whatever")
    assert said(columns.models_are_classified()) == ["jikim.E103 the column live.DeskLink.made_at says whatever"]


def test_a_sealed_column_of_plain_text_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ItemValue.columns, "item", ColumnClass.SEALED)
    assert said(columns.models_are_classified()) == [
        "jikim.E104 the column live.ItemValue.item is sealed but holds no bytes"
    ]


@pytest.mark.parametrize("alias", ALIASES)
@pytest.mark.parametrize(
    "statement",
    ["CREATE TABLE somebodys (email varchar(80))", "ALTER TABLE django_migrations ADD COLUMN email varchar(80)"],
    ids=["a table of somebody else", "a column in a third party's table"],
)
def test_a_column_nobody_declared_stops_the_start(stores: None, alias: str, statement: str) -> None:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement)
    (problem,) = said(columns.tables_are_classified(databases=ALIASES))
    assert problem.startswith(f"jikim.E105 the {alias} database has a column ")
    assert problem.endswith(".email that nobody declared")


def test_a_column_added_to_our_own_table_behind_our_back_stops_the_start(stores: None) -> None:
    with connections["live"].cursor() as cursor:
        cursor.execute("ALTER TABLE live_inquiry ADD COLUMN note text")
    (problem,) = said(columns.tables_are_classified(databases=("live",)))
    assert "live_inquiry.note" in problem


# --- policies ----------------------------------------------------------------------------------------------------


def test_a_sound_home_starts(stores: None, keys: None) -> None:
    published()
    stored("email", kid=_sealed_kid())
    start.refuse_broken_facts()


def test_before_the_first_policy_there_is_nothing_to_refuse(stores: None) -> None:
    start.refuse_broken_facts()


def test_a_published_version_that_changed_stops_the_start(stores: None) -> None:
    row = published()
    PolicyVersion.objects.update(canonical=bytes(row.canonical).replace(b"P7D", b"P8D"))
    assert said(policies.versions_are_unchanged(databases=("live",))) == [
        "jikim.E202 policy version 2 is no longer what was published: its SHA-256 differs"
    ]


@pytest.mark.parametrize("changed", [False, True])
def test_a_policy_file_with_other_facts_under_a_published_number_stops_the_start(
    stores: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, changed: bool
) -> None:
    words = REFERENCE.read_text(encoding="utf-8")
    file = tmp_path / "policy.toml"
    file.write_text(words.replace('quiet = "P7D"', 'quiet = "P8D"') if changed else f"# a comment\n{words}", "utf-8")
    monkeypatch.setenv("JIKIM_POLICY", str(file))
    published()
    assert bool(said(policies.file_is_unchanged(databases=("live",)))) is changed


def test_an_unreadable_policy_file_says_nothing_about_what_was_published(
    stores: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIKIM_POLICY", str(tmp_path))
    published()
    assert policies.file_is_unchanged(databases=("live",)) == []


def unnamed(facts: dict[str, Any]) -> None:
    facts["purpose"]["inquiry"]["items"].remove("subject")


@pytest.mark.parametrize("in_days", [-1, 30], ids=["in force", "to come"])
def test_an_item_that_no_clause_names_stops_the_start(stores: None, in_days: int) -> None:
    published(unnamed, in_days=in_days)
    assert said(policies.items_have_a_purpose(databases=("live",))) == [
        "jikim.E204 policy version 2 names the item subject, and none of its purposes does"
    ]


def test_a_version_no_longer_in_force_is_history_and_stops_nothing(stores: None) -> None:
    published(unnamed, number=1, in_days=-9)
    published()
    assert policies.items_have_a_purpose(databases=("live",)) == []


def test_a_policy_this_program_cannot_carry_out_stops_the_start(stores: None) -> None:
    published(lambda facts: facts["purpose"]["inquiry"].update(ends="the moon.risen"))
    assert said(policies.versions_compile(databases=("live",))) == [
        "jikim.E205 policy version 2 cannot be carried out by this program"
    ]


def test_stored_values_of_an_item_no_policy_ever_named_stop_the_start(stores: None) -> None:
    published()
    stored("shoe_size")
    assert said(policies.stored_items_are_named(databases=ALIASES)) == [
        "jikim.E206 the live database holds values of shoe_size, which no published policy names"
    ]


def storage(facts: dict[str, Any]) -> None:
    label = {"ko": "사내 저장소", "en": "Our own storage"}
    facts.setdefault("systems", {})["files"] = {"label": label, "kind": "storage", "items": ["attachments"]}


def test_attachments_at_a_place_the_policy_does_not_name_stop_the_start(
    stores: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIKIM_FILES_URL", f"file://{tmp_path}/elsewhere")
    published()
    assert said(policies.files_lie_where_it_says(databases=("live",))) == [
        "jikim.E207 attachments lie outside the home, and policy version 2 does not let attachments go to files"
    ]
    PolicyVersion.objects.all().delete()
    published(storage)
    assert policies.files_lie_where_it_says(databases=("live",)) == []
    monkeypatch.setenv("JIKIM_FILES_RECEIVER", "nas")
    assert len(policies.files_lie_where_it_says(databases=("live",))) == 1
    monkeypatch.setenv("JIKIM_FILES_URL", f"file://{environment.home()}/attachments")
    assert policies.files_lie_where_it_says(databases=("live",)) == []


def test_no_file_goes_to_a_place_the_policy_does_not_name_and_the_journal_is_told(
    stores: None, keys: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("JIKIM_FILES_URL", f"file://{tmp_path}/elsewhere")
    published()
    with pytest.raises(StoreUnavailable, match="names no such receiver; nothing was sent"):
        arrivals.arrived("one.pdf", b"%PDF-1.4", "attachments")
    assert not (tmp_path / "elsewhere").exists()
    (entry,) = PendingLeaf.objects.filter(kind="gate-refusal")
    assert entry.body["gate"] == "storage"
    PolicyVersion.objects.all().delete()
    published(storage)
    assert arrivals.arrived("one.pdf", b"%PDF-1.4", "attachments").size == 8


# --- clauses -----------------------------------------------------------------------------------------------------


def test_every_clause_is_kept_by_code_that_exists() -> None:
    assert clauses.keepers_exist() == []


@pytest.mark.parametrize("nowhere", ["jikim.procedures.destroy.burn", "jikim.furnace.burn", "burn"])
def test_a_clause_kept_by_code_that_is_not_there_stops_the_start(monkeypatch: pytest.MonkeyPatch, nowhere: str) -> None:
    monkeypatch.setitem(KEEPERS, "destruction.electronic.method", nowhere)
    assert said(clauses.keepers_exist()) == [
        f"jikim.E201 {nowhere} is said to keep destruction.electronic.method, and does not exist"
    ]


def test_a_clause_that_no_code_keeps_stops_the_start(stores: None, monkeypatch: pytest.MonkeyPatch) -> None:
    published()
    assert clauses.clauses_are_kept(databases=("live",)) == []
    monkeypatch.delitem(KEEPERS, "retention.within")
    assert said(clauses.clauses_are_kept(databases=("live",))) == [
        "jikim.E207 policy version 2 says retention.within, and no code keeps it"
    ]


def test_a_promise_admitted_as_not_kept_yet_stops_nothing_until_it_leaves_the_list(
    stores: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    published()
    monkeypatch.setattr(clauses, "NOT_YET", tuple(p for p in NOT_YET if p.name != "paper"))
    assert {problem.split()[5].rstrip(",") for problem in said(clauses.clauses_are_kept(databases=("live",)))} == {
        "retention.paper_to",
        "destruction.paper.methods",
        "destruction.paper.evidence",
    }


# --- keys --------------------------------------------------------------------------------------------------------


def _sealed_kid() -> int:
    binding = Binding("live", uuid4(), uuid4(), "email", "value")
    return sealing.current().seal([SealRequest(binding, b"")])[0].kid


def test_rows_whose_keys_the_keyring_never_made_stop_the_start(stores: None, keys: None) -> None:
    stored("email", kid=_sealed_kid())
    assert keyring.keys_belong_to_rows(databases=ALIASES) == []
    stored("email", kid=9 << 16)
    assert said(keyring.keys_belong_to_rows(databases=ALIASES)) == [
        "jikim.E301 the keyring does not know key 589824, which the live database names"
    ]


def test_a_destroyed_key_is_known_and_stops_nothing(stores: None, keys: None) -> None:
    kid = _sealed_kid()
    stored("email", kid=kid)
    request = Destruction(uuid4(), DestroyReason.RETENTION_EXPIRED, "0" * 64, {kid: bytes(32)})
    sealing.current().destroy([request])
    assert keyring.keys_belong_to_rows(databases=ALIASES) == []


def test_another_homes_keyring_that_knows_the_number_stops_the_start(stores: None, keys: None) -> None:
    binding = Binding("live", uuid4(), uuid4(), "email", "value")
    sealed = sealing.current().seal([SealRequest(binding, b"kim@example.kr")])[0]
    stored("email", kid=sealed.kid)
    ItemValue.objects.update(id=binding.value_id, record_id=binding.record_id, envelope=sealed.envelope)
    assert keyring.keys_belong_to_rows(databases=ALIASES) == []
    ItemValue.objects.update(envelope=sealing.current().seal([SealRequest(binding, b"x")])[0].envelope)
    assert said(keyring.keys_belong_to_rows(databases=ALIASES)) == [
        f"jikim.E302 key {sealed.kid} of the keyring is not the key of the live database"
    ]


# --- all at once -------------------------------------------------------------------------------------------------


def test_all_that_is_broken_is_said_at_once(stores: None, keys: None) -> None:
    published(unnamed)
    PolicyVersion.objects.update(sha256=hashlib.sha256(b"another").hexdigest())
    stored("shoe_size", kid=9 << 16)
    with pytest.raises(start.NotReady) as caught:
        start.refuse_broken_facts()
    assert [word for word in caught.value.message.split() if word.startswith("jikim.E")] == [
        "jikim.E202",
        "jikim.E204",
        "jikim.E205",
        "jikim.E206",
        "jikim.E301",
    ]


def test_checks_that_read_a_database_stay_away_from_one_that_is_not_named() -> None:
    """Django's own commands run checks before the tables are there; this test was given no database to read."""
    for check in checks.WITH_DATABASES:
        assert check(databases=None) == []
