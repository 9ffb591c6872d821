"""One inquiry through a running server: none of its words reaches the disk in clear, from the form to the answer."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.scan import Found, scan_folders, scan_trace, tracer
from tests.support.server import Served, serving
from tests.support.staff_codes import code_of
from tests.support.visitor import Visitor

CANARY = "canary-3e9d-of-a-person"
BIG = b"%PDF-1.7\n" + b"x" * 4_000_000 + CANARY.encode()  # past every size at which frameworks spool to a file
UNSEALED = Path(__file__).parents[1] / "support" / "unsealed"
WORDS = {
    "age": "of-age",
    "name": f"{CANARY} name",
    "email": f"{CANARY}@example.com",
    "topic": "repair",
    "message": f"{CANARY} message",
    "consent-inquiry": "given",
}
ACCOUNT = {"name": f"{CANARY} handler", "password": f"{CANARY} word", "again": f"{CANARY} word"}
FILES = {"attachments": [(f"{CANARY}.pdf", BIG), ("small.txt", CANARY.encode())]}


@dataclass(frozen=True)
class Looked:
    """What was written while the server ran, and what lies in its home and temporary folder afterwards."""

    writes: Found
    files: Found
    said: str


def write_and_answer(served: Served) -> None:
    """A person writes, a handler opens and answers, the person reads the answer."""
    person = Visitor(agent=f"{CANARY} browser")
    receipt = person.send(person.open(f"{served.url}/inquiry/"), WORDS, FILES)
    assert receipt.status == 201, receipt.body
    handler = Visitor()
    made = handler.send(handler.open(served.link("/desk/enter/")), ACCOUNT)
    handler.send(made, {"code": code_of(made.text_of("secret"))})
    record = handler.open(handler.open(f"{served.desk_url}/desk/inbox/").link("/desk/records/"))
    assert f"{CANARY} message" in record.body
    answers = [form.get("action", "") for form in record.tree.iter("form")]
    reply = next(number for number, action in enumerate(answers) if "/reply/" in action)
    assert handler.send(record, {"words": f"{CANARY} answer"}, form=reply).status == 200
    own = person.send(person.open(f"{served.url}/my/"), {"code": receipt.text_of("receipt-code")})
    assert f"{CANARY} answer" in own.body


@pytest.fixture(scope="module")
def looked(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return look(tmp_path_factory.mktemp("sealed"), {})


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Looked:
    return look(tmp_path_factory.mktemp("unsealed"), {"PYTHONPATH": str(UNSEALED)})


def look(folder: Path, more: dict[str, str]) -> Looked:
    trace, temporary = folder / "trace", folder / "tmp"
    temporary.mkdir()
    surroundings = more | {"TMPDIR": str(temporary)}
    with serving(folder / "home", more=surroundings, wrap=tracer(trace)) as served:
        write_and_answer(served)
    canary = CANARY.encode()
    return Looked(scan_trace(canary, trace), scan_folders(canary, folder / "home", temporary), "".join(served.said))


def test_no_word_of_an_inquiry_is_ever_written_in_clear(looked: Looked) -> None:
    assert looked.writes.places == ()
    assert looked.writes.scanned_bytes > len(BIG), "the sealed file alone is longer than this"


def test_nothing_of_it_is_left_in_the_home_or_the_temporary_folder(looked: Looked) -> None:
    assert looked.files.places == ()
    assert looked.files.scanned_bytes > len(BIG)


def test_nothing_of_it_is_said_on_the_terminal(looked: Looked) -> None:
    assert CANARY not in looked.said


def test_the_same_look_finds_it_where_sealing_does_nothing(unsealed: Looked) -> None:
    assert unsealed.writes.places
    assert any("live.sqlite3" in place for place in unsealed.files.places)
