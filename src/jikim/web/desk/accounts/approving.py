"""What an approver's passkey is asked and how it answers. Whether an answer is good the key daemon says, not the desk.

A question names only passkeys that count, and insists that the device ask for its owner.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection
from urllib.parse import urlsplit
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from jikim import environment
from jikim.actions import passkeys as doing
from jikim.domain.passkey import Passkey
from jikim.domain.staff import Task, may
from jikim.queries.desk import DeskSession
from jikim.sealing.webauthn import Assertion, passkey_id
from jikim.web.desk.accounts import factors
from jikim.web.desk.accounts.passkeys import MOST_BYTES, Question

MILLISECONDS = 5 * 60 * 1000  # to answer: as long as the key daemon waits


def question(challenge: bytes, account_id: UUID, among: Collection[Passkey]) -> Question:
    """Return what the browser is asked. among: the passkeys that may answer."""
    wanted, attested = {one.id for one in among}, _attested(account_id)
    options = {
        "challenge": _letters(challenge),
        "rpId": urlsplit(environment.passkey_origin()).hostname,
        "allowCredentials": [
            {"type": "public-key", "id": _letters(one)} for one in attested if passkey_id(one) in wanted
        ],
        "userVerification": "required",
        "timeout": MILLISECONDS,
    }
    return Question(json.dumps({"publicKey": options}), "")


def answer(request: HttpRequest) -> Assertion | None:
    """Return what a passkey answered; None when it cannot be read."""
    written = request.POST.get("passkey", "")
    try:
        told = json.loads(written) if len(written) <= MOST_BYTES else {}
        parts = told["response"]
        words = (told["rawId"], parts["authenticatorData"], parts["clientDataJSON"], parts["signature"])
        return Assertion(*(urlsafe_b64decode(word + "=" * (-len(word) % 4)) for word in words))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def let_own_approve(session: DeskSession) -> int:
    """Let the passkeys of whoever is signed in approve, if the account may; returns how many are new."""
    if not may(session.roles, Task.APPROVE):
        return 0
    return doing.let_approve(_attested(session.account_id).values(), session_id=session.id)


def new_ones(account_id: UUID, known: Collection[Passkey]) -> int:
    """Return how many passkeys of an account the key daemon does not know."""
    return len({passkey_id(one) for one in _attested(account_id)} - {one.id for one in known})


def _attested(account_id: UUID) -> dict[bytes, bytes]:
    """Return by credential id what the authenticators of an account attested when they were registered."""
    rows = factors.own(account_id, Authenticator.Type.WEBAUTHN)
    found = [row.wrap().authenticator_data.credential_data for row in rows]
    return {data.credential_id: bytes(data) for data in found if data}


def _letters(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
