"""`jikim serve` as an operator meets it: the first run, a taken port, a child that dies, a clean stop."""

import json
import os
import pty
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from jikim.cli import desk_link
from tests.support.server import GREETED, JIKIM, Serve, Served, free_port, jikim, surroundings
from tests.support.visitor import Visitor

WORDS = {
    "age": "of-age",
    "name": "Kim",
    "email": "kim@example.com",
    "topic": "repair",
    "message": "It does not measure any more.",
    "consent-inquiry": "given",
}


def test_a_first_run_makes_everything_and_says_where_to_go(serve: Serve) -> None:
    served = serve()
    said = "".join(served.said)
    assert "keys on a medium of class" in said
    assert f"site     {served.url}/" in said
    assert f"desk     {served.desk_url}/desk/" in said
    assert json.loads((served.home / "home.json").read_text())["kind"] == "real"
    with urllib.request.urlopen(f"{served.url}/privacy/?lang=ko", timeout=10) as page:
        assert "개인정보 처리방침" in page.read().decode()


def test_where_nobody_watches_the_one_time_link_is_left_in_a_file_of_its_owner_alone(serve: Serve) -> None:
    served = serve()
    left = served.home / desk_link.FILE
    assert "/desk/enter/" not in "".join(served.said)
    assert f"open the link in {left} within 24 hours" in "".join(served.said)
    assert stat.S_IMODE(left.stat().st_mode) == 0o600
    assert _answers(left.read_text().strip()) == 200


def test_a_terminal_shows_the_one_time_link_and_no_file_keeps_it(tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    ports = ("--port", str(free_port()), "--desk-port", str(free_port()))
    words = [*JIKIM, "serve", *ports]
    with subprocess.Popen(words, env=surroundings(tmp_path / "home"), stdout=theirs, start_new_session=True) as process:
        os.close(theirs)
        with os.fdopen(ours, "rb", buffering=0) as screen:
            said = b""
            while GREETED.encode() not in said:
                said += screen.read(1024)
            process.terminate()
            assert process.wait(20) == 0
    assert re.search(rb"desk     http://127\.0\.0\.1:\d+/desk/enter/\S+/", said)
    assert not (tmp_path / "home" / desk_link.FILE).exists()


def test_a_second_start_publishes_nothing_again_and_makes_a_new_link(serve: Serve, tmp_path: Path) -> None:
    first = serve(home=tmp_path / "home")
    link = first.link("/desk/enter/")
    os.killpg(first.process.pid, signal.SIGTERM)
    assert first.process.wait(20) == 0
    second = serve(home=tmp_path / "home")
    assert second.link("/desk/enter/").rpartition("/desk/")[2] != link.rpartition("/desk/")[2]
    with sqlite3.connect(tmp_path / "home" / "live.sqlite3") as live:
        assert live.execute("SELECT count(*) FROM live_policyversion").fetchone() == (1,)
    live.close()


def test_the_policy_of_a_first_run_can_be_chosen(serve: Serve) -> None:
    reference = Path(__file__).resolve().parents[2] / "policies" / "utracs" / "2.toml"
    served = serve("serve", "--policy", str(reference))
    with urllib.request.urlopen(f"{served.url}/privacy/?lang=en", timeout=10) as page:
        assert "UTRACS" in page.read().decode()


def test_a_port_in_use_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        run = jikim(tmp_path / "home", "serve", "--port", str(port))
    assert run.returncode == 3
    assert f"port {port}: address already in use" in run.stderr
    assert "hint:" in run.stderr
    assert not (tmp_path / "home").exists()


def test_a_home_that_is_served_already_is_refused_and_goes_on_being_served(serve: Serve) -> None:
    served = serve()
    ports = ("--port", str(free_port()), "--desk-port", str(free_port()))
    for words in (("serve", *ports), ("serve", "--policy", "/none", *ports)):
        run = jikim(served.home, *words)
        assert run.returncode == 3
        assert f"another Jikim serves the home {served.home}" in run.stderr
        assert "hint:" in run.stderr
    assert _answers(f"{served.url}/privacy/") == 200


def test_an_address_that_is_not_this_machines_is_refused(tmp_path: Path) -> None:
    run = jikim(tmp_path / "home", "serve", "--host", "203.0.113.9", "--port", str(free_port()))
    assert run.returncode == 3
    assert "hint:" in run.stderr
    assert not (tmp_path / "home").exists()


def test_a_policy_file_that_cannot_be_read_leaves_a_home_that_starts_later(serve: Serve, tmp_path: Path) -> None:
    run = jikim(tmp_path / "home", "serve", "--policy", str(tmp_path), "--port", str(free_port()))
    assert run.returncode == 2
    assert "hint:" in run.stderr
    assert "Traceback" not in run.stderr
    assert serve(home=tmp_path / "home").url


@pytest.mark.parametrize("name", ["public", "desk", "worker", "postman", "keyd"])
def test_a_process_that_dies_comes_back_and_it_is_said(serve: Serve, name: str) -> None:
    served = serve()
    dead = _one(served, name)
    os.kill(dead, signal.SIGKILL)
    _until(lambda: _is_back(served, name, dead))
    _until(lambda: f"the {name} process ended (exit code -9) and is started again" in "".join(served.said))
    _until(lambda: [_answers(page) for page in (f"{served.url}/privacy/", f"{served.desk_url}/desk/")] == [200, 403])


def test_an_inquiry_sent_right_after_the_key_daemon_died_is_received(serve: Serve) -> None:
    served, person = serve(), Visitor()
    form = person.open(f"{served.url}/inquiry/")
    os.kill(_one(served, "keyd"), signal.SIGKILL)
    receipt = person.send(form, WORDS)
    assert receipt.status == 201, receipt.body
    own = person.send(person.open(f"{served.url}/my/"), {"code": receipt.text_of("receipt-code")})
    assert WORDS["message"] in own.body


def test_the_worker_looks_at_once_when_a_person_has_closed_their_inquiry(serve: Serve) -> None:
    served, person = serve(), Visitor()
    receipt = person.send(person.open(f"{served.url}/inquiry/"), WORDS)
    own = person.send(person.open(f"{served.url}/my/"), {"code": receipt.text_of("receipt-code")})
    _until(lambda: any(served.home.rglob("worker.round")))
    (noted,) = served.home.rglob("worker.round")
    before = noted.stat().st_mtime_ns
    forms = [form.get("action", "") for form in own.tree.iter("form")]
    closed = person.send(own, form=next(at for at, action in enumerate(forms) if "/my/close/" in action))
    assert closed.status == 200, closed.body
    _until(lambda: noted.stat().st_mtime_ns > before)


def test_each_side_serves_its_own_pages_and_points_to_the_other(serve: Serve) -> None:
    served = serve()
    assert _answers(f"{served.url}/desk/") == _answers(f"{served.desk_url}/privacy/") == 404
    assert served.link("/desk/enter/").startswith(f"{served.desk_url}/desk/enter/")
    assert Visitor().open(f"{served.desk_url}/desk/").link("/privacy/").startswith(f"{served.url}/privacy/")


def test_a_port_for_both_sides_is_a_mistake(tmp_path: Path) -> None:
    run = jikim(tmp_path / "home", "serve", "--port", "8000", "--desk-port", "8000")
    assert run.returncode == 2
    assert "share no port" in run.stderr
    assert not (tmp_path / "home").exists()


def test_when_the_first_process_is_killed_no_other_goes_on_without_it(serve: Serve) -> None:
    served = serve()
    children = _children(served.process.pid)
    assert len(children) == 5
    os.kill(served.process.pid, signal.SIGKILL)
    served.process.wait(20)
    latest = time.monotonic() + 20
    while any(_command(pid) for pid in children) and time.monotonic() < latest:
        time.sleep(0.1)
    assert [pid for pid in children if _command(pid)] == []


def _one(served: Served, name: str) -> int:
    """Return the process of that name; raises ValueError when there is none just now."""
    word = {
        "public": served.url.rpartition(":")[2],
        "desk": served.desk_url.rpartition(":")[2],
        "worker": "jikim.cli.worker",
        "postman": "jikim.cli.postman",
        "keyd": "jikim.sealing.keyd",
    }[name]
    (found,) = [pid for pid in _children(served.process.pid) if word.encode() in _command(pid).split(b"\0")]
    return found


def _is_back(served: Served, name: str, dead: int) -> bool:
    try:
        return _one(served, name) != dead
    except ValueError:  # not yet
        return False


def _answers(address: str) -> int:
    try:
        return Visitor().open(address).status
    except urllib.error.URLError:
        return 0


def _until(happened: Callable[[], bool], seconds: float = 20) -> None:
    latest = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < latest
        time.sleep(0.05)


def _children(parent: int) -> list[int]:
    """Processes whose parent is this one."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            after_name = entry.read_text().rpartition(")")[2].split()
        except FileNotFoundError:  # it ended while we looked
            continue
        if int(after_name[1]) == parent:
            found.append(int(entry.parent.name))
    return found


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return b""
