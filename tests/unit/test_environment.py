"""Variables, secrets and database addresses: read once, in one way, and never repeated in a complaint."""

from collections.abc import Callable
from pathlib import Path

import pytest

from jikim import environment
from jikim.environment import BadVariable

SECRET = "correct-horse"


@pytest.fixture
def file_with(tmp_path: Path) -> Path:
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n", encoding="utf-8")
    return path


def test_the_home_is_var_here_unless_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("JIKIM_HOME")
    assert environment.home() == tmp_path / "var"
    monkeypatch.setenv("JIKIM_HOME", "/srv/jikim")
    assert environment.home() == Path("/srv/jikim")


# --- secrets -----------------------------------------------------------------------------------------------------


def test_a_secret_may_stand_in_a_file(monkeypatch: pytest.MonkeyPatch, file_with: Path) -> None:
    monkeypatch.setenv("JIKIM_SECRET_KEY_FILE", str(file_with))
    assert environment.secret("JIKIM_SECRET_KEY") == SECRET
    assert environment.secret_key() == SECRET


def test_a_secret_in_two_places_is_refused(monkeypatch: pytest.MonkeyPatch, file_with: Path) -> None:
    monkeypatch.setenv("JIKIM_SECRET_KEY", "another")
    monkeypatch.setenv("JIKIM_SECRET_KEY_FILE", str(file_with))
    with pytest.raises(BadVariable, match="JIKIM_SECRET_KEY and JIKIM_SECRET_KEY_FILE are both set") as caught:
        environment.secret("JIKIM_SECRET_KEY")
    assert SECRET not in str(caught.value)
    assert "another" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "fact"),
    [(None, "cannot be read"), (b"", "is empty"), (b" \n", "is empty"), (b"\xff", "it is not UTF-8")],
)
def test_a_secret_file_that_gives_no_secret_is_refused_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None, fact: str
) -> None:
    path = tmp_path / "secret"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setenv("JIKIM_LIVE_URL_FILE", str(path))
    with pytest.raises(BadVariable, match=rf"JIKIM_LIVE_URL_FILE.*{fact}") as caught:
        environment.database("live")
    assert caught.value.hint
    assert str(path) not in str(caught.value)


# --- addresses ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("", "http://127.0.0.1:8000"),
        ("https://privacy.example.com", "https://privacy.example.com"),
        ("https://privacy.example.com/", "https://privacy.example.com"),
        (" http://[::1]:8000 ", "http://[::1]:8000"),
    ],
)
def test_the_base_url_is_a_scheme_and_a_host(monkeypatch: pytest.MonkeyPatch, written: str, read: str) -> None:
    monkeypatch.setenv("JIKIM_BASE_URL", written)
    assert environment.base_url() == read


@pytest.mark.parametrize(
    "written",
    [
        "privacy.example.com",
        "ftp://example.com",
        "https://",
        "https://example.com/app",
        "https://user@example.com",
        "https://example.com/?q",
        "https://example.com:port",
        "https://example.com:0",
        "https://[::1",
    ],
)
def test_any_other_base_url_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("JIKIM_BASE_URL", written)
    with pytest.raises(BadVariable, match="JIKIM_BASE_URL") as caught:
        environment.base_url()
    assert "https://privacy.example.com" in caught.value.hint


def test_the_policy_of_a_first_run_is_the_example_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    assert environment.policy_path().parts[-3:] == ("policies", "example", "1.toml")
    monkeypatch.setenv("JIKIM_POLICY", "mine.toml")
    assert environment.policy_path() == Path("mine.toml")


# --- databases ---------------------------------------------------------------------------------------------------


def test_by_default_each_database_is_a_file_of_its_own_in_the_home() -> None:
    names = {str(entry["NAME"]) for entry in environment.databases().values()}
    assert names == {str(environment.home() / f"{alias}.sqlite3") for alias in ("live", "separate", "visits")}


@pytest.mark.parametrize("url", ["sqlite:///data/a%20b.sqlite3", "sqlite:////data/a%20b.sqlite3"])
def test_a_sqlite_path_is_absolute_however_many_slashes(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", url)
    assert environment.database("live")["NAME"] == "/data/a b.sqlite3"


def test_sqlite_takes_its_lock_before_it_reads_what_it_will_write() -> None:
    options = environment.database("live")["OPTIONS"]
    assert isinstance(options, dict)
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "secure_delete=1" in options["init_command"]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            "postgres://jikim:p%40ss%2Fword@db.example.com:6432/live?sslmode=verify-full",
            {"USER": "jikim", "PASSWORD": "p@ss/word", "HOST": "db.example.com", "PORT": "6432", "NAME": "live"},
        ),
        ("postgresql://db/live", {"USER": "", "PASSWORD": "", "HOST": "db", "PORT": "", "NAME": "live"}),
        ("postgres://jikim@/live?host=/run/PG", {"USER": "jikim", "HOST": "/run/PG", "NAME": "live"}),
        ("postgres://jikim@%2Frun%2FPG/live", {"USER": "jikim", "HOST": "/run/PG", "NAME": "live"}),
        ("postgres://[2001:db8::1]:5433/live", {"HOST": "2001:db8::1", "PORT": "5433"}),
    ],
)
def test_a_postgresql_address_is_read_whole(
    monkeypatch: pytest.MonkeyPatch, url: str, expected: dict[str, str]
) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", url)
    entry = environment.database("live")
    assert entry["ENGINE"] == "jikim.store.postgresql"
    assert {part: entry[part] for part in expected} == expected


def test_parameters_of_a_postgresql_address_reach_the_driver(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", "postgres://db/live?sslmode=verify-full&connect_timeout=3")
    options = environment.database("live")["OPTIONS"]
    assert isinstance(options, dict)
    given = {name: options[name] for name in ("application_name", "sslmode", "connect_timeout")}
    assert given == {"application_name": "jikim command", "sslmode": "verify-full", "connect_timeout": "3"}


@pytest.mark.parametrize(
    ("role", "limit", "patience"),
    [("public", "statement_timeout=2s", 2.3), ("desk", "statement_timeout=4s", 4.3), ("", "lock_timeout=20s", None)],
)
def test_whoever_waits_for_a_page_waits_less_for_a_postgresql_than_the_others(
    monkeypatch: pytest.MonkeyPatch, role: str, limit: str, patience: float | None
) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", "postgres://db/live")
    monkeypatch.setenv("JIKIM_ROLE", role)
    options = environment.database("live")["OPTIONS"]
    assert isinstance(options, dict)
    assert (options["options"], options.get("patience")) == (f"-c {limit}", patience)


@pytest.mark.parametrize(
    "url",
    [
        "mysql://u:hunter2@db/live",
        "hunter2",
        "sqlite://",
        "sqlite:///",
        "sqlite://host/hunter2",
        "sqlite::memory:",
        "sqlite:///a.sqlite3?mode=hunter2",
        "postgres://u:hunter2@db/",
        "postgres://u:hunter2@db:port/live",
        "postgres://u:hunter2@db/live?password=hunter2",
        "postgres://u:hunter2@db/live?sslmode",
        "postgres://u:hunter2@db/live#x",
        "postgres://u:hunter2@[::1/live",
    ],
)
def test_a_bad_database_address_is_refused_by_its_variable_and_never_repeated(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("JIKIM_SEPARATE_URL", url)
    with pytest.raises(BadVariable, match="JIKIM_SEPARATE_URL") as caught:
        environment.databases()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("way", ["{0}/../{1}/one.sqlite3", "{0}/link.sqlite3"])
def test_one_file_reached_in_two_ways_is_one_database(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, way: str
) -> None:
    (tmp_path / "link.sqlite3").symlink_to("one.sqlite3")
    monkeypatch.setenv("JIKIM_LIVE_URL", f"sqlite://{tmp_path}/one.sqlite3")
    monkeypatch.setenv("JIKIM_SEPARATE_URL", "sqlite://" + way.format(tmp_path, tmp_path.name))
    with pytest.raises(BadVariable, match="JIKIM_LIVE_URL and JIKIM_SEPARATE_URL name the same database"):
        environment.databases()


def test_no_database_may_lie_among_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_SEPARATE_URL", f"sqlite://{environment.home()}/x/../keys/any.sqlite3")
    with pytest.raises(BadVariable, match="JIKIM_SEPARATE_URL names a file among the keys"):
        environment.databases()


@pytest.mark.parametrize("role", ["public", "desk"])
def test_a_process_that_serves_pages_does_not_know_the_separate_database(
    monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    monkeypatch.setenv("JIKIM_ROLE", role)
    assert set(environment.databases()) == {"live", "visits"}


@pytest.mark.parametrize("role", ["worker", ""])
def test_the_worker_and_commands_know_all_three(monkeypatch: pytest.MonkeyPatch, role: str) -> None:
    monkeypatch.setenv("JIKIM_ROLE", role)
    assert set(environment.databases()) == {"live", "separate", "visits"}


@pytest.mark.parametrize("url", ["sqlite:///data/one.sqlite3", "postgres://u:hunter2@db/one"])
def test_two_databases_in_one_place_are_refused(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("JIKIM_LIVE_URL", url)
    monkeypatch.setenv("JIKIM_SEPARATE_URL", url)
    with pytest.raises(BadVariable, match="JIKIM_LIVE_URL and JIKIM_SEPARATE_URL name the same database") as caught:
        environment.databases()
    assert "hunter2" not in str(caught.value)


# --- keys, roots, files ------------------------------------------------------------------------------------------


def test_the_keys_lie_in_a_folder_of_their_own() -> None:
    keys = environment.keys()
    assert keys.folder == environment.home() / "keys"
    names = [path.name for path in (keys.database, keys.journal, keys.slots, keys.lock)]
    assert names == ["keyring.sqlite3", "journal", "root.slots", "keyd.lock"]
    assert environment.keyd_socket() == environment.home() / "run" / "keyd.sock"


@pytest.mark.parametrize(
    ("written", "groups", "anywhere"),
    [
        ("/a/root.slots", [["/a/root.slots"]], False),
        ("/a/x, /b/x ; /c/x", [["/a/x", "/b/x"], ["/c/x"]], False),
        ("anywhere:/a/x,/b/x", [["/a/x", "/b/x"]], True),
        ("/anywhere:/x", [["/anywhere:/x"]], False),  # a path, not the word
    ],
)
def test_roots_are_groups_of_mirrors(
    monkeypatch: pytest.MonkeyPatch, written: str, groups: list[list[str]], anywhere: bool
) -> None:
    monkeypatch.setenv("JIKIM_ROOTS", written)
    expected = tuple(tuple(map(Path, group)) for group in groups)
    assert environment.roots() == environment.RootPlaces(expected, anywhere)


@pytest.mark.parametrize(("written", "anywhere"), [("", False), ("anywhere", True), ("anywhere:", True)])
def test_by_default_the_root_is_one_file_among_the_keys(
    monkeypatch: pytest.MonkeyPatch, written: str, anywhere: bool
) -> None:
    monkeypatch.setenv("JIKIM_ROOTS", written)
    assert environment.roots() == environment.RootPlaces(((environment.keys().slots,),), anywhere)


def test_the_root_of_a_demo_may_lie_anywhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("JIKIM_HOME", str(tmp_path / "demo"))
    environment.open_home(environment.HomeKind.DEMO)
    assert environment.roots().anywhere


@pytest.mark.parametrize(
    ("written", "fact"),
    [
        ("root.slots", "without its absolute path"),
        ("/a/x;", "without its absolute path"),
        ("/a/x,,/b/x", "without its absolute path"),
        ("/", "without its absolute path"),
        ("everywhere:/a/x", "without its absolute path"),
        ("/a/x,/b/../a/x", "one file twice"),
        ("/a/x;/a/x", "one file twice"),
    ],
)
def test_roots_that_cannot_be_meant_are_refused(monkeypatch: pytest.MonkeyPatch, written: str, fact: str) -> None:
    monkeypatch.setenv("JIKIM_ROOTS", written)
    with pytest.raises(BadVariable, match=f"JIKIM_ROOTS names .*{fact}") as caught:
        environment.roots()
    assert caught.value.hint


@pytest.mark.parametrize(("written", "path"), [("file:///srv/a%20b", "/srv/a b"), ("file:/srv/x", "/srv/x")])
def test_attachments_may_lie_in_a_directory_elsewhere(monkeypatch: pytest.MonkeyPatch, written: str, path: str) -> None:
    assert environment.files_folder("live") == environment.home() / "files" / "live"
    monkeypatch.setenv("JIKIM_FILES_URL", written)
    assert environment.files_folder("separate") == Path(path) / "separate"


def test_attachments_in_s3_are_refused_with_the_next_step(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_FILES_URL", "s3://key:hunter2@host/bucket")
    with pytest.raises(BadVariable, match="JIKIM_FILES_URL names an S3 store, which is not built yet") as caught:
        environment.files_folder("live")
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "written", ["/srv/x", "file:", "file://host/x", "file:///x?y", "file:x", "ftp:/x", "file://[::1"]
)
def test_any_other_place_for_attachments_is_refused(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    monkeypatch.setenv("JIKIM_FILES_URL", written)
    with pytest.raises(BadVariable, match="JIKIM_FILES_URL is not of the form"):
        environment.files_folder("live")


# --- roles -------------------------------------------------------------------------------------------------------


def test_a_process_knows_its_role_and_its_socket_from_who_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (environment.role(), environment.keyd_fd()) == (None, None)
    monkeypatch.setenv("JIKIM_ROLE", "worker")
    monkeypatch.setenv("JIKIM_KEYD_FD", "7")
    assert (environment.role(), environment.keyd_fd()) == ("worker", 7)


@pytest.mark.parametrize(
    ("name", "read"),
    [("JIKIM_ROLE", environment.role), ("JIKIM_KEYD_FD", environment.keyd_fd), ("JIKIM_BELL_FD", environment.bell_fd)],
)
def test_a_made_up_role_or_socket_is_refused(
    monkeypatch: pytest.MonkeyPatch, name: str, read: Callable[[], object]
) -> None:
    monkeypatch.setenv(name, "boss")
    with pytest.raises(BadVariable, match=f"{name} is not a"):
        read()


def test_the_desk_is_where_the_site_is_unless_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIM_BASE_URL", "https://privacy.example.com")
    assert environment.desk_url() == "https://privacy.example.com"
    monkeypatch.setenv("JIKIM_DESK_URL", "https://desk.example.com/")
    assert environment.desk_url() == "https://desk.example.com"
