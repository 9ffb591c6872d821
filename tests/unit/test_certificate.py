"""A certificate opens one person's commitments, rests on the signed journal, and tells only a finished destruction."""

from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, Role
from jikim.sealing.certificate import Claims, issue, limits, rows_digest
from jikim.sealing.errors import EvidenceMissing, NotADestruction
from jikim.sealing.journal import Journal, open_journal
from tests.support.certificates import CLAIMS, certificate, destroyed, evidence
from tests.support.journals import AT, ORIGIN, waiting
from tests.support.leaves import EXAMPLES

LATER = datetime(2026, 10, 5, 15, 20, 5, tzinfo=UTC)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Journal]:
    opened = open_journal(tmp_path, ORIGIN)
    yield opened
    opened.close()


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
    again = issue(log, index, of, (7,), Claims(cpo_confirmed_at=LATER))
    assert (first["event"], first["items"]) == (again["event"], again["items"])
    assert first["tlog_proof"] != again["tlog_proof"]
    assert again["claims"]["cpo_confirmed_at"] == "2026-10-05T15:20:05Z"


def test_an_instant_without_a_time_zone_is_not_stated() -> None:
    with pytest.raises(Misused, match="without a time zone"):
        Claims(live_effaced_at=LATER.replace(tzinfo=None)).words()


def test_the_journals_key_signs_nothing_that_reads_like_a_checkpoint(log: Journal) -> None:
    with pytest.raises(Misused, match="begins like a checkpoint"):
        log.signature(f"{ORIGIN}\n99\n{'A' * 43}=\n")


def test_the_digest_of_a_cohorts_rows_is_by_kid() -> None:
    rows = [(7, b"a" * 32), (3, b"b" * 32)]
    expected = sha256((3).to_bytes(8, "big") + b"b" * 32 + (7).to_bytes(8, "big") + b"a" * 32).digest()
    assert rows_digest(rows) == expected
