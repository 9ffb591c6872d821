"""The staff's links and sessions, and what they looked at."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns


class DeskLink(models.Model):
    """An invitation: a link that makes one account, once. Only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    link_hash = models.CharField(max_length=64, unique=True)
    roles = models.JSONField(default=list)
    made_by = models.UUIDField(null=True)  # the inviting account; null: whoever started this installation
    account_id = models.UUIDField(null=True)  # what it became; until that account is finished the link still leads on
    made_at = models.DateTimeField()
    usable_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, default="")  # over what it gives, and until when (queries.row_seals)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "link_hash": C.CREDENTIAL,
        "roles": C.CODE,
        "made_by": C.STAFF,
        "account_id": C.STAFF,
        "made_at": C.DATE,
        "usable_until": C.DATE,
        "used_at": C.DATE,
        "seal": C.DIGEST,
    }

    class Meta:
        app_label = "live"


class DeskSession(models.Model):
    """A browser at the desk: first known by its password, then, by a second factor, let in. Only a hash is kept."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    account_id = models.UUIDField(db_index=True)
    session_hash = models.CharField(max_length=64, unique=True)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    passed_at = models.DateTimeField(null=True)  # of the second factor; null: not let in
    ended_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, default="")  # over who, since when and how far in (queries.row_seals)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "account_id": C.STAFF,
        "session_hash": C.CREDENTIAL,
        "began_at": C.DATE,
        "seen_at": C.DATE,
        "passed_at": C.DATE,
        "ended_at": C.DATE,
        "seal": C.DIGEST,
    }

    class Meta:
        app_label = "live"


class AccessRecord(models.Model):
    """Who at the desk did what with which record, and from where. Written before anything is shown (SAFE art. 8)."""

    account_id = models.UUIDField(null=True)  # null: from before there were accounts
    session_id = models.UUIDField()
    record_id = models.UUIDField(null=True)  # null: coming in or leaving
    task = models.CharField(max_length=16)
    at = models.DateTimeField(db_index=True)
    place_id = models.UUIDField(null=True, db_index=True)  # null: it was not asked for by a browser

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "account_id": C.STAFF,
        "session_id": C.STAFF,
        "record_id": C.ID,
        "task": C.CODE,
        "at": C.DATE,
        "place_id": C.ID,
    }

    class Meta:
        app_label = "live"


class AccessPlace(models.Model):
    """Where a session's requests come from, under seal: one key for each address that a session used on a day."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    session_id = models.UUIDField()
    on = models.DateField(db_index=True)
    kid = models.BigIntegerField(unique=True)
    envelope = models.BinaryField()

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "session_id": C.STAFF,
        "on": C.DATE,
        "kid": C.ID,
        "envelope": C.SEALED,
    }

    class Meta:
        app_label = "live"


class AccessDay(models.Model):
    """The digest of one day's access records, as the journal was told it."""

    on = models.DateField(primary_key=True)
    sha256 = models.CharField(max_length=64)
    count = models.PositiveIntegerField()

    columns: ClassVar[Columns] = {"on": C.DATE, "sha256": C.DIGEST, "count": C.COUNT}

    class Meta:
        app_label = "live"
