"""What destruction leaves behind, what it has begun, and what it could not finish. No personal data."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns


class Certificate(models.Model):
    """What was destroyed of one record, when, and why; no personal data, so it outlives the record."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    record_id = models.UUIDField()
    reason = models.CharField(max_length=32)
    body = models.JSONField()
    issued_at = models.DateTimeField()

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "record_id": C.ID,
        "reason": C.CODE,
        "body": C.PUBLIC,
        "issued_at": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["record_id"])]


class Intent(models.Model):
    """A destruction that has begun and is not yet certified; whoever finds it finishes it. Ids and counts only."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    record_id = models.UUIDField()
    reason = models.CharField(max_length=32)
    body = models.JSONField()
    begun_at = models.DateTimeField()

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "record_id": C.ID,
        "reason": C.CODE,
        "body": C.PUBLIC,
        "begun_at": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["record_id"])]


class Quarantine(models.Model):
    """A record whose procedure failed: left as it is, named to the officer, tried again on another day."""

    record_id = models.UUIDField(primary_key=True)
    error = models.CharField(max_length=64)  # the name of the error, never its text
    tries = models.PositiveIntegerField()
    failed_on = models.DateField()

    columns: ClassVar[Columns] = {
        "record_id": C.ID,
        "error": C.CODE,
        "tries": C.COUNT,
        "failed_on": C.DATE,
    }

    class Meta:
        app_label = "live"
