"""The scanner itself: it finds what is there, in every spelling, and never mistakes nothing for clean."""

import base64
import gzip
import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.support.scan import NothingScanned, scan_bytes, scan_folders, scan_trace, tracer

CANARY = "카나리아-canary-5f2c"
SPELLED = {
    "plain": CANARY.encode(),
    "UTF-16": CANARY.encode("utf-16"),
    "a JSON escape": json.dumps(CANARY).encode(),
    "a URL": quote(CANARY).encode(),
    "hexadecimal": CANARY.encode().hex().encode(),
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_the_canary_is_found_in_every_spelling(spelled: bytes) -> None:
    assert scan_bytes(b"before " + spelled + b" after", CANARY.encode(), "here").places == ("here",)


@pytest.mark.parametrize("before", range(6))
@pytest.mark.parametrize("after", range(4))
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_the_canary_is_found_in_base64_wherever_it_starts(before: int, after: int, encode: object) -> None:
    assert callable(encode)
    data = encode(b"\xff" * before + CANARY.encode() + b"\xff" * after)
    assert scan_bytes(data, CANARY.encode(), "here").places


def test_the_canary_is_found_in_a_file_in_a_name_and_inside_a_compressed_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"x" + CANARY.encode())
    (tmp_path / CANARY).touch()
    (tmp_path / "packed").write_bytes(gzip.compress(CANARY.encode()))
    places = scan_folders(CANARY.encode(), tmp_path).places
    assert {place.removeprefix(f"{tmp_path}/") for place in places} == {"plain", CANARY, "packed (unpacked)"}


def test_other_bytes_are_not_taken_for_the_canary(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(CANARY.encode()[:-1])
    found = scan_folders(CANARY.encode(), tmp_path)
    assert found.places == ()
    assert found.scanned_bytes > len(CANARY)


def test_a_scan_of_nothing_fails(tmp_path: Path) -> None:
    with pytest.raises(NothingScanned):
        scan_folders(CANARY.encode(), tmp_path)
    (tmp_path / "trace").touch()
    with pytest.raises(NothingScanned):
        scan_trace(CANARY.encode(), tmp_path / "trace")


WAYS = {
    "written to a file since removed": "open('f', 'w').write(C); import os; os.unlink('f')",
    "written to a file without a name": "import tempfile; f = tempfile.TemporaryFile(); f.write(C.encode()); f.flush()",
    "written at a place": "import os; os.pwrite(os.open('f', os.O_CREAT | os.O_WRONLY), C.encode(), 9)",
    "written in pieces at once": "import os; os.writev(os.open('f', os.O_CREAT | os.O_WRONLY), [b'a', C.encode()])",
    "said in the log": "print(C, flush=True)",
    "given as a name": "open(C, 'w').close()",
    "written by a child": "import os; os.spawnlp(os.P_WAIT, 'sh', 'sh', '-c', 'printf %s \"$1\" > f', 'sh', C)",
    "copied where no tracer sees": "import os; open('f', 'w').write('x' * 99); "
    "os.copy_file_range(os.open('f', 0), os.open('g', os.O_CREAT | os.O_WRONLY), 99)",
    "shared with a file as memory": "import mmap; f = open('f', 'w+b'); f.truncate(99); mmap.mmap(f.fileno(), 99)",
}


@pytest.mark.parametrize("program", WAYS.values(), ids=WAYS)
def test_no_way_of_writing_escapes_the_tracer(program: str, tmp_path: Path) -> None:
    assert traced(f"C = {CANARY!r}\n{program}", tmp_path)


def test_what_is_sent_to_a_person_is_not_a_file(tmp_path: Path) -> None:
    program = f"import socket; a, b = socket.socketpair(); a.send(b'x'); a.sendall({CANARY!r}.encode()); print('said')"
    assert traced(program, tmp_path) == ()


def traced(program: str, folder: Path) -> tuple[str, ...]:
    trace, work = folder / "trace", folder / "work"
    work.mkdir()
    (folder / "program.py").write_text(program)  # not on the command line: strace would show it in execve
    words = [*tracer(trace), sys.executable, str(folder / "program.py")]
    subprocess.run(words, cwd=work, check=True, capture_output=True, timeout=60)
    return scan_trace(CANARY.encode(), trace).places
