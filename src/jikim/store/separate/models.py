"""The separate database: values whose purpose has ended and which a rule still keeps, sealed anew and never used.

Source: Privacy Policy, "Destruction procedure"; PIPA art. 21(3).
"""

from typing import ClassVar

from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns, LastToldBase, PendingLeafBase


class SeparateItem(models.Model):
    """One set-aside value under a key of its own that no web role can open."""

    value_id = models.UUIDField(primary_key=True)
    record_id = models.UUIDField()
    item = models.CharField(max_length=40)
    facet = models.CharField(max_length=12)
    ordinal = models.PositiveSmallIntegerField()
    kid = models.BigIntegerField(unique=True)
    envelope = models.BinaryField()
    file = models.UUIDField(null=True)
    policy_number = models.PositiveIntegerField()
    record_class = models.CharField(max_length=40)
    rule = models.CharField(max_length=40)
    start_on = models.DateField()
    moved_on = models.DateField()
    last_day = models.DateField()
    keep_until = models.DateField(null=True)
    destroy_by = models.DateField()
    calendar = models.JSONField(default=list)

    columns: ClassVar[Columns] = {
        "value_id": C.ID,
        "record_id": C.ID,
        "item": C.CODE,
        "facet": C.CODE,
        "ordinal": C.COUNT,
        "kid": C.ID,
        "envelope": C.SEALED,
        "file": C.ID,
        "policy_number": C.ID,
        "record_class": C.CODE,
        "rule": C.CODE,
        "start_on": C.DATE,
        "moved_on": C.DATE,
        "last_day": C.DATE,
        "keep_until": C.DATE,
        "destroy_by": C.DATE,
        "calendar": C.PUBLIC,
    }

    class Meta:
        app_label = "separate"
        indexes: ClassVar = [
            models.Index(fields=["destroy_by"]),
            models.Index(fields=["record_id"]),
            models.Index(fields=["last_day"]),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(destroy_by__gt=models.F("last_day")), name="not_destroyed_before_its_last_day"
            ),
            models.CheckConstraint(
                condition=models.Q(keep_until__isnull=True) | models.Q(destroy_by__gt=models.F("keep_until")),
                name="not_destroyed_before_its_floor",
            ),
        ]


class PendingLeaf(PendingLeafBase):
    """What the separate database has to tell the journal."""

    class Meta:
        app_label = "separate"


class LastTold(LastToldBase):
    """What the journal last took of the separate database."""

    class Meta:
        app_label = "separate"
