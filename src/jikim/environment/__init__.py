"""Typed readers of variables, secrets and the home. Nothing here is read twice in two ways."""

from jikim.environment.bell import bell_fd, has_rung, ring
from jikim.environment.databases import ALIASES, PRAGMAS, Database, aliases, database, databases
from jikim.environment.folders import files_folder, files_receiver
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
from jikim.environment.layout import KeyPlaces, RootPlaces, keyd_socket, keys, roots
from jikim.environment.mail import MailServer, Tls, mail_server
from jikim.environment.role import keyd_fd, knows_separate, role
from jikim.environment.rounds import last_round, note_round
from jikim.environment.users import users_prefix, users_were_named
from jikim.environment.variables import (
    BadVariable,
    base_url,
    desk_url,
    passkey_origin,
    policy_path,
    secret,
    staff_policy_path,
)

__all__ = [
    "ALIASES",
    "PRAGMAS",
    "BadVariable",
    "Database",
    "Home",
    "HomeKind",
    "HomeTooNew",
    "HomeTooOld",
    "HomeUnusable",
    "KeyPlaces",
    "MailServer",
    "NoHome",
    "RootPlaces",
    "Tls",
    "WrongKindOfHome",
    "aliases",
    "base_url",
    "bell_fd",
    "database",
    "databases",
    "desk_url",
    "files_folder",
    "files_receiver",
    "has_rung",
    "home",
    "is_demo",
    "keyd_fd",
    "keyd_socket",
    "keys",
    "knows_separate",
    "last_round",
    "mail_server",
    "note_round",
    "open_home",
    "passkey_origin",
    "policy_path",
    "read_home",
    "ring",
    "role",
    "roots",
    "secret",
    "secret_key",
    "staff_policy_path",
    "stamp",
    "travel",
    "users_prefix",
    "users_were_named",
]
