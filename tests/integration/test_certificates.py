"""A certificate says what was checked, under which policy and rule, and nothing about a person."""

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

from jikim import sealing
from jikim.procedures import certificate
from jikim.procedures.certificate import LINE
from jikim.queries import certificates
from jikim.queries.inquiries import by_receipt
from jikim.queries.policies import governing
from jikim.store.live.models import Certificate, Intent, PendingLeaf
from jikim.store.separate.models import SeparateItem
from jikim.web import attachments
from tests.support.company import PDF, WORDS, Company

VERIFIER = Path(__file__).resolve().parents[2] / "verify" / "jikim_verify.py"
MOVES_ON, LOG_DIES_ON, DESTROYED_ON = date(2026, 10, 13), date(2027, 1, 6), date(2029, 10, 6)


def lived(company: Company) -> str:
    """Let one complaint live its whole life; returns its receipt code."""
    receipt = company.receives_and_resolves("complaint-dispute")
    for day in (MOVES_ON, LOG_DIES_ON, DESTROYED_ON):
        company.works_on(day)
    return receipt.code


def of(code: str) -> tuple[certificates.CertificateView, ...]:
    status = by_receipt(code)
    assert status is not None
    return certificates.of(status.record_id)


def test_a_life_ends_with_one_certificate_for_each_reason_and_run(stores: None, company: Company) -> None:
    issued = of(lived(company))
    assert [(c.reason, c.values, {line.item for line in c.items}) for c in issued] == [
        ("purpose-achieved", 4, {"attachments"}),
        ("period-ended", 1, {"access_log"}),
        ("retention-ended", 3, {"subject", "email", "content"}),
    ]


def test_a_certificate_counts_before_and_after_and_every_checked_key(stores: None, company: Company) -> None:
    document = of(lived(company))[2].document
    assert document["checks"] == {
        "values_before": 3,
        "keys_destroyed": 3,
        "keys_checked_destroyed": 3,
        "rows_left": 0,
    }


def test_one_late_value_makes_a_certificate_late(stores: None, company: Company) -> None:
    receipt = company.receives_and_resolves("complaint-dispute")
    for day in (MOVES_ON, LOG_DIES_ON):
        company.works_on(day)
    days = {"last_day": date(2029, 9, 1), "keep_until": date(2029, 9, 3), "destroy_by": date(2029, 9, 6)}
    SeparateItem.objects.filter(item="email").update(**days)
    company.works_on(DESTROYED_ON)
    issued = of(receipt.code)[-1]
    assert (issued.values, issued.document["in_time"]) == (3, False)


def test_a_certificate_tells_what_the_steps_found_and_not_what_was_meant(stores: None, company: Company) -> None:
    lived(company)
    done = Certificate.objects.order_by("issued_at").last()
    assert done is not None
    found = {"keys_checked": 2, "rows_left": 1, "store": "separate", "record_class": "", "policy": done.body["policy"]}
    values = [{"kid": kid, "due_by": "2029-10-10", "rule": "", **dict.fromkeys(LINE, "")} for kid in (7, 8, 9)]
    steps = ("keys_destroyed_at", "keys_checked_at", "rows_deleted_at", "keyring_said_at")
    body = {**found, "values": values, **dict.fromkeys(steps, "2029-10-06T00:00:00+00:00")}
    intent = Intent(record_id=done.record_id, reason="retention-ended", body=body, begun_at=done.issued_at)
    signed: dict[str, Any] = {"limits": []}
    checks = certificate.write(intent, signed, sealing.current().hello(), governing(2).policy)["checks"]
    assert (checks["values_before"], checks["keys_checked_destroyed"], checks["rows_left"]) == (3, 2, 1)


def test_a_certificate_names_policy_rule_law_and_window(stores: None, company: Company) -> None:
    issued = of(lived(company))[2]
    assert issued.document["policy"] == {"id": "utracs", "version": 2, "sha256": governing(2).sha256}
    assert issued.document["laws"] == {"complaint-dispute": "kr:ecommerce-complaint"}
    line = issued.items[0]
    assert (line.rule, line.last_day, line.keep_until, line.destroy_by) == (
        "complaint-dispute", "2029-10-05", "2029-10-05", "2029-10-10",
    )  # fmt: skip
    assert (issued.document["destroyed_on"], issued.document["in_time"]) == ("2029-10-06", True)


def test_a_certificate_of_the_running_system_is_proof_by_itself(stores: None, company: Company, tmp_path: Path) -> None:
    """The file that people download, verified by the one file that needs nothing of this program."""
    for issued in of(lived(company)):
        file = tmp_path / "certificate.json"
        file.write_bytes(attachments.document(issued).content)
        words = [sys.executable, str(VERIFIER), str(file), "--log-key", issued.document["log_key"]]
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert len(json.loads(file.read_text())["items"]) == issued.values


def test_a_certificate_with_one_word_changed_is_proof_of_nothing(
    stores: None, company: Company, tmp_path: Path
) -> None:
    issued = of(lived(company))[0]
    signed = issued.document["signed"]
    signed["event"]["reason"] = "subject-request"
    file = tmp_path / "certificate.json"
    file.write_text(json.dumps(signed))
    words = [sys.executable, str(VERIFIER), str(file), "--log-key", issued.document["log_key"]]
    assert subprocess.run(words, capture_output=True, timeout=60, check=False).returncode == 1


def test_a_certificate_names_the_medium_and_what_it_does_not_prove(stores: None, company: Company) -> None:
    for issued in of(lived(company)):
        assert issued.document["medium"] == ["X"]
        assert {"medium-cannot-efface", "copies-outside"} <= set(issued.document["limits"])


def test_the_steps_of_a_certificate_are_in_the_order_they_were_taken(stores: None, company: Company) -> None:
    times = of(lived(company))[0].document["times"]
    steps = [
        times[name] for name in ("begun_at", "keys_destroyed_at", "keys_checked_at", "rows_deleted_at", "issued_at")
    ]
    assert steps == sorted(steps)


def test_no_certificate_holds_anything_a_person_wrote(stores: None, company: Company) -> None:
    lived(company)
    told = json.dumps([row.body for row in Certificate.objects.all()]) + str(list(PendingLeaf.objects.values()))
    assert [word for word in (*WORDS.values(), PDF.name, "203.0.113.7") if word in told] == []


def test_a_certificate_stays_readable_by_receipt_code_when_everything_is_gone(stores: None, company: Company) -> None:
    code = lived(company)
    issued = of(code)
    assert len(issued) == 3
    assert certificates.one(issued[0].certificate_id) == issued[0]


def test_a_certificate_is_told_to_the_journal_in_the_same_commit(stores: None, company: Company) -> None:
    lived(company)
    told: set[Any] = {leaf.body["certificate"] for leaf in PendingLeaf.objects.filter(kind="destroy")}
    assert told == {str(row.id) for row in Certificate.objects.all()}
