"""The staff's accounts, what became of their rights, and who knocked without one."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns


class StaffAccount(AbstractBaseUser):
    """One person at the desk: a drawn account name, a password's hash, roles, and their own name under seal."""

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    id = models.UUIDField(primary_key=True, default=uuid4)
    username = models.CharField(max_length=20, unique=True)
    roles = models.JSONField(default=list)
    state = models.CharField(max_length=8)
    name_kid = models.BigIntegerField(unique=True, null=True)  # null: destroyed, and the envelope gone with it
    name_envelope = models.BinaryField(default=bytes)
    totp_step = models.BigIntegerField(default=0)  # of the last code that was taken; none is taken twice
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    seal = models.CharField(max_length=64, default="")  # over what gives power (queries.row_seals)
    last_login = None  # Django's own; the sessions say it

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "username": C.STAFF,
        "password": C.CREDENTIAL,
        "roles": C.CODE,
        "state": C.STATE,
        "name_kid": C.ID,
        "name_envelope": C.SEALED,
        "totp_step": C.COUNT,
        "made_at": C.DATE,
        "ended_at": C.DATE,
        "seal": C.DIGEST,
    }

    class Meta:
        app_label = "live"


class StaffChange(models.Model):
    """A right given, changed or taken: kept three years (Safety Measures Standard art. 5(3))."""

    at = models.DateTimeField()
    by = models.UUIDField(null=True)  # null: whoever started this installation
    account_id = models.UUIDField(null=True)  # null: an invitation, which nobody has taken up yet
    change = models.CharField(max_length=16)
    roles = models.JSONField(default=list)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "at": C.DATE,
        "by": C.STAFF,
        "account_id": C.STAFF,
        "change": C.CODE,
        "roles": C.CODE,
    }

    class Meta:
        app_label = "live"


class WrongAnswers(models.Model):
    """Wrong answers for one account name, whether there is such an account or not; counted under a keyed digest."""

    name_hash = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    shut_until = models.DateTimeField(null=True)

    columns: ClassVar[Columns] = {
        "name_hash": C.DIGEST,
        "failures": C.COUNT,
        "last_at": C.DATE,
        "shut_until": C.DATE,
    }

    class Meta:
        app_label = "live"


class UnauthorizedUse(models.Model):
    """That a door was shut on somebody: counted; under seal from where, only if the policy then in force names it."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    on = models.DateField(db_index=True)
    event = models.CharField(max_length=40)
    policy_number = models.PositiveIntegerField(null=True)  # which names the rule; null: counted only
    item = models.CharField(max_length=40, default="")
    kid = models.BigIntegerField(unique=True, null=True)
    envelope = models.BinaryField(default=bytes)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "on": C.DATE,
        "event": C.CODE,
        "policy_number": C.ID,
        "item": C.CODE,
        "kid": C.ID,
        "envelope": C.SEALED,
    }

    class Meta:
        app_label = "live"


class LeftKey(models.Model):
    """A key that nothing of the staff's needs any more; the worker, who alone may, has it destroyed."""

    kid = models.BigIntegerField(primary_key=True)
    left_on = models.DateField()

    columns: ClassVar[Columns] = {"kid": C.ID, "left_on": C.DATE}

    class Meta:
        app_label = "live"
