"""Publishing: checked, numbered, immutable, and stored as people will read it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from jikim import clock
from jikim.actions import policies as publishing
from jikim.actions.policies import NotTheNextVersion, PolicyHasErrors, VersionTaken
from jikim.language import load
from jikim.language.canonical import canonical
from jikim.language.draft import Draft
from jikim.queries import policies
from jikim.store.live.models import PendingLeaf, PolicyText, PolicyVersion

SOURCE = (Path(__file__).resolve().parents[2] / "policies" / "utracs" / "2.toml").read_text(encoding="utf-8")
pytestmark = pytest.mark.usefixtures("keys")

INSTANT = "2026-10-02T00:00:00+09:00"


@pytest.fixture
def on_25_september(stores: None) -> Iterator[None]:
    clock.allow_travel()
    clock.travel_to(date(2026, 9, 25))
    yield
    clock.forbid_travel()


def draft(*changes: tuple[str, str]) -> Draft:
    text = SOURCE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return load.parse(text.encode(), "changed.toml")


def version_3(at: str, *changes: tuple[str, str]) -> Draft:
    line = f'[history.3]\neffective = "{at}"\nsummary = {{ ko = "셋째 판", en = "Third version" }}\n\n[controller]'
    numbered = (("version = 2\n", "version = 3\n"), (f"effective = {INSTANT}", f"effective = {at}"))
    return draft(*numbered, ("[controller]", line), *changes)


def test_a_version_is_kept_with_its_bytes_digest_and_page_in_every_language(on_25_september: None) -> None:
    made = draft()
    assert publishing.publish(made, by="test") == 2
    row = PolicyVersion.objects.get()
    assert bytes(row.canonical) == canonical(made.raw)
    assert row.sha256 == sha256(bytes(row.canonical)).hexdigest()
    assert row.source == SOURCE
    assert row.effective_at == datetime(2026, 10, 1, 15, tzinfo=UTC)
    for language, words in (("ko", "개인정보"), ("en", "Privacy")):
        text = PolicyText.objects.get(language=language)
        assert words in text.html
        assert sha256(text.html.encode()).hexdigest() == text.sha256
        assert policies.text(2, language) == text.html


def test_a_version_is_in_force_from_its_instant_on_and_not_before(on_25_september: None) -> None:
    publishing.publish(draft(), by="test")
    instant = datetime(2026, 10, 1, 15, tzinfo=UTC)
    assert policies.in_force() is None
    assert policies.in_force(datetime(2026, 10, 1, 14, 59, 59, tzinfo=UTC)) is None
    found, coming = policies.in_force(instant), policies.coming()
    assert found is not None
    assert coming is not None
    assert found.number == coming.number == 2


def test_a_record_is_governed_by_the_version_it_came_in_under(on_25_september: None) -> None:
    publishing.publish(draft(), by="test")
    publishing.publish(version_3("2026-11-01T00:00:00+09:00"), by="test")
    assert [found.number for found in policies.all_versions()] == [3, 2]
    assert policies.governing(2).policy.version == 2
    later = policies.in_force(datetime(2027, 1, 1, tzinfo=UTC))
    assert later is not None
    assert later.number == 3


def test_publishing_the_same_file_again_changes_nothing(on_25_september: None) -> None:
    publishing.publish(draft(), by="test")
    entries = PendingLeaf.objects.count()
    assert publishing.publish(draft(), by="test") == 2
    assert (PolicyVersion.objects.count(), PendingLeaf.objects.count()) == (1, entries)


def test_another_text_under_the_same_number_is_refused(on_25_september: None) -> None:
    publishing.publish(draft(), by="test")
    with pytest.raises(VersionTaken, match="give the file the number 3"):
        publishing.publish(draft(("max_chars = 120", "max_chars = 121")), by="test")
    assert policies.governing(2).policy.item("subject").max_chars == 120


@pytest.mark.parametrize("at", [INSTANT, "2026-10-01T00:00:00+09:00", "2026-10-01T15:00:00Z"])
def test_a_version_takes_effect_after_the_one_before_it(on_25_september: None, at: str) -> None:
    publishing.publish(draft(), by="test")
    rewritten = ('effective = "2026-10-02"', 'effective = "2026-10-01"')  # a history that hides it from the check
    with pytest.raises(NotTheNextVersion) as refused:
        publishing.publish(version_3(at, rewritten), by="test")
    assert refused.value.hint.endswith("+09:00")  # as the author of the file wrote it
    assert PolicyVersion.objects.count() == 1


def test_an_earlier_number_does_not_come_later(on_25_september: None) -> None:
    publishing.publish(version_3("2026-11-01T00:00:00+09:00"), by="test")
    with pytest.raises(NotTheNextVersion, match="comes after version 3"):
        publishing.publish(draft(), by="test")


def test_another_policy_does_not_take_over_a_home(on_25_september: None) -> None:
    publishing.publish(draft(), by="test")
    with pytest.raises(NotTheNextVersion, match="publishes the policy utracs"):
        publishing.publish(version_3("2026-11-01T00:00:00+09:00", ('id = "utracs"', 'id = "other"')), by="test")
    with pytest.raises(NotTheNextVersion, match="publishes the policy utracs"):
        publishing.publish(draft(('id = "utracs"', 'id = "other"')), by="test")  # under a number that is taken


def test_a_file_with_errors_is_not_published_and_the_codes_are_named(on_25_september: None) -> None:
    with pytest.raises(PolicyHasErrors, match=r"changed\.toml has errors: E-"):
        publishing.publish(draft(('basis = "consent"', 'basis = "because"')), by="test")
    assert not PolicyVersion.objects.exists()
    assert not PendingLeaf.objects.exists()


def test_two_that_publish_the_same_file_at_once_both_succeed(
    on_25_september: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second looked before the first had committed, as two machines on one PostgreSQL may."""
    really, early = policies.all_versions, [()]
    publishing.publish(draft(), by="test")
    monkeypatch.setattr(publishing, "all_versions", lambda: early.pop() if early else really())
    before = [(table, table.objects.count()) for table in (PolicyVersion, PolicyText, PendingLeaf)]
    assert publishing.publish(draft(), by="test") == 2
    assert [(table, table.objects.count()) for table, _ in before] == before
