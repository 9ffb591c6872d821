"""A mailbox leads to all its living records and to nothing else, and nothing but the running keyring can follow it."""

import json
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain.errors import Misused
from jikim.domain.mailbox import NoMailbox
from jikim.sealing import certificate
from jikim.sealing.certificate import Claims
from jikim.sealing.errors import KeyDestroyed, KeyUnknown, WrongBinding
from jikim.sealing.formats import Header, seal_envelope
from jikim.sealing.index import enrolling, slices
from jikim.sealing.index.errors import IndexDamaged, NotEnrolled
from jikim.sealing.index.index import Index
from jikim.sealing.index.steps import IndexStep
from jikim.sealing.index_page import of_page, page_number, page_to_divide
from jikim.sealing.journal.log import open_journal
from jikim.sealing.kids import MAX_KID, cohort_of
from jikim.sealing.tree import batches
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.errors import BatchUnderWay
from jikim.sealing.tree.ports import NoCopies
from jikim.sealing.tree.steps import Step
from jikim.sealing.tree.telling import Teller, evidence
from jikim.sealing.tree.tree import Standing
from tests.support.adversary import Adversary
from tests.support.certificates import holds
from tests.support.indexes import IndexHouse, PageSpy, all_flaws, entry, watched
from tests.support.journals import ORIGIN
from tests.support.keytree import COMPLAINTS, LIVE, request, stop_at

MINE, YOURS = "Haneul@Example.kr", "bada@example.kr"
BUILD = "sha256:" + "cd" * 32


@pytest.fixture
def adversary() -> Adversary:
    return Adversary()


@pytest.fixture
def spy() -> PageSpy:
    return PageSpy()


@pytest.fixture
def house(ram_path: Path, adversary: Adversary, spy: PageSpy) -> Iterator[IndexHouse]:
    with watched(adversary, spy):
        one = IndexHouse(ram_path)
        yield one
        one.store.close()


def ids(*numbers: int) -> tuple[UUID, ...]:
    return tuple(UUID(int=number) for number in numbers)


def test_a_mailbox_leads_to_its_records_however_it_is_written(house: IndexHouse) -> None:
    assert house.index.find(MINE) == ()
    for record in (2, 1):
        house.enter(MINE, record)
    house.enter(YOURS, 3)
    assert house.index.find(" haneul@\uff25xample.KR ") == ids(1, 2)
    assert house.index.find(YOURS) == ids(3)
    assert house.index.find("nobody@example.kr") == ()


def test_a_record_leads_to_the_others_of_its_mailbox(house: IndexHouse) -> None:
    house.enter(MINE, 1)
    kid = house.enter(MINE, 2)
    house.enter(YOURS, 3)
    assert house.index.same_mailbox(UUID(int=1)) == ids(1, 2)
    assert house.index.same_mailbox(UUID(int=4)) == ()
    house.destroy(kid)
    assert house.index.same_mailbox(UUID(int=1)) == ids(1)
    assert house.index.same_mailbox(UUID(int=2)) == ()


def test_enrolling_again_changes_nothing(house: IndexHouse, spy: PageSpy) -> None:
    kid = house.enter(MINE, 1)
    sealed = len(spy.pages)
    house.enter(MINE, 1, kid)
    assert (len(spy.pages), list(house.index.enrolled())) == (sealed, [(kid, UUID(int=1))])


def test_many_enrolled_at_once_cost_two_commits_however_many_they_are(house: IndexHouse) -> None:
    house.enter(MINE, 1)
    house.power.forget()
    house.enter_all({kid: (MINE, number) for number, kid in enumerate(house.give(LIVE, 40), 2)})
    steps = [one for one in house.power.passed if one.startswith("x")]
    assert steps == [IndexStep.X1_NOTED, IndexStep.X1_BEFORE_COMMIT, IndexStep.X1_ENROLLED]
    assert len(house.index.find(MINE)) == 41


def test_many_enrolled_at_once_spread_over_as_many_pages_as_they_need(house: IndexHouse) -> None:
    house.enter_all({kid: (f"m{kid}@example.kr", number) for number, kid in enumerate(house.give(LIVE, 40), 2)})
    pages = [house.index._pages.read(number) for number in range(house.index._pages.count())]
    assert 40 // enrolling.FULL < len(pages) < 40
    assert sum(len(page.entries) for page in pages) == 40


def test_what_may_not_be_enrolled_keeps_nobody_else_out(house: IndexHouse) -> None:
    kept, gone, *free = house.enter(MINE, 1), *house.give(LIVE, 3)
    house.destroy(gone)
    asked = [(kept, 9, MINE), (gone, 2, MINE), (free[0], 3, "no mailbox"), (free[1], 4, MINE), (free[1], 5, MINE)]
    refused = house.index.enroll([(kid, UUID(int=record), words) for kid, record, words in asked])
    assert {kid: type(error) for kid, error in refused.items()} == {
        kept: NotEnrolled, gone: KeyDestroyed, free[0]: NoMailbox, free[1]: NotEnrolled,
    }  # fmt: skip
    assert house.index.find(MINE) == ids(1, 4)


def test_what_may_not_be_enrolled_is_not(house: IndexHouse) -> None:
    kept, gone, free = house.enter(MINE, 1), house.give(LIVE)[0], house.give(LIVE)[0]
    house.destroy(gone)
    before = house.store.rows("SELECT * FROM index_page")
    with pytest.raises(NoMailbox):
        house.enter("no mailbox", 2, free)
    with pytest.raises(NotEnrolled, match="another record"):
        house.enter(MINE, 2, kept)
    with pytest.raises(NotEnrolled, match="live store"):
        house.enter(MINE, 2, house.give(COMPLAINTS)[0])
    with pytest.raises(KeyDestroyed):
        house.enter(MINE, 2, gone)
    with pytest.raises(KeyUnknown):
        house.enter(MINE, 2, MAX_KID)
    assert house.store.rows("SELECT * FROM index_page") == before
    assert house.index.find(MINE) == ids(1)


def test_an_entry_goes_with_the_key_of_its_value(house: IndexHouse, adversary: Adversary, spy: PageSpy) -> None:
    kids = [house.enter(MINE, 1), house.enter(MINE, 2), house.enter(YOURS, 3)]
    gone, old_root = entry(house, MINE, UUID(int=1)), house.tree.root.reveal()
    house.destroy(kids[0])
    assert house.index.find(MINE) == ids(2)
    assert gone in spy.read(adversary.reach(old_root)), "the old root read it: this check can fail"
    assert gone not in spy.read(adversary.reach(house.tree.root.reveal()))
    assert all_flaws(house, adversary, spy, {kids[0]}, finished=True) == []
    assert house.store.row("SELECT max(n) FROM (SELECT count(*) AS n FROM index_page GROUP BY no)") == (1,)


def test_entries_go_with_a_whole_cohort(house: IndexHouse, adversary: Adversary, spy: PageSpy) -> None:
    kids = [house.enter(f"m{record % 7}@example.kr", record) for record in range(20)]
    house.destroy(cohorts=[cohort_of(kids[0])])
    assert [house.index.find(f"m{number}@example.kr") for number in range(7)] == [()] * 7
    assert list(house.index.enrolled()) == []
    assert all_flaws(house, adversary, spy, set(kids), finished=True) == []


def test_two_values_of_one_record_are_two_entries(house: IndexHouse) -> None:
    kids = [house.enter(MINE, 1), house.enter(MINE, 1)]
    house.destroy(kids[0], number=1)
    assert house.index.find(MINE) == ids(1)
    house.destroy(kids[1], number=2)
    assert house.index.find(MINE) == ()


def test_pages_are_added_one_by_one_and_every_entry_is_found(
    house: IndexHouse, adversary: Adversary, spy: PageSpy
) -> None:
    kids = []
    for record in range(60):
        kids.append(house.enter(f"m{record}@example.kr", record))
        assert all(house.index.find(f"m{one}@example.kr") == ids(one) for one in range(record + 1))
    pages = house.index._pages
    assert pages.count() > 12
    assert max(len(pages.read(number).entries) for number in range(pages.count())) < 16
    assert max(pages.read(number).version for number in range(pages.count())) <= 4
    house.destroy(*kids[::2])
    assert all_flaws(house, adversary, spy, set(kids[::2]), finished=True) == []
    assert house.store.rows("SELECT * FROM index_stale") == []


def test_a_mailbox_with_many_records_uses_up_keys_and_adds_no_pages(house: IndexHouse) -> None:
    for record in range(12):
        house.enter(MINE, record)
    assert house.index._pages.count() == 1
    assert house.index._pages.read(0).version == 1  # four seals a key, and the empty page was one
    assert len(house.store.rows("SELECT 1 FROM index_stale")) == 3


@pytest.mark.parametrize("pages", range(1, 40))
def test_adding_a_page_moves_tags_of_one_page_only(pages: int) -> None:
    tags = [number.to_bytes(4, "big") + bytes(12) for number in range(5000)]
    for tag in tags:
        before, after = page_number(tag, pages), page_number(tag, pages + 1)
        assert before < pages
        assert after == before or (before, after) == (page_to_divide(pages), pages)
    assert {page_number(tag, pages) for tag in tags} == set(range(pages))


def test_nothing_is_enrolled_while_a_destruction_is_staged(house: IndexHouse) -> None:
    kids = [house.enter(MINE, 1), house.give(LIVE)[0]]
    stop_at(house, Step.D2_SHIPPED, kids[0])
    with pytest.raises(BatchUnderWay):
        house.enter(YOURS, 2, kids[1])
    assert house.index.find(MINE) == ids(1)
    house.restart()
    house.destroyer.run()
    house.enter(YOURS, 2, kids[1])
    assert (house.index.find(MINE), house.index.find(YOURS)) == ((), ids(2))


def test_a_change_of_root_alone_takes_nothing_along(house: IndexHouse) -> None:
    house.enter(MINE, 1)
    page = house.store.rows("SELECT * FROM index_page")
    house.destroyer.rotate()
    assert house.store.rows("SELECT * FROM index_page") == page
    assert house.index.find(MINE) == ids(1)


def test_an_altered_or_missing_page_is_named_and_nothing_is_destroyed(house: IndexHouse) -> None:
    kid = house.enter(MINE, 1)
    ((envelope,),) = house.store.rows("SELECT envelope FROM index_page")
    for broken, error in ((envelope[:-1] + bytes([envelope[-1] ^ 1]), WrongBinding), (None, IndexDamaged)):
        with house.store.writing():
            if broken is None:
                house.store.run("UPDATE index_page SET no = 1")
            else:
                house.store.run("UPDATE index_page SET envelope = ?", broken)
        with pytest.raises(error):
            house.index._pages.read(0)
        with pytest.raises((WrongBinding, IndexDamaged)):
            house.destroy(kid)
        assert house.standing(kid) is Standing.ALIVE


def test_mailboxes_are_found_while_others_come_and_go(house: IndexHouse) -> None:
    for record in range(10):
        house.enter(f"m{record}@example.kr", record)
    leaving = [house.enter(f"m{record % 10}@example.kr", 100 + record) for record in range(30)]
    wrong: list[object] = []
    done = threading.Event()

    def answers(record: int) -> bool:
        try:
            found = house.index.find(f"m{record}@example.kr"), house.index.same_mailbox(UUID(int=record))
        except Exception as error:  # noqa: BLE001  # told below
            wrong.append(error)
            return True
        return all(UUID(int=record) in records for records in found)

    def look() -> None:
        while not done.is_set():
            wrong.extend(record for record in range(10) if not answers(record))

    reader = threading.Thread(target=look)
    reader.start()
    for number, kid in enumerate(leaving):
        house.destroy(kid, number=number)
        house.enter(f"n{number}@example.kr", 200 + number)
    done.set()
    reader.join()
    assert wrong == []


def test_a_page_that_opens_and_holds_no_entries_is_damaged(house: IndexHouse) -> None:
    house.enter(MINE, 1)
    page = house.index._pages.read(0)
    words = seal_envelope(house.tree.key(page.kid), Header(page.kid, 9), of_page(0), b"no entries")
    with house.store.writing():
        house.store.run("UPDATE index_page SET envelope = ?", words)
    with pytest.raises(IndexDamaged, match="page 0"):
        house.index.find(MINE)


# --- the rows of the database ------------------------------------------------------------------------------------


def test_rows_and_entries_are_compared_both_ways(house: IndexHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slices, "SLICE", 3)
    kids = [house.enter(f"m{record}@example.kr", record) for record in range(12)]
    rows = list(house.index.enrolled())
    assert rows == house.rows()
    assert house.index.reconcile(rows) == slices.Reconciled((), ())
    assert house.index.reconcile([]).stray == tuple(kids)
    assert house.index.reconcile(rows).stray == (), "rows that are back stay"
    (new,) = house.give(LIVE)
    found = house.index.reconcile([*rows[:2], *rows[9:], (new, UUID(int=99))])
    assert (found.missing, found.stray) == ((new,), tuple(kids[2:9]))
    house.destroy(kids[11])
    assert [kid for kid, _record in house.index.enrolled()] == [*kids[:2], *kids[9:11]]
    assert house.index.find("m5@example.kr") == ()
    assert house.standing(kids[5]) is Standing.ALIVE
    house.enter("m5@example.kr", 5, kids[5])
    assert house.index.find("m5@example.kr") == ids(5)


def test_an_entry_of_another_record_is_missing_and_stray(house: IndexHouse) -> None:
    kid = house.enter(MINE, 1)
    assert house.index.reconcile([(kid, UUID(int=2))]) == slices.Reconciled((kid,), (kid,))


def test_enrolling_takes_back_a_mark(house: IndexHouse) -> None:
    kid = house.enter(MINE, 1)
    house.index.reconcile([])
    house.enter(MINE, 1, kid)
    house.destroy(house.give(LIVE)[0])
    assert house.index.find(MINE) == ids(1)


@pytest.mark.parametrize("rows", [[(2, UUID(int=1)), (1, UUID(int=1))], [(1, UUID(int=1))] * 2])
def test_rows_in_no_order_are_refused(house: IndexHouse, rows: list[tuple[int, UUID]]) -> None:
    house.enter(MINE, 1)
    with pytest.raises(Misused):
        house.index.reconcile(rows)
    with pytest.raises(Misused):
        house.index.compare([], after=-1, last=False)
    assert house.store.rows("SELECT leaves FROM enrolled") == [(None,)]


def test_an_entry_that_outlived_its_key_leaves_with_the_next_batch(house: IndexHouse) -> None:
    """It cannot happen as long as the rider goes along; comparing is what would find it."""
    kids = [house.enter(MINE, 1), house.enter(YOURS, 1), house.enter(MINE, 2)]
    whole = house.destroyer
    house.destroyer = Destroyer(house.tree, house.roots, house.ledger, house.copies)
    house.destroy(kids[0])
    house.destroyer = whole
    assert house.index.reconcile(house.rows()).stray == (kids[0],)
    house.destroy(house.give(LIVE)[0], number=2)
    assert house.index.find(MINE) == ids(2)
    assert house.index.reconcile(house.rows()).missing == (kids[1],)
    house.enter(YOURS, 1, kids[1])
    assert house.index.find(YOURS) == ids(1)


def test_after_a_loss_of_the_tables_old_pages_end_with_the_next_batch(
    house: IndexHouse, adversary: Adversary, spy: PageSpy
) -> None:
    """A keyring that rose from its copy has no pages; old copies of the lost file do."""
    kids = [house.enter(f"m{record}@example.kr", record) for record in range(8)]
    rows = house.rows()
    with house.store.writing():
        for table in ("index_key", "index_page", "index_stale", "enrolled"):
            house.store.run(f"DROP TABLE {table}")
    house.restart()
    assert house.index.find("m3@example.kr") == ()
    for kid in house.index.reconcile(rows).missing:
        mailbox, record = house.entered[kid]
        house.enter(mailbox, record.int, kid)
    assert house.index.find("m3@example.kr") == ids(3)
    old = entry_keys(house, spy, adversary)
    house.destroy(kids[3])
    assert all_flaws(house, adversary, spy, {kids[3]}, finished=True) == []
    assert old > entry_keys(house, spy, adversary), "old pages could be read before"


def entry_keys(house: IndexHouse, spy: PageSpy, adversary: Adversary) -> int:
    """Return how many entries can be read now, those of lost pages among them."""
    return len(spy.read(adversary.reach(house.tree.root.reveal())))


# --- what is told ------------------------------------------------------------------------------------------------


def test_a_page_key_is_told_as_such_and_a_persons_certificate_stays_the_same(house: IndexHouse, ram_path: Path) -> None:
    (ram_path / "journal").mkdir()
    log = open_journal(ram_path / "journal", ORIGIN)
    teller = Teller(log, BUILD)
    kid = house.enter(MINE, 1)
    keeper = Destroyer(house.tree, house.roots, teller, NoCopies(), rider=house.index.rider)
    keeper.accept(request(kid, *house.give(LIVE, 2)))
    keeper.run()
    log.publish()
    told = {one.category: one for one in batches.destroyed(house.store, 2)}
    assert {category: len(one.items) for category, one in told.items()} == {"inquiry": 3, "index": 1}
    assert told["index"].requests == told["inquiry"].requests
    for one in told.values():
        index = teller.index(one)
        assert index is not None
        made = certificate.issue(log, index, evidence(one), [one.items[0].number], Claims())
        assert holds(json.loads(json.dumps(made)), log)
    log.close()


# --- what lies on disk -------------------------------------------------------------------------------------------


def test_no_tag_and_no_mailbox_stands_in_any_byte_of_the_file(house: IndexHouse) -> None:
    for record in range(30):
        house.enter(f"m{record}@example.kr", record)
    kid = house.enter(MINE, 77)
    stop_at(house, Step.D2_STAGED, kid)
    tags = [entry(house, f"m{record}@example.kr", UUID(int=record)) for record in range(30)]
    words = [found[0] for found in [*tags, entry(house, MINE, UUID(int=77))] if found]
    words += [MINE.encode(), MINE.casefold().encode(), b"m7@example.kr", b"example"]
    files = b"".join(path.read_bytes() for path in house.path.parent.glob(house.path.name + "*"))
    assert UUID(int=77).bytes in files, "a record's number is in it: this scan can find"
    for word in words:
        assert word not in files
        assert word.hex().encode() not in files


def test_keys_of_the_index_hang_from_their_own_cohorts(house: IndexHouse) -> None:
    house.enter(MINE, 1)
    rows = house.store.rows("SELECT class, category, day FROM cohort WHERE class = 'system' ORDER BY category")
    day = date(1970, 1, 1).isoformat()
    assert rows == [("system", "index", day), ("system", "index-key", day)]
    assert Index(house.tree, house.allocator).find(MINE) == ids(1)


def test_every_step_of_the_index_is_passed(house: IndexHouse) -> None:
    house.power.forget()
    kids = [house.enter(f"m{record}@example.kr", record) for record in range(8)]
    house.index.reconcile(house.rows()[1:])
    house.destroy(kids[3])
    assert set(map(str, IndexStep)) <= set(house.power.passed)
