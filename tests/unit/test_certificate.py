"""A certificate opens one person's commitments, rests on the signed journal, and tells only a finished destruction."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, Role
from jikim.sealing.certificate import (
    Claims,
    EvidenceMissing,
    NotADestruction,
    cohort_number,
    issue,
    limits,
    rows_digest,
    set_tree,
)
from jikim.sealing.journal import Journal, open_journal
from jikim.sealing.journal.telling import Telling, evidence_of
from jikim.sealing.kids import MAX_KID, kid_of
from jikim.sealing.tree.ports import GroupState, Item, Told, Turn
from tests.support.certificates import CLAIMS, certificate, destroyed, evidence
from tests.support.journals import AT, ORIGIN, waiting
from tests.support.leaves import EXAMPLES

BATCH, REQUEST = UUID(int=1), UUID(int=2)
TURN = Turn(
    814, b"\x01" * 32, b"\x02" * 32, datetime(2026, 10, 5, 15, 20, 5, tzinfo=UTC), (GroupState(("B", "C"), 2, 0),)
)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, ORIGIN)
    yield opened
    opened.close()


def told(*items: Item) -> Told:
    cohorts = sum(item.whole for item in items)
    return Told(BATCH, "retention-expired", "contract", "ab" * 32, (REQUEST,), len(items) - cohorts, cohorts, items)


def item(kid: int, *, count: int = 1, whole: bool = False) -> Item:
    return Item(kid, kid.to_bytes(16, "big"), sha256(b"%d" % kid).digest(), bytes(32), count, whole)


def test_a_certificate_shows_only_the_values_it_is_issued_for(log: Journal) -> None:
    cert = certificate(log, kids=(7, 300, 301), shown=(301,))
    assert [shown["kid"] for shown in cert["items"]] == [301]
    assert cert["event"]["n"] == 3
    assert not {"size", "root", "kids"} & cert.keys()


@pytest.mark.parametrize("shown", [(), (8,), (7, 8)])
def test_what_the_entry_did_not_destroy_is_not_certified(log: Journal, shown: tuple[int, ...]) -> None:
    with pytest.raises(EvidenceMissing):
        certificate(log, kids=(7, 300), shown=shown)


@pytest.mark.parametrize("other", [(7,), (7, 300, 301), (7, 301)])
def test_other_evidence_than_the_entrys_is_refused(log: Journal, other: tuple[int, ...]) -> None:
    index = destroyed(log, evidence((7, 300)))
    with pytest.raises(EvidenceMissing, match="the evidence is not that of entry 7"):
        issue(log, index, evidence(other), (7,), CLAIMS)


def test_an_intent_is_no_destruction(log: Journal) -> None:
    index = log.tell(Leaf("destroy.intent", AT, EXAMPLES["destroy.intent"]), once="intent")
    with pytest.raises(NotADestruction, match=r"is destroy\.intent"):
        issue(log, index, evidence((7,)), (7,), CLAIMS)


def test_what_waits_for_a_copy_in_every_group_is_not_called_destroyed(log: Journal) -> None:
    of, waits = evidence((7,)), {"class": "B", "mirrors": 2, "pending": 1}
    index = destroyed(log, of, groups=[waits, waits])
    with pytest.raises(NotADestruction, match="still waits for a copy in every group"):
        issue(log, index, of, (7,), CLAIMS)
    index = destroyed(log, of, groups=[waits, {"class": "H", "mirrors": 1, "pending": 0}])
    assert "copies-waiting" in issue(log, index, of, (7,), CLAIMS)["limits"]


@pytest.mark.parametrize(
    ("origin", "classes", "named"),
    [
        (ORIGIN, "B", ()),
        (ORIGIN, "CB", ()),  # one group is enough
        (ORIGIN, "C", ("medium-best-effort",)),
        (ORIGIN, "XK", ("medium-best-effort",)),
        (ORIGIN, "X", ("medium-cannot-efface",)),
        (f"DEMO/{ORIGIN}", "H", ("demo",)),
    ],
)
def test_limits_follow_from_origin_and_media(origin: str, classes: str, named: tuple[str, ...]) -> None:
    groups = [{"class": letter, "mirrors": 1, "pending": 0} for letter in classes]
    assert limits(origin, groups)[3:] == named


def test_a_certificate_can_be_made_anew_under_a_later_checkpoint(log: Journal) -> None:
    of = evidence((7, 300))
    index = destroyed(log, of)
    first = issue(log, index, of, (7,), CLAIMS)
    log.submit(Role.WORKER, "live", waiting(range(50, 60)))
    again = issue(log, index, of, (7,), Claims(cpo_confirmed_at=TURN.at))
    assert (first["event"], first["items"]) == (again["event"], again["items"])
    assert first["tlog_proof"] != again["tlog_proof"]
    assert again["claims"]["cpo_confirmed_at"] == "2026-10-05T15:20:05Z"


def test_an_instant_without_a_time_zone_is_not_stated() -> None:
    with pytest.raises(Misused, match="without a time zone"):
        Claims(live_effaced_at=TURN.at.replace(tzinfo=None)).words()


def test_the_journals_key_signs_nothing_that_reads_like_a_checkpoint(log: Journal) -> None:
    with pytest.raises(Misused, match="begins like a checkpoint"):
        log.signature(f"{ORIGIN}\n99\n{'A' * 43}=\n")


# --- what the tree tells -----------------------------------------------------------------------------------------


def test_the_tree_tells_each_destruction_once_with_the_hour_it_was_asked_for(log: Journal) -> None:
    teller, done = Telling(log, "cd" * 32), told(item(7), item(300))
    log.tell(
        Leaf("destroy.intent", AT, EXAMPLES["destroy.intent"]),
        once=f"intent {BATCH} retention-expired contract {'ab' * 32}",
    )
    teller.intend(done)
    teller.done(done, TURN)
    teller.done(done, TURN)
    assert log.size == 2
    body = log.leaf(1).body
    assert (body["requested"], body["effaced"]) == ("2026-10-05T14:00:00Z", "2026-10-05T15:00:00Z")
    assert (body["n"], body["values"], body["set_root"]) == (2, 2, set_tree(evidence_of(done)).root().hex())
    assert body["groups"] == [{"class": "C", "mirrors": 2, "pending": 0}]
    assert (body["epoch"], body["old_root"], body["new_root"]) == (814, "01" * 32, "02" * 32)


def test_an_intent_is_told_without_evidence(log: Journal) -> None:
    Telling(log, "cd" * 32).intend(Told(BATCH, "moved", "", "ab" * 32, (REQUEST,), 3, 1, ()))
    assert (log.leaf(0).body["n"], log.leaf(0).body["requests"]) == (4, 1)


def test_a_changed_root_that_destroyed_nothing_is_told_as_such(log: Journal) -> None:
    teller = Telling(log, "cd" * 32)
    teller.rotated(BATCH, TURN)
    teller.rotated(BATCH, TURN)
    assert (log.size, log.leaf(0).kind) == (1, "rotate")


def test_a_whole_cohort_is_never_taken_for_one_of_its_keys(log: Journal) -> None:
    cohort, key = item(kid_of(5, 0), count=20_000, whole=True), item(kid_of(6, 0))
    teller, done = Telling(log, "cd" * 32), told(cohort, key)
    teller.done(done, TURN)
    assert (log.leaf(0).body["n"], log.leaf(0).body["values"]) == (2, 20_001)
    numbers = {one.number for one in evidence_of(done)}
    assert numbers == {key.kid, cohort_number(cohort.kid)}
    assert cohort_number(cohort.kid) > MAX_KID
    cert = issue(log, 0, evidence_of(done), (cohort_number(cohort.kid),), Claims())
    assert cert["items"][0]["i"] == 1


def test_the_digest_of_a_cohorts_rows_is_by_kid() -> None:
    rows = [(7, b"a" * 32), (3, b"b" * 32)]
    expected = sha256((3).to_bytes(8, "big") + b"b" * 32 + (7).to_bytes(8, "big") + b"a" * 32).digest()
    assert rows_digest(rows) == expected
