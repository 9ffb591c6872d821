"""The journal takes each entry once, in order, from those who may tell it, and signs all of it at every commit."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain import checkpoint, journal, merkle
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, NotYourLeaf, Role
from jikim.sealing.journal import Journal, Pending, open_journal
from jikim.sealing.journal.errors import PendingChanged
from jikim.sealing.journal.signer import signed_checkpoint
from tests.support.journals import AT, ORIGIN, WORKER, erased, filled, reopened, waiting
from tests.support.leaves import EXAMPLES


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, ORIGIN)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return filled(tmp_path)


def test_every_commit_ends_with_a_signed_checkpoint_over_all_entries(log: Journal) -> None:
    for size, number in enumerate(range(1, 20), start=1):
        log.submit(WORKER, "live", waiting([number]))
        signed = signed_checkpoint(log.checkpoint(), log.key)
        expected = merkle.Tree(merkle.leaf_hash(data) for data in log.leaves()).root()
        assert (signed.origin, signed.size, signed.root) == (ORIGIN, size, expected)
    log.verify()


def test_each_entry_is_proven_under_the_signed_checkpoint(log: Journal) -> None:
    log.submit(WORKER, "live", waiting(range(1, 40)))
    for index in range(39):
        proof = checkpoint.read_proof(str(log.proof(index)))
        signed = signed_checkpoint(proof.note, log.key)
        leaf = merkle.leaf_hash(journal.write(log.leaf(index)))
        assert merkle.includes(leaf, proof.index, signed.size, proof.path, signed.root)


def test_a_journal_goes_on_where_it_was(folder: Path) -> None:
    log = reopened(folder)
    before = log.checkpoint()
    assert log.submit(WORKER, "live", waiting([41, 42])) == (40, 41)
    log.check_older(before)
    old, new = signed_checkpoint(before, log.key), signed_checkpoint(log.checkpoint(), log.key)
    assert merkle.extends(old.size, old.root, new.size, new.root, log.consistency(old.size))
    log.close()


# --- what databases submit ---------------------------------------------------------------------------------------


def test_an_entry_sent_again_is_not_told_again(log: Journal) -> None:
    assert log.submit(WORKER, "live", waiting([1, 2, 5])) == (0, 1, 2)
    assert log.submit(WORKER, "live", waiting([2, 5, 6])) == (1, 2, 3)
    assert log.submit(WORKER, "live", waiting([7, 7])) == (4, 4)
    assert log.size == 5


def test_an_entry_of_one_database_is_not_that_of_another(log: Journal) -> None:
    assert log.submit(WORKER, "live", waiting([1])) == (0,)
    assert log.submit(WORKER, "separate", waiting([1])) == (1,)
    assert log.submit(Role.DESK, "live", [Pending(UUID(int=2), Leaf("desk", AT, EXAMPLES["desk"]))]) == (2,)


def test_a_nonce_with_another_entry_than_before_is_refused(log: Journal) -> None:
    log.submit(WORKER, "live", waiting([1]))
    with pytest.raises(PendingChanged, match=r"^entry 0{31}1 of live"):
        log.submit(WORKER, "live", [*waiting([2]), Pending(UUID(int=1), erased(99))])
    assert log.size == 1, "all or none"


def test_entries_stand_in_the_order_in_which_they_come(log: Journal) -> None:
    for nonces in ([2**50, 2], [1], [5, 4]):
        log.submit(WORKER, "live", waiting(nonces))
    assert [journal.read(data).body["values"] for data in log.leaves()] == [2**50, 2, 1, 5, 4]


def test_what_one_role_told_is_not_what_another_told(log: Journal) -> None:
    desk = Leaf("desk", AT, EXAMPLES["desk"])
    one, two, three = Pending(UUID(int=1), erased(1)), Pending(UUID(int=2), desk), Pending(UUID(int=3), erased(3))
    assert log.submit_all("live", [(WORKER, one), (Role.DESK, two)]) == (0, 1)
    assert log.submit_all("live", [(Role.DESK, two), (WORKER, three)]) == (1, 2)
    refusal = Pending(UUID(int=4), Leaf("gate-refusal", AT, EXAMPLES["gate-refusal"]))
    assert log.submit_all("live", [(Role.DESK, refusal)]) == (3,)
    for role, row in ((WORKER, refusal), (WORKER, Pending(UUID(int=2), erased(2)))):
        with pytest.raises(PendingChanged):
            log.submit_all("live", [(WORKER, Pending(UUID(int=5), erased(5))), (role, row)])
    assert log.size == 4, "all or none"
    assert log.submit_all("visits", [(Role.DESK, two)]) == (4,)


def test_a_role_tells_only_its_own_and_only_from_a_database(log: Journal) -> None:
    with pytest.raises(NotYourLeaf):
        log.submit(Role.PUBLIC, "live", waiting([1]))
    for role, database in ((Role.KEYD, "live"), (WORKER, "keyd"), (WORKER, "default")):
        with pytest.raises(Misused):
            log.submit(role, database, waiting([1]))
    with pytest.raises(NotYourLeaf):
        log.tell(erased(1), once="erased")
    assert log.size == 0


def test_a_leaf_with_words_in_it_is_refused_and_leaves_no_trace(log: Journal) -> None:
    rows = [*waiting([1]), Pending(UUID(int=2), Leaf("erase-rows", AT, {"on": "Kim asked on Monday", "values": 1}))]
    with pytest.raises(Misused):
        log.submit(WORKER, "live", rows)
    assert list(log.leaves()) == []


def test_what_the_key_daemon_tells_is_told_once(log: Journal) -> None:
    rotated = Leaf("rotate", AT, EXAMPLES["rotate"])
    assert (log.told("batch 1"), log.tell(rotated, once="batch 1"), log.tell(rotated, once="batch 1")) == (None, 0, 0)
    assert (log.told("batch 1"), log.size) == (0, 1)
