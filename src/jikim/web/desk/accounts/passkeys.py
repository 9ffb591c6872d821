"""Passkeys as a second factor (WebAuthn): a question is signed for one sign-in, its answer checked, nothing in between.

The question travels in the page, signed and bound to the session that it was made for, so nothing waits in a table.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.core.context import request_context
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from jikim.web.desk.accounts import factors
from jikim.web.desk.accounts.adapter import user

KIND = Authenticator.Type.WEBAUTHN
MINUTES = 5
MOST_BYTES = 16 * 1024  # of an answer
MOST = 10  # passkeys of one account


@dataclass(frozen=True, slots=True)
class Question:
    """What the browser is asked, for our script, and the same signed, to come back with the answer."""

    options: str
    signed: str


def count(account_id: UUID) -> int:
    return int(Authenticator.objects.filter(user_id=account_id, type=KIND).count())


def ask_new(request: HttpRequest, account_id: UUID, session_id: UUID) -> Question:
    """Ask for a new passkey."""
    with _at(request) as state:
        options = webauthn.begin_registration(user(account_id), passwordless=False)
    return _question(options, state, "new", session_id)


def add(request: HttpRequest, account_id: UUID, session_id: UUID) -> bool:
    """Keep the passkey that answers; False when the answer is not to our question, and nothing is kept."""
    if count(account_id) >= MOST:
        return False
    answer, state = _answer(request, "new", session_id)
    with _at(request, state):
        try:
            webauthn.parse_registration_response(answer)
            webauthn.complete_registration(answer)
        except (ValidationError, ValueError, KeyError, TypeError):
            return False
    factors.keep(Authenticator(user_id=account_id, type=KIND, data={"name": "", "credential": answer}))
    return True


def ask(request: HttpRequest, account_id: UUID, session_id: UUID) -> Question | None:
    """Ask for one of the account's passkeys; None when it has none."""
    if not count(account_id):
        return None
    with _at(request) as state:
        options = webauthn.begin_authentication(user(account_id))
    return _question(options, state, "known", session_id)


def check(request: HttpRequest, account_id: UUID, session_id: UUID) -> bool:
    """Say whether a passkey of the account answered the question of this very sign-in."""
    answer, state = _answer(request, "known", session_id)
    with _at(request, state):
        try:
            webauthn.parse_authentication_response(answer)
            return _is_known(account_id, state[webauthn.STATE_SESSION_KEY], answer)
        except (ValidationError, ValueError, KeyError, TypeError):
            return False


def _is_known(account_id: UUID, asked: dict[str, Any], answer: Any) -> bool:
    """Compare with the rows that bear our seal: allauth itself would read the table again, and without a look at it."""
    rows = factors.own(account_id, KIND)
    known = {data.credential_id: row for row in rows if (data := row.wrap().authenticator_data.credential_data)}
    given = [row.wrap().authenticator_data.credential_data for row in known.values()]
    used = webauthn.get_server().authenticate_complete(asked, given, answer)
    known[used.credential_id].record_usage()
    return True


def _question(options: dict[str, Any], state: dict[str, Any], what: str, session_id: UUID) -> Question:
    signed = signing.dumps(state[webauthn.STATE_SESSION_KEY], salt=_salt(what, session_id))
    return Question(json.dumps(options, default=dict), signed)


def _answer(request: HttpRequest, what: str, session_id: UUID) -> tuple[Any, dict[str, Any]]:
    """Return what the browser answered and the state of our question; both empty when they cannot be read."""
    written = request.POST.get("passkey", "")
    try:
        asked = signing.loads(request.POST.get("question", ""), salt=_salt(what, session_id), max_age=MINUTES * 60)
        answer = json.loads(written) if len(written) <= MOST_BYTES else None
    except (signing.BadSignature, ValueError, RecursionError):
        return {}, {}
    return answer if isinstance(answer, dict) else {}, {webauthn.STATE_SESSION_KEY: asked}


@contextmanager
def _at(request: HttpRequest, state: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
    """Let allauth find the request, and on it a session that lasts for this one question."""
    kept: dict[str, Any] = dict(state or {})
    request.session = kept  # type: ignore[assignment] # a plain dict is all it asks of a session
    with request_context(request):
        yield kept


def _salt(what: str, session_id: UUID) -> str:
    return f"jikim.desk.passkey.{what}.{session_id}"
