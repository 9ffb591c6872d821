"""Which role may make which call, and on which store. What is not written here is refused.

`worker` destroys and never opens; `mail` and `custodian` open what was sealed for them; `public` needs a grant.
"""

from collections.abc import Iterable, Mapping

from jikim.domain.journal import Role
from jikim.sealing.errors import NotYourCall

PUBLIC, DESK, WORKER, MAIL, CUSTODIAN = Role.PUBLIC, Role.DESK, Role.WORKER, Role.POSTMAN, Role.CUSTODIAN
EVERYBODY = frozenset({PUBLIC, DESK, WORKER, MAIL, CUSTODIAN})

LIVE, SEPARATE, MAILBOX = "live", "separate", "mail"

CALLERS: Mapping[str, frozenset[Role]] = {
    "found": frozenset({PUBLIC, DESK}),
    "grant": frozenset({PUBLIC}),
    "link": frozenset({MAIL}),
    "grant_by_link": frozenset({PUBLIC}),
    "granted": frozenset({PUBLIC}),
    "daily_key": frozenset({PUBLIC}),
    "seal": frozenset({PUBLIC, DESK}),
    "open_sealed": frozenset({PUBLIC, DESK, MAIL, CUSTODIAN}),
    "open_all": frozenset({PUBLIC, DESK, MAIL, CUSTODIAN}),
    "reseal": frozenset({PUBLIC, DESK, WORKER}),
    "agree": frozenset({WORKER}),
    "fits": EVERYBODY,
    "destroy": frozenset({WORKER}),
    "ask": frozenset({WORKER}),
    "states": EVERYBODY,
    "certificates": frozenset({WORKER}),
    "hello": EVERYBODY,
    "submit": frozenset({WORKER}),
    "newest_told": EVERYBODY,
    "restored": frozenset({WORKER}),
    "checkpoint": EVERYBODY,
    "leaf": EVERYBODY,
    "proof": EVERYBODY,
    "verify_journal": frozenset({WORKER}),
    "check_older": EVERYBODY,
    "handed_out": frozenset({WORKER}),
    "ask_passkey": frozenset({DESK}),
    "approve": frozenset({DESK}),
    "approvals": frozenset({DESK, WORKER}),
    "passkeys": frozenset({DESK, WORKER}),
    "enroll_passkey": frozenset({DESK}),
    "vouch": frozenset({DESK}),
    "retire_passkeys": frozenset({DESK}),
    "enroll": frozenset({WORKER}),
    "reconcile": frozenset({WORKER}),
}

SEALS: Mapping[Role, frozenset[str]] = {PUBLIC: frozenset({LIVE}), DESK: frozenset({LIVE})}
OPENS: Mapping[Role, frozenset[str]] = {
    PUBLIC: frozenset({LIVE}),
    DESK: frozenset({LIVE}),
    MAIL: frozenset({MAILBOX}),
    CUSTODIAN: frozenset({SEPARATE}),
}
OWN: Mapping[Role, frozenset[str]] = {**OPENS, WORKER: frozenset({LIVE, SEPARATE})}  # for questions that open nothing
MOVES: Mapping[Role, frozenset[tuple[str, str]]] = {
    PUBLIC: frozenset({(LIVE, MAILBOX)}),
    DESK: frozenset({(LIVE, MAILBOX)}),
    WORKER: frozenset({(LIVE, SEPARATE)}),
}
WITH_GRANT = frozenset({PUBLIC})


def refuse_caller(role: Role, call: str) -> None:
    """Refuse a call that the role has no part in; raises NotYourCall."""
    if role not in CALLERS.get(call, frozenset()):
        raise NotYourCall(f"the role {role} does not call {call}", hint="let the process whose task it is do it")


def refuse_stores(role: Role, stores: Iterable[str], allowed: Mapping[Role, frozenset[str]]) -> None:
    """Refuse values of a store that is not the role's; raises NotYourCall."""
    if not set(stores) <= allowed.get(role, frozenset()):
        raise NotYourCall(
            f"the role {role} has no part in these values' store", hint="let the process whose task it is do it"
        )


def refuse_moves(role: Role, ways: Iterable[tuple[str, str]]) -> None:
    """Refuse a move from one store to another that is not the role's; raises NotYourCall."""
    if not set(ways) <= MOVES.get(role, frozenset()):
        raise NotYourCall(f"the role {role} does not move values this way", hint="let the worker set values aside")
