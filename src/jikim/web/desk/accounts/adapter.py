"""How allauth keeps the secrets of second factors here: as envelopes, each under a key of its own in the key daemon.

The words it stores name the key and the place the envelope is bound to; moved to another account, it stays shut.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID, uuid4

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser

from jikim import sealing
from jikim.domain.destruction import LIVE
from jikim.domain.errors import Refused
from jikim.sealing.keyring import Binding, Sealed, SealRequest

ITEM, VALUE = "credential", "value"
_whose: ContextVar[UUID] = ContextVar("whose")


class SecretUnreadable(Refused):
    """What is stored of a second factor is not as we keep it; nobody was let in by it."""


@contextmanager
def secrets_of(account_id: UUID) -> Iterator[None]:
    """Say whose secrets are sealed and opened meanwhile: allauth does not hand that on."""
    token = _whose.set(account_id)
    try:
        yield
    finally:
        _whose.reset(token)


def kid_of(words: str) -> int:
    """Return the key that a stored secret is sealed under; raises SecretUnreadable."""
    return _read(words)[1].kid


def user(account_id: UUID) -> AbstractBaseUser:
    """Return the account as allauth wants to be given it."""
    return get_user_model()._default_manager.get(pk=account_id)  # noqa: SLF001 - Django's documented name


class SealedSecrets(DefaultMFAAdapter):  # type: ignore[misc] # allauth ships no types
    """What allauth asks the house about second factors (settings.MFA_ADAPTER)."""

    def encrypt(self, text: str) -> str:
        """Seal a secret of the account that `secrets_of` named; raises what the keyring raises."""
        secret_id = uuid4()
        place = Binding(LIVE, _whose.get(), secret_id, ITEM, VALUE)
        (sealed,) = sealing.current().seal([SealRequest(place, text.encode())])
        return f"{sealed.kid}.{secret_id}.{b64encode(sealed.envelope).decode()}"

    def decrypt(self, encrypted_text: str) -> str:
        """Open it again; raises SecretUnreadable and what the keyring raises."""
        secret_id, sealed = _read(encrypted_text)
        return sealing.current().open_sealed(Binding(LIVE, _whose.get(), secret_id, ITEM, VALUE), sealed).decode()

    def get_totp_issuer(self) -> str:
        return "Jikim"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        host = context.request.get_host().rpartition(":")[0] or context.request.get_host()
        return {"id": host, "name": "Jikim"}

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, bytes | str]:
        """Name the account to the passkey: by its number and its drawn name, never by the person's own."""
        name = user.get_username()
        return {"id": UUID(str(user.pk)).bytes, "name": name, "display_name": name}


def _read(words: str) -> tuple[UUID, Sealed]:
    try:
        kid, secret_id, envelope = words.split(".")
        return UUID(secret_id), Sealed(int(kid), b64decode(envelope, validate=True))
    except ValueError:
        raise SecretUnreadable(
            "a stored second factor is not readable", hint="end the account and invite anew"
        ) from None
