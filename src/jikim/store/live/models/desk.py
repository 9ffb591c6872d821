"""The staff's one-time links and sessions, and what they looked at."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns


class DeskLink(models.Model):
    """A one-time link for the desk, and the session it became. Only hashes are kept."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    link_hash = models.CharField(max_length=64, unique=True)
    session_hash = models.CharField(max_length=64, default="", db_index=True)
    made_at = models.DateTimeField()
    usable_until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "link_hash": C.CREDENTIAL,
        "session_hash": C.CREDENTIAL,
        "made_at": C.DATE,
        "usable_until": C.DATE,
        "used_at": C.DATE,
        "seen_at": C.DATE,
        "ended_at": C.DATE,
    }

    class Meta:
        app_label = "live"


class AccessRecord(models.Model):
    """Who at the desk did what with which record. Written before anything is shown (SAFE art. 8)."""

    desk_link_id = models.UUIDField()
    record_id = models.UUIDField()
    task = models.CharField(max_length=16)
    at = models.DateTimeField()

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "desk_link_id": C.STAFF,
        "record_id": C.ID,
        "task": C.CODE,
        "at": C.DATE,
    }

    class Meta:
        app_label = "live"
