"""Every column says what it is; start-up refuses one that does not.

`sealed` holds personal values, as envelopes only; `credential` holds hashes of secrets; the rest, nothing personal.
"""

from enum import StrEnum
from typing import ClassVar
from uuid import uuid4

from django.db import models


class ColumnClass(StrEnum):
    ID = "id"
    STATE = "state"
    CODE = "code"
    DATE = "date"
    COUNT = "count"
    DIGEST = "digest"
    PUBLIC = "public"
    SEALED = "sealed"
    CREDENTIAL = "credential"
    STAFF = "staff"


Columns = dict[str, ColumnClass]


class PendingLeafBase(models.Model):
    """A journal entry waiting to be told; committed in the transaction of the fact it tells. No personal data."""

    kind = models.CharField(max_length=32)
    body = models.JSONField()
    at = models.DateTimeField()
    role = models.CharField(max_length=16, default="")  # of the process that told it; "": counted, so nobody's word
    nonce = models.UUIDField(default=uuid4)  # what makes it one entry, however often its row stands here
    mac = models.BinaryField(default=bytes)  # by that role's leaf key, over the database, role, nonce and entry

    columns: ClassVar[Columns] = {
        "id": ColumnClass.ID,
        "kind": ColumnClass.CODE,
        "body": ColumnClass.PUBLIC,
        "at": ColumnClass.DATE,
        "role": ColumnClass.CODE,
        "nonce": ColumnClass.ID,
        "mac": ColumnClass.DIGEST,
    }

    class Meta:
        abstract = True


class LastToldBase(models.Model):
    """The newest entry of this database that the journal has taken: an older copy of it names an older one."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    nonce = models.UUIDField()
    index = models.BigIntegerField()  # in the journal

    columns: ClassVar[Columns] = {"id": ColumnClass.ID, "nonce": ColumnClass.ID, "index": ColumnClass.COUNT}

    class Meta:
        abstract = True


# Tables that are not ours. Django keeps in every database which migrations ran, and when; allauth keeps in `live` the
# second factors of staff: its secrets are envelopes, and a passkey's public key signs nobody in.
THIRD_PARTY: dict[str, Columns] = {
    "mfa_authenticator": {
        "id": ColumnClass.ID,
        "user_id": ColumnClass.STAFF,
        "type": ColumnClass.CODE,
        "data": ColumnClass.CREDENTIAL,
        "created_at": ColumnClass.DATE,
        "last_used_at": ColumnClass.DATE,
    },
    "django_migrations": {
        "id": ColumnClass.ID,
        "app": ColumnClass.CODE,
        "name": ColumnClass.CODE,
        "applied": ColumnClass.DATE,
    },
}
