"""The standalone verifier believes a genuine certificate, and nothing else: not one field of it can be changed."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from jikim.domain.journal import Role
from jikim.sealing.certificate import issue, statement
from jikim.sealing.journal import Journal, open_journal
from jikim.sealing.journal.signer import Signer
from jikim.sealing.primitives import SigningKey
from tests.support.certificates import CLAIMS, certificate, destroyed, evidence, holds, known_answer, lie, verify
from tests.support.journals import ORIGIN, waiting
from tests.support.vectors import vectors

Document = dict[str, Any]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journal]:
    opened = open_journal(tmp_path_factory.mktemp("journal"), ORIGIN)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def cert(log: Journal) -> Document:
    return certificate(log)


def signed_again(cert: Document, log: Journal) -> Document:
    """Sign an altered certificate as a company does that lies: it has the key, but the journal is what it is."""
    body = {name: value for name, value in cert.items() if name != "signature"}
    return {**body, "signature": log.signature(statement(body))}


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every value in a document, the whole of it excepted."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in inside:
        yield (*path, name)
        yield from places(inner, (*path, name))


def other(value: Any) -> Iterator[Any]:
    """Yield values of the same kind that are not this one, and one of another kind."""
    if isinstance(value, str):
        yield from (value[:-1], value + "0", value.swapcase(), "0" + value[1:], value.replace("5", "6"), None)
    elif isinstance(value, int):
        yield from (value + 1, value - 1, value ^ 2, str(value), float(value), value == 1)
    elif isinstance(value, list):
        yield from (value[:-1], value + value[-1:], value[::-1], {})
    elif isinstance(value, dict):
        yield from ({**value, "size": 40}, {**value, "root": "00" * 32}, dict(list(value.items())[1:]), [])
    else:
        yield from ("2026-10-05T14:59:00Z", 0)


def altered(cert: Document) -> Iterator[tuple[tuple[Any, ...], Document]]:
    for path in places(cert):
        inner = cert
        for name in path[:-1]:
            inner = inner[name]
        for changed in other(inner[path[-1]]):
            if changed != inner[path[-1]] or type(changed) is not type(inner[path[-1]]):
                copy = deepcopy(cert)
                there = copy
                for name in path[:-1]:
                    there = there[name]
                there[path[-1]] = changed
                yield path, copy


def believed(cert: Document, log: Journal) -> bool:
    try:
        return bool(holds(cert, log))
    except (verify.No, ValueError):
        return False


def test_a_genuine_certificate_holds(cert: Document, log: Journal) -> None:
    assert holds(cert, log)[0] == (
        "2 values and 0 whole cohorts of 5 destroyed together (at most 5 keys) for the reason retention-expired"
    )


def test_journal_and_certificate_are_the_known_answer_byte_for_byte(tmp_path: Path) -> None:
    known = vectors("certificate")
    assert known_answer(tmp_path) == known
    journal = [leaf.encode() for leaf in known["journal"]]
    key, old = verify.Key(known["log_key"]), bytes.fromhex(known["envelope"])
    assert len(verify.verify(known["certificate"], key, [], old, journal)) == 4


def test_no_field_can_be_changed(cert: Document, log: Journal) -> None:
    tried = list(altered(cert))
    assert len(tried) > 250
    assert [path for path, document in tried if believed(document, log)] == []


def test_not_even_the_company_can_change_what_the_journal_says(cert: Document, log: Journal) -> None:
    """With its own key it can sign any certificate; what it then gets away with are its own statements alone."""
    passed = {path for path, document in altered(cert) if believed(signed_again(document, log), log)}
    assert passed <= {("claims", claim) for claim in cert["claims"]} | {("signature",), ("items",)}
    for document in (document for path, document in altered(cert) if path == ("items",)):
        if believed(signed_again(document, log), log):  # the same values, fewer of them or in another order
            assert {item["kid"] for item in document["items"]} <= {item["kid"] for item in cert["items"]}


def test_a_statement_that_contradicts_the_journal_is_refused(cert: Document, log: Journal) -> None:
    for claim, at in (
        ("live_effaced_at", "2026-10-05T13:59:59Z"),
        ("live_effaced_at", "2026-10-05T15:00:00Z"),
        ("rows_deleted_at", "2026-10-05T13:00:00Z"),
        ("effective_in_backups", "soon"),
    ):
        lying = {**cert, "claims": {**cert["claims"], claim: at}}
        with pytest.raises(verify.No):
            holds(signed_again(lying, log), log)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        ({"type": "destroy.intent"}, "tells no finished destruction"),
        ({"v": 2}, "tells no finished destruction"),
        ({"groups": [{"class": "B", "mirrors": 2, "pending": 1}]}, "^NOT DESTROYED"),
        ({"groups": []}, "^NOT DESTROYED"),
        ({"groups": [{"class": "B", "mirrors": 0, "pending": 0}]}, "^NOT DESTROYED"),
        ({"groups": [{"class": "A", "mirrors": 1, "pending": 0}]}, "a root group is not one"),
        ({"groups": {}}, "no list"),
        ({"groups": [{"class": "X", "mirrors": 1, "pending": 0}]}, "limits are not those that follow"),
        ({"requested": "2026-10-05T15:00:00Z"}, "effaced before it was requested"),
        ({"n": 4}, "path is too|no leaf|not among those"),
        ({"n": "5"}, "n is not a whole number"),
        ({"set_root": "00" * 32}, "is not among those"),
    ],
)
def test_a_journal_that_lies_does_not_make_a_destruction(cert: Document, event: Document, why: str) -> None:
    signer = Signer(ORIGIN, SigningKey.fresh())
    key = verify.Key(str(signer.key))
    assert verify.verify(lie(cert, signer), key, [], None, None)
    with pytest.raises(verify.No, match=why):
        verify.verify(lie(cert, signer, **event), key, [], None, None)
    with pytest.raises(verify.No, match="checkpoint is another journal's"):
        verify.verify(lie(cert, signer, origin="other.kr/jikim-journal"), key, [], None, None)


def test_a_field_that_stands_twice_is_refused_whichever_is_meant(cert: Document) -> None:
    twice = json.dumps(cert)[:-1] + f', "origin": "{ORIGIN}"}}'
    assert json.loads(twice) == cert
    with pytest.raises(verify.No, match="stands twice"):
        verify.load(twice.encode())


@pytest.mark.parametrize("bring", ["size", "root", "tree_size", "log_size", "log_root"])
def test_size_and_root_are_never_taken_from_the_body(cert: Document, log: Journal, bring: str) -> None:
    for where in (cert, cert["event"], cert["items"][0]):
        document = deepcopy(cert)
        inner = document if where is cert else document["event"] if where is cert["event"] else document["items"][0]
        inner[bring] = 999
        with pytest.raises(verify.No, match="other fields than it must have"):
            holds(signed_again(document, log), log)


def test_a_path_that_fits_a_wrong_size_does_not_help(tmp_path: Path) -> None:
    """The path of entry 500 of 1,000 fits a tree of 999 too; the size counts only as it was signed."""
    log = open_journal(tmp_path, ORIGIN)
    log.submit(Role.WORKER, "live", waiting(range(1, 494)))
    of = evidence((7,))
    index = destroyed(log, of)
    log.submit(Role.WORKER, "separate", waiting(range(1, 1000 - log.size + 1)))
    cert = issue(log, index, of, (7,), CLAIMS)
    assert (index, log.size) == (500, 1000)
    assert holds(cert, log)
    forged = {**cert, "tlog_proof": cert["tlog_proof"].replace("\n1000\n", "\n999\n")}
    with pytest.raises(verify.No, match=r"signature of .* is false"):
        holds(signed_again(forged, log), log)
    log.close()


# --- the journal, then and now -----------------------------------------------------------------------------------


def test_a_journal_that_still_holds_the_entry_confirms_it(cert: Document, log: Journal) -> None:
    assert holds(cert, log, journal=list(log.leaves()))


def edited(leaves: list[bytes]) -> list[bytes]:
    return [leaves[0].replace(b"2026", b"2025"), *leaves[1:]]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda leaves: leaves[:-1], "was cut"),
        (lambda _leaves: [], "was cut"),
        (edited, "was changed"),
        (lambda leaves: [leaves[1], leaves[0], *leaves[2:]], "was changed"),
        (lambda leaves: [*leaves[1:], leaves[0]], "was changed"),
        (lambda leaves: [leaf for leaf in leaves if b"destroy" not in leaf] + leaves[:1], "was changed"),
    ],
    ids=["cut", "emptied", "edited", "re-ordered", "turned", "taken out"],
)
def test_a_journal_that_was_cut_or_changed_since_is_found(
    tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], why: str
) -> None:
    log = open_journal(tmp_path, ORIGIN)
    cert = certificate(log)
    with pytest.raises(verify.No, match=why):
        holds(cert, log, journal=change(list(log.leaves())))
    log.close()
