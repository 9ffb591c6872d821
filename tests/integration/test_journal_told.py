"""What waits in the databases reaches the journal once, in order, as told by whoever may, and is let go then."""

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import date, timedelta
from threading import Event, Thread
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connections, transaction
from pytest_django import DjangoAssertNumQueries

from jikim import clock, sealing
from jikim.actions import journal as telling
from jikim.domain.journal import KINDS_OF, Leaf, Role, to_the_hour
from jikim.domain.leaf import COUNTED_EVENTS
from jikim.environment import ALIASES
from jikim.procedures import journal, worker
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyd.values import SignedLeaf, leaf_mac
from jikim.sealing.keyring import KeyringUnavailable
from jikim.store.live.models import PendingLeaf
from jikim.store.separate.models import PendingLeaf as SeparateLeaf
from tests.support.company import BEGINS, Company

MOVES_ON = date(2026, 10, 13)


def keyring() -> Together:
    found = sealing.current()
    assert isinstance(found, Together)
    return found


def told() -> list[str]:
    """Return the kind of every entry of the journal, the key daemon's own among them."""
    size = int(keyring().checkpoint().splitlines()[1])
    return [keyring().leaf(index).kind for index in range(size)]


def test_each_entry_is_told_once_and_let_go(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    company.works_on(MOVES_ON)
    waiting = [*PendingLeaf.objects.exclude(role=""), *SeparateLeaf.objects.exclude(role="")]
    counted = {(leaf.kind, leaf.body["on"]) for leaf in PendingLeaf.objects.filter(role="")}
    assert journal.submit() == len(waiting) + len(counted)
    assert not PendingLeaf.objects.exists()
    assert not SeparateLeaf.objects.exists()
    found = Counter(told())
    assert [found[kind] for kind in ("separate", "destroy", "policy", "count")] == [1, 1, 1, len(counted)]
    assert journal.submit() == 0
    keyring().verify_journal()


def test_a_round_that_finds_nothing_asks_each_database_one_question(
    stores: None, company: Company, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    journal.submit()
    with ExitStack() as counting:
        for alias in ALIASES:
            counting.enter_context(django_assert_num_queries(1, connection=connections[alias]))
        assert journal.submit() == 0


def test_the_entries_of_one_database_keep_their_order(stores: None, company: Company) -> None:
    company.receives_and_resolves("general", access_log="")
    company.works_on(MOVES_ON)
    journal.count_days("live", before=clock.policy_today())
    order = list(PendingLeaf.objects.order_by("id").values_list("kind", flat=True))
    journal.submit()
    own = KINDS_OF[Role.KEYD]
    assert [kind for kind in told() if kind not in own] == order


def test_every_entry_names_the_role_that_may_tell_it(stores: None, company: Company) -> None:
    company.receives_and_resolves("complaint-dispute")
    company.works_on(MOVES_ON)
    for leaf in [*PendingLeaf.objects.all(), *SeparateLeaf.objects.all()]:
        assert leaf.kind in COUNTED_EVENTS if not leaf.role else leaf.kind in KINDS_OF[Role(leaf.role)]


def test_events_of_people_are_counted_by_day_once_the_day_is_over(stores: None, company: Company) -> None:
    for _ in range(3):
        company.answers(company.receives().record_id)
    journal.submit()
    assert PendingLeaf.objects.filter(kind__in=("intake", "answer")).count() == 6  # the day still runs
    clock.travel_to(BEGINS + timedelta(days=1))
    company.receives()
    journal.submit()
    assert list(PendingLeaf.objects.values_list("kind", flat=True)) == ["intake"]
    counts = [keyring().leaf(index).body for index, kind in enumerate(told()) if kind == "count"]
    assert {(body["event"], body["on"], body["count"]) for body in counts} == {
        ("intake", BEGINS.isoformat(), 3),
        ("answer", BEGINS.isoformat(), 3),
    }


@pytest.mark.parametrize("role", ["", "desk"])
@pytest.mark.parametrize("number", [2**63 - 1, 2**63 - 2, 2**60])
def test_an_entry_with_the_highest_number_silences_nobody(
    stores: None, company: Company, number: int, role: str
) -> None:
    """Whoever can only add a row could otherwise stop every action for good: SQLite numbers upwards and never again."""
    company.receives_and_resolves()
    known = list(PendingLeaf.objects.order_by("id").values_list("nonce", flat=True))
    forged = PendingLeaf.objects.create(id=number, kind="desk", body={}, at=clock.policy_now(), role=role, mac=b"x")
    worker.once()
    company.receives()
    waiting = list(PendingLeaf.objects.order_by("id").values_list("nonce", flat=True))
    if connections["live"].vendor == "sqlite":  # PostgreSQL counts apart from the rows
        assert max(PendingLeaf.objects.values_list("id", flat=True)) < 1000
    assert [nonce for nonce in waiting if nonce in known] == [nonce for nonce in known if nonce in waiting]
    assert (forged.nonce in waiting) is (role == "")
    company.works_on(MOVES_ON)
    assert worker.once() is not None


@pytest.mark.parametrize(
    "change",
    [
        {"body": {"on": "2026-10-05", "event": "signed-out"}},
        {"role": "worker"},
        {"role": "nobody"},
        {"nonce": UUID(int=1)},
        {"mac": bytes(32)},
        {"kind": "canary"},
    ],
)
def test_an_entry_that_was_changed_on_its_way_is_told_as_an_attack(
    stores: None, company: Company, change: dict[str, object]
) -> None:
    journal.submit()
    with transaction.atomic("live"):
        telling.record("live", "desk", {"on": "2026-10-05", "event": "signed-in"})
    PendingLeaf.objects.filter(kind="desk").update(**change)
    before = told()
    with transaction.atomic("live"):
        telling.record("live", "desk", {"on": "2026-10-05", "event": "signed-out"})
    journal.submit()  # the one that was changed silences nobody
    journal.submit()
    assert sorted(told()[len(before) :]) == ["attack", "desk"]
    assert not PendingLeaf.objects.exists()


def test_what_was_told_and_not_let_go_is_not_told_twice(
    stores: None, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The journal took the entries, and the worker died before it could let go of them."""
    submit = Together.submit

    def killed(self: Together, database: str, rows: Sequence[SignedLeaf]) -> tuple[int, ...]:
        submit(self, database, rows)
        raise KeyringUnavailable("the answer was lost", hint="none")

    with monkeypatch.context() as broken:
        broken.setattr(Together, "submit", killed)
        with pytest.raises(KeyringUnavailable):
            journal.submit()
    before = told()
    assert journal.submit() == 3  # a policy, a link made, a link used
    assert told() == before
    assert not PendingLeaf.objects.exists()


def test_a_nonce_that_tells_two_things_silences_nobody(stores: None, company: Company) -> None:
    """A process that was taken over proves both, and the journal takes the first."""
    journal.submit()
    nonce, key = uuid4(), keyring().as_role(Role.DESK).hello().leaf_key
    at = to_the_hour(clock.policy_now())
    for event in ("signed-in", "signed-out"):
        leaf = Leaf("desk", at, {"on": BEGINS.isoformat(), "event": event})
        mac = leaf_mac(key, "live", Role.DESK, nonce, leaf)
        PendingLeaf.objects.create(kind=leaf.kind, body=leaf.body, at=at, role=Role.DESK, nonce=nonce, mac=mac)
    with transaction.atomic("live"):
        telling.record("live", "desk", {"on": BEGINS.isoformat(), "event": "link-issued"})
    before = told()
    journal.submit()
    assert told() == [*before, "desk", "desk", "attack"]
    assert not PendingLeaf.objects.exclude(role="").exists()


def test_an_entry_that_is_written_down_again_is_told_once_and_closes_no_queue(stores: None, company: Company) -> None:
    """Whoever can write rows writes what was told under the highest number there is."""
    company.receives_and_resolves()
    row = PendingLeaf.objects.exclude(role="").first()
    assert row is not None
    journal.submit()
    before = told()
    row.pk = 2**63 - 1
    row.save(force_insert=True)
    assert journal.submit() == 1
    assert told() == before
    assert not PendingLeaf.objects.exclude(role="").exists()


def test_a_restored_database_tells_what_is_new_and_nothing_twice(stores: None, company: Company) -> None:
    rows = list(PendingLeaf.objects.all())
    journal.submit()
    before = told()
    PendingLeaf.objects.bulk_create(rows)
    with transaction.atomic("live"):
        telling.record("live", "desk", {"on": BEGINS.isoformat(), "event": "signed-in"})
    assert journal.submit() == len(rows) + 1
    assert told() == [*before, "desk"]


def test_a_lower_number_that_is_committed_later_is_still_told_first(
    committed_stores: None, many_writers: None, company: Company
) -> None:
    journal.submit()
    before, begun, go = told(), Event(), Event()

    def slowly() -> None:
        with transaction.atomic("live"):
            telling.record("live", "desk", {"on": BEGINS.isoformat(), "event": "signed-in"})
            begun.set()
            go.wait(60)
        connections.close_all()

    slow = Thread(target=slowly)
    slow.start()
    assert begun.wait(60)
    with transaction.atomic("live"):
        telling.record("live", "desk", {"on": BEGINS.isoformat(), "event": "signed-out"})
    with pytest.raises(OperationalError, match="lock timeout"):
        journal.submit()
    assert told() == before
    go.set()
    slow.join()
    assert journal.submit() == 2
    events = [keyring().leaf(index).body["event"] for index in (len(before), len(before) + 1)]
    assert events == ["signed-in", "signed-out"]
