"""Each process of a house knows its side alone: its pages, its databases, its variables."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from jikim.cli import processes, supervisor
from jikim.domain.journal import Role
from tests.support.server import jikim, surroundings

SCRIPT = """
import json, sys
from jikim.store import start
start.ready()
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections
from django.test import Client
from jikim.queries import due
from jikim.store.separate.models import SeparateItem
WSGIHandler()
def asked(path): return Client().get(path, headers={"host": "localhost"}).status_code
try: SeparateItem.objects.count(); reached = True
except Exception as error: reached = type(error).__name__
print(json.dumps({
    "databases": sorted(alias for alias in connections if alias != "default"),
    "pages": {path: asked(path) for path in ("/privacy/", "/desk/")},
    "separate": reached,
    "desk imported": "jikim.web.desk.urls" in sys.modules,
    "set aside": due.set_aside_count(),
}))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo home that has set values aside."""
    home = tmp_path_factory.mktemp("sides") / "home"
    made = jikim(home, "demo", "--on", "2023-03-01", "--no-serve")
    assert made.returncode == 0, made.stderr
    return home


def seen_by(role: Role, home: Path) -> dict[str, object]:
    """Start a process of that role on a key daemon, as the supervisor does, and ask what it knows."""
    pairs = processes.new_pairs([role])
    end = pairs[role][0].fileno()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in surroundings(home).items():
            patch.setenv(name, value)
        keyd = supervisor.start(processes.key_daemon(pairs))
    try:
        return asked(home, {"JIKIM_ROLE": role, "JIKIM_KEYD_FD": str(end)}, end)
    finally:
        supervisor.end(keyd)
        for one in pairs[role]:
            one.close()


def asked(home: Path, more: dict[str, str], *ends: int) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        env=surroundings(home, more),
        pass_fds=ends,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_a_role_without_a_key_daemon_is_refused(home: Path) -> None:
    with pytest.raises(AssertionError, match="no key daemon runs for the public process"):
        asked(home, {"JIKIM_ROLE": "public"})


def test_the_public_process_has_no_desk_and_no_separate_database(home: Path) -> None:
    seen = seen_by(Role.PUBLIC, home)
    assert seen["databases"] == ["live", "visits"]
    assert seen["pages"] == {"/privacy/": 200, "/desk/": 404}
    assert seen["separate"] == "ConnectionDoesNotExist"
    assert seen["desk imported"] is False


def test_the_desks_process_has_no_public_page_and_reads_what_is_set_aside_from_stubs(home: Path) -> None:
    seen, by_command = seen_by(Role.DESK, home), asked(home, {})
    assert seen["databases"] == ["live", "visits"]
    assert seen["pages"] == {"/privacy/": 404, "/desk/": 403}  # 403: nobody is signed in
    assert seen["separate"] == "ConnectionDoesNotExist"
    assert by_command["separate"] is True
    assert seen["set aside"] == by_command["set aside"] != 0


@pytest.mark.parametrize(
    ("role", "kept"),
    [
        (Role.KEYD, {"HOME", "ROOTS", "FILES_URL"}),
        (Role.PUBLIC, {"HOME", "LIVE_URL", "VISITS_URL_FILE", "FILES_URL", "SECRET_KEY"}),
        (Role.DESK, {"HOME", "LIVE_URL", "VISITS_URL_FILE", "FILES_URL", "SECRET_KEY"}),
        (Role.WORKER, {"HOME", "LIVE_URL", "SEPARATE_URL", "VISITS_URL_FILE", "FILES_URL"}),
        (Role.POSTMAN, {"HOME", "LIVE_URL", "VISITS_URL_FILE", "SMTP_URL", "SMTP_PASSWORD_FILE"}),
    ],
)
def test_a_process_is_given_its_own_variables_and_no_others(
    monkeypatch: pytest.MonkeyPatch, role: Role, kept: set[str]
) -> None:
    given_to_all = (
        "LIVE_URL",
        "SEPARATE_URL",
        "VISITS_URL_FILE",
        "SECRET_KEY",
        "ROOTS",
        "FILES_URL",
        "ROLE",
        "KEYD_FD",
    )
    for name in (*given_to_all, "SMTP_URL", "SMTP_PASSWORD_FILE"):
        monkeypatch.setenv(f"JIKIM_{name}", "x")
    monkeypatch.setenv("PGPASSWORD", "hunter2")
    given = processes.surroundings(role)
    assert {name.removeprefix("JIKIM_") for name in given if name.startswith("JIKIM_")} == kept
    assert "PGPASSWORD" not in given


def test_the_public_side_does_not_know_what_the_desk_signs_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_SECRET_KEY", "of the installation")
    desk, public = (processes.surroundings(role)["JIKIM_SECRET_KEY"] for role in (Role.DESK, Role.PUBLIC))
    assert desk == "of the installation"
    assert len(public) == 64
    assert public == processes.surroundings(Role.PUBLIC)["JIKIM_SECRET_KEY"], "forms that are open stay good"
