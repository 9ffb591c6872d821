"""JIKIM_USERS: the first part of the names of the system users that root gives to each process of the house.

JIKIM_USERS=jikim     the default: jikim-keyd, jikim-public, jikim-desk, jikim-worker, jikim-postman and the group jikim
JIKIM_USERS=none      root runs everything itself
"""

import re

from jikim.environment.variables import BadVariable, read

USERS, DEFAULT, NONE = "JIKIM_USERS", "jikim", "none"
PREFIX = re.compile(r"[a-z][a-z0-9-]{0,20}")  # with the longest ending a name has at most 32 letters, as useradd wants


def users_prefix() -> str | None:
    """Return how the names of the users begin; None where there shall be none. Raises BadVariable."""
    written = read(USERS) or DEFAULT
    if not PREFIX.fullmatch(written):
        raise BadVariable(
            f"{USERS} is not the beginning of a user's name",
            hint=f"write small letters, digits and hyphens, as in {DEFAULT}, or {NONE} to have root run everything",
        )
    return None if written == NONE else written


def users_were_named() -> bool:
    """Say whether somebody asked for users, so that their absence is a mistake."""
    return bool(read(USERS))
