"""What the tree destroyed stands in the journal, once, in its closed words, and gives a certificate."""

from pathlib import Path

from jikim.domain.leaf import DestroyReason
from jikim.sealing import certificate
from jikim.sealing.certificate import Claims
from jikim.sealing.journal.log import open_journal
from jikim.sealing.tree import batches
from jikim.sealing.tree.destroy import Destroyer
from jikim.sealing.tree.ports import GroupState, NoCopies, Turn
from jikim.sealing.tree.telling import Teller, _group, evidence
from tests.support.journals import AT, ORIGIN
from tests.support.keytree import COMPLAINTS, LIVE, House, request

BUILD = "sha256:" + "cd" * 32


def test_a_batch_is_told_once_and_gives_certificates(house: House, ram_path: Path) -> None:
    (ram_path / "journal").mkdir()
    log = open_journal(ram_path / "journal", ORIGIN)
    teller = Teller(log, BUILD)
    kids = house.give(LIVE, 3) + house.give(COMPLAINTS, 2)
    keeper = Destroyer(house.tree, house.roots, teller, NoCopies())
    keeper.accept(request(kids[0], kids[1], number=1))
    keeper.accept(request(cohorts=[kids[4] >> 16], number=2, reason=DestroyReason.RETENTION_EXPIRED))
    keeper.run()
    kinds = [log.leaf(index).kind for index in range(log.size)]
    assert kinds == ["destroy.intent"] * 2 + ["destroy.done"] * 2
    batches.tell_done(house.store, teller, 2)
    assert log.size == 4
    log.publish()
    for told in batches.destroyed(house.store, 2):
        index = teller.index(told)
        assert index is not None
        shown = [item.number for item in told.items][:1]
        made = certificate.issue(log, index, evidence(told), shown, Claims())
        assert made["event"]["reason"] == told.reason
        assert len(made["items"]) == 1
    log.close()


def test_a_rotation_is_told_without_words_about_keys(house: House, ram_path: Path) -> None:
    (ram_path / "journal").mkdir()
    log = open_journal(ram_path / "journal", ORIGIN)
    Destroyer(house.tree, house.roots, Teller(log, BUILD), NoCopies()).rotate()
    leaf = log.leaf(0)
    assert (leaf.kind, set(leaf.body)) == ("rotate", {"epoch", "old_root", "new_root", "groups"})
    log.close()


def test_a_group_is_told_by_its_worst_medium() -> None:
    turn = Turn(3, b"", b"n" * 32, AT, (GroupState(("B", "C"), 2, 1), GroupState((), 0, 1)))
    assert [_group(group) for group in turn.groups] == [
        {"class": "C", "mirrors": 3, "pending": 1},
        {"class": "X", "mirrors": 1, "pending": 1},
    ]
