"""Typed readers of variables, secrets and the home. Nothing here is read twice in two ways."""

from jikim.environment.databases import ALIASES, KEYS, PRAGMAS, Database, database, databases
from jikim.environment.home import (
    Home,
    HomeKind,
    HomeTooNew,
    HomeTooOld,
    HomeUnusable,
    NoHome,
    WrongKindOfHome,
    home,
    is_demo,
    open_home,
    read_home,
    secret_key,
    stamp,
    travel,
)
from jikim.environment.variables import BadVariable, base_url, policy_path, secret

__all__ = [
    "ALIASES",
    "KEYS",
    "PRAGMAS",
    "BadVariable",
    "Database",
    "Home",
    "HomeKind",
    "HomeTooNew",
    "HomeTooOld",
    "HomeUnusable",
    "NoHome",
    "WrongKindOfHome",
    "base_url",
    "database",
    "databases",
    "home",
    "is_demo",
    "open_home",
    "policy_path",
    "read_home",
    "secret",
    "secret_key",
    "stamp",
    "travel",
]
