"""The facts of a row that give power at the desk, and whether they bear the seal that only the desk can make.

What changes without giving power (when somebody was last seen, which code was taken last) is not among them.
"""

import json
from datetime import UTC, datetime
from functools import singledispatch

from jikim.sealing import seals
from jikim.sealing.seals import Use
from jikim.store.live.models import DeskLink, DeskSession, StaffAccount

Row = StaffAccount | DeskSession | DeskLink


def seal_of(row: Row) -> str:
    """Return the seal of a row as it is; the caller has checked what it was before."""
    use, facts = _facts(row)
    return seals.keyed_digest(use, json.dumps(facts))


def stands(row: Row) -> bool:
    """Say whether a row is as the desk wrote it; one that is not is counted as an attack."""
    use, facts = _facts(row)
    return seals.stands(use, json.dumps(facts), row.seal)


@singledispatch
def _facts(row: object) -> tuple[Use, list[object]]:
    raise TypeError(type(row).__name__)


@_facts.register
def _account(row: StaffAccount) -> tuple[Use, list[object]]:
    return Use.ACCOUNT, [str(row.id), row.username, row.password, row.roles, row.state, _instant(row.ended_at)]


@_facts.register
def _session(row: DeskSession) -> tuple[Use, list[object]]:
    instants = [_instant(row.began_at), _instant(row.passed_at)]
    return Use.SESSION, [str(row.id), str(row.account_id), row.session_hash, *instants]


@_facts.register
def _link(row: DeskLink) -> tuple[Use, list[object]]:
    instants = [_instant(row.usable_until), _instant(row.used_at)]
    return Use.LINK, [str(row.id), row.link_hash, row.roles, str(row.made_by), str(row.account_id), *instants]


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds") if at else ""
