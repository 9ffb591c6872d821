"""The three databases: JIKIM_LIVE_URL, JIKIM_SEPARATE_URL, JIKIM_VISITS_URL; by default SQLite files in the home.

sqlite:///absolute/path
postgres://user:password@host:port/name?sslmode=verify-full
postgres://user@/name?host=/run/postgresql          (a Unix socket)
"""

import os
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from jikim.domain.journal import Role
from jikim.environment.home import home
from jikim.environment.layout import keys
from jikim.environment.role import knows_separate, role
from jikim.environment.variables import BadVariable, secret

ALIASES = ("live", "separate", "visits")
SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "jikim.store.postgresql"
BUSY_SECONDS = 20
PAGE_BUSY_SECONDS = 4  # somebody waits for the page; what they typed comes back with it
ANSWER_SECONDS = {Role.PUBLIC: 2, Role.DESK: 4}  # of a server, as a file's lock; lists of the desk take it longest
LAST_WORD_SECONDS = 0.3  # more for a server that can still say that the time is over
CONNECT_SECONDS = 10
ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}  # ms
CONNECTION_SECONDS = 60  # a connection is kept this long between requests; to open one costs more than what it is for

# Read back on every new connection (store/connections.py). trusted_schema stays at its default: switching it off breaks
# Django's JSONField on SQLite ("unsafe use of JSON_VALID()").
PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1, "temp_store": 2}

PARAMETERS = frozenset(
    {
        "host",
        "port",
        "sslmode",
        "sslrootcert",
        "sslcert",
        "sslkey",
        "passfile",
        "connect_timeout",
        "target_session_attrs",
    }
)

Database = dict[str, object]


def database(alias: str) -> Database:
    """Return the Django entry of one alias; raises BadVariable naming the variable."""
    name = variable(alias)
    url = secret(name)
    if not url:
        return _sqlite(file_of(alias))
    try:
        parts = urlsplit(url)
        if parts.scheme == "sqlite":
            return _sqlite(_file(name, parts))
        if parts.scheme in ("postgres", "postgresql"):
            return _postgresql(name, parts)
    except ValueError:
        raise _bad(name, "is not a URL that can be read") from None
    raise _bad(name, "starts neither with sqlite:// nor with postgres://")


def aliases() -> tuple[str, ...]:
    """Return the databases this process may know: all three, but for the processes that serve pages."""
    return tuple(alias for alias in ALIASES if alias != "separate" or knows_separate())


def databases() -> dict[str, Database]:
    """Return those this process may know; raises BadVariable when two of them would be one and the same database."""
    entries = {alias: database(alias) for alias in aliases()}
    seen: dict[tuple[str, ...], str] = {}
    for alias, entry in entries.items():
        place = _place(entry)
        _refuse_among_keys(alias, place)
        if place in seen:
            raise BadVariable(
                f"{seen[place]} and {variable(alias)} name the same database",
                hint="give each its own: what is set aside must lie apart from what is in use",
            )
        seen[place] = variable(alias)
    return entries


def _refuse_among_keys(alias: str, place: tuple[str, ...]) -> None:
    if place[0] == SQLITE and Path(place[1]).is_relative_to(os.path.realpath(keys().folder)):
        raise BadVariable(
            f"{variable(alias)} names a file among the keys",
            hint="what is sealed lies apart from the keys that open it",
        )


def _place(entry: Database) -> tuple[str, ...]:
    """Return where a database lies, a file by the path its links lead to; servers are asked when they are met."""
    if entry["ENGINE"] == SQLITE:
        return (SQLITE, os.path.realpath(str(entry["NAME"])))
    return tuple(str(entry.get(part, "")) for part in ("ENGINE", "HOST", "PORT", "NAME"))


def variable(alias: str) -> str:
    return f"JIKIM_{alias.upper()}_URL"


def file_of(alias: str) -> Path:
    """Return the file of an alias in the home: in a folder of its own once several users share the home."""
    folder = home() / alias
    return (folder if folder.is_dir() else home()) / f"{alias}.sqlite3"


def _sqlite(path: Path) -> Database:
    return {
        "ENGINE": SQLITE,
        "NAME": str(path),
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "OPTIONS": {
            "timeout": PAGE_BUSY_SECONDS if role() in (Role.PUBLIC, Role.DESK) else BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": ";".join(f"PRAGMA {setting}={value}" for setting, value in PRAGMAS.items()),
        },
        # A file, not memory: tests must meet the same journal, locks and pragmas as people do.
        "TEST": {"NAME": str(path.with_name(f"test-{path.name}"))},
    }


def _file(name: str, parts: SplitResult) -> Path:
    whole = parts.path.startswith("/") and parts.path.strip("/")
    if not whole or parts.netloc or parts.query or parts.fragment:
        raise _bad(name, "is not of the form sqlite:///absolute/path")
    return Path("/" + unquote(parts.path).lstrip("/"))


def _postgresql(name: str, parts: SplitResult) -> Database:
    options = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
    if unknown := sorted(set(options) - PARAMETERS):
        raise _bad(name, f"has parameters that are not known: {', '.join(map(_printable, unknown))}")
    database_name = unquote(parts.path).lstrip("/")
    if not database_name or parts.fragment:
        raise _bad(name, "does not name a database")
    host = unquote(_host(parts)) or options.pop("host", "")
    port = str(parts.port or options.pop("port", ""))
    return {
        "ENGINE": POSTGRESQL,
        "NAME": database_name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "CONN_MAX_AGE": CONNECTION_SECONDS,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": f"jikim {role() or 'command'}", **_limits(), **options},
    }


def _limits() -> Database:
    """Return how long a server is waited for.

    By a page: to let it in, and for each answer (`patience` is our own: store/postgresql). By all others: to let them
    in, for whoever holds a lock, and for a machine that is gone from the network.
    """
    seconds = ANSWER_SECONDS.get(of) if (of := role()) else None
    if seconds is None:
        return {"connect_timeout": CONNECT_SECONDS, "options": f"-c lock_timeout={BUSY_SECONDS}s", **ALIVE}
    limit = f"-c statement_timeout={seconds}s"
    return {"connect_timeout": seconds, "options": limit, "patience": seconds + LAST_WORD_SECONDS}


def _host(parts: SplitResult) -> str:
    """Return the host as written: `SplitResult.hostname` lowers its case, which a socket's path must keep."""
    host = parts.netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return host.partition(":")[0]


def _printable(parameter: str) -> str:
    return parameter if parameter.isidentifier() and len(parameter) < 32 else "(unreadable)"


def _bad(name: str, fact: str) -> BadVariable:
    return BadVariable(
        f"{name} {fact}",
        hint="write sqlite:///absolute/path or postgres://user:password@host:port/name, special characters as %XX",
    )
