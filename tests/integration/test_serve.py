"""`jikim serve` as an operator meets it: the first run, a taken port, a child that dies, a clean stop."""

import json
import os
import signal
import socket
import sqlite3
import time
import urllib.request
from pathlib import Path

from tests.support.server import Serve, free_port, jikim


def test_a_first_run_makes_everything_and_says_where_to_go(serve: Serve) -> None:
    served = serve()
    said = "".join(served.said)
    assert "development keyring" in said
    assert f"site     {served.url}/" in said
    assert "/desk/enter/" in said
    assert json.loads((served.home / "home.json").read_text())["kind"] == "real"
    with urllib.request.urlopen(f"{served.url}/privacy/?lang=ko", timeout=10) as page:
        assert "개인정보 처리방침" in page.read().decode()


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


def test_when_one_process_dies_all_stop_and_it_is_said(serve: Serve) -> None:
    served = serve()
    (worker,) = [pid for pid in _children(served.process.pid) if b"jikim.cli.worker" in _command(pid)]
    os.kill(worker, signal.SIGKILL)
    assert served.process.wait(20) == 1
    assert "the worker process ended by itself" in "".join(served.said)
    assert [pid for pid in _children(served.process.pid) if _command(pid)] == []


def test_when_the_first_process_is_killed_no_other_goes_on_without_it(serve: Serve) -> None:
    served = serve()
    children = _children(served.process.pid)
    assert len(children) == 2
    os.kill(served.process.pid, signal.SIGKILL)
    served.process.wait(20)
    latest = time.monotonic() + 20
    while any(_command(pid) for pid in children) and time.monotonic() < latest:
        time.sleep(0.1)
    assert [pid for pid in children if _command(pid)] == []


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
    return Path(f"/proc/{pid}/cmdline").read_bytes()
