"""What the engine remembers from day to day: holds, lists to approve, what decided, what is left to do."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.domain.hold import HoldReason
from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns

REASONS = tuple(reason.value for reason in HoldReason)


class Hold(models.Model):
    """A reason not to destroy named values of one record yet."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    record_id = models.UUIDField(db_index=True)
    values = models.JSONField()  # ids
    reason = models.CharField(max_length=16)
    asked_by = models.UUIDField()
    approved_by = models.UUIDField()
    set_on = models.DateField()
    review_on = models.DateField()
    lifted_on = models.DateField(null=True)
    lifted_by = models.UUIDField(null=True)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "record_id": C.ID,
        "values": C.ID,
        "reason": C.CODE,
        "asked_by": C.STAFF,
        "approved_by": C.STAFF,
        "set_on": C.DATE,
        "review_on": C.DATE,
        "lifted_on": C.DATE,
        "lifted_by": C.STAFF,
    }

    class Meta:
        app_label = "live"
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(reason__in=REASONS), name="known_hold")]


class ApprovalList(models.Model):
    """A list of destructions that waits for people's yes, under the digest of exactly these actions."""

    digest = models.CharField(max_length=64, primary_key=True)
    listed = models.JSONField()  # the facts of each action
    shown_on = models.DateField()
    sign_by = models.DateField()
    ended_on = models.DateField(null=True)
    ending = models.CharField(max_length=8, default="")  # done | changed

    columns: ClassVar[Columns] = {
        "digest": C.DIGEST,
        "listed": C.PUBLIC,
        "shown_on": C.DATE,
        "sign_by": C.DATE,
        "ended_on": C.DATE,
        "ending": C.CODE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["ended_on"])]


class Ground(models.Model):
    """What decides since a day: the program and the policies in force; and what was foreseen, as digests."""

    build = models.CharField(max_length=80)
    policies = models.JSONField()
    since = models.DateField()
    expected = models.JSONField(default=list)  # what the ground before had foreseen
    foreseen = models.JSONField(default=list)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "build": C.DIGEST,
        "policies": C.DIGEST,
        "since": C.DATE,
        "expected": C.DIGEST,
        "foreseen": C.DIGEST,
    }

    class Meta:
        app_label = "live"


class DestructionDay(models.Model):
    """How many values went on a day under its cap, without an approval."""

    on = models.DateField(primary_key=True)
    freely = models.PositiveIntegerField(default=0)

    columns: ClassVar[Columns] = {"on": C.DATE, "freely": C.COUNT}

    class Meta:
        app_label = "live"


class VouchedClock(models.Model):
    """Somebody looked at the clock and said that it is right."""

    at = models.DateTimeField()
    by = models.UUIDField()

    columns: ClassVar[Columns] = {"id": C.ID, "at": C.DATE, "by": C.STAFF}

    class Meta:
        app_label = "live"


class NightWork(models.Model):
    """One thing that is done once a day, and the last day on which it was."""

    name = models.CharField(max_length=24, primary_key=True)
    done_on = models.DateField()

    columns: ClassVar[Columns] = {"name": C.CODE, "done_on": C.DATE}

    class Meta:
        app_label = "live"


class MonthAhead(models.Model):
    """How many values a month will destroy, as it was counted last night: counting looks at every clock."""

    month = models.DateField(primary_key=True)  # its first day
    values = models.PositiveIntegerField()

    columns: ClassVar[Columns] = {"month": C.DATE, "values": C.COUNT}

    class Meta:
        app_label = "live"


class WaitingMailbox(models.Model):
    """A live address that the index does not know yet."""

    kid = models.BigIntegerField(primary_key=True)

    columns: ClassVar[Columns] = {"kid": C.ID}

    class Meta:
        app_label = "live"
