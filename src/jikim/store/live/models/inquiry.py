"""Inquiries: states and dates in clear, everything a person wrote in sealed values.

Every child row carries its record's id, which is also the distribution key (several machines, later).
"""

from datetime import date
from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.domain.terms import RecordState
from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns

STATES = tuple(state.value for state in RecordState)
AUTHORS = ("person", "handler")
NOT_WOUND = date(1, 1, 1)  # nobody has asked yet when something of the record is due: so it is looked at


class Inquiry(models.Model):
    """One inquiry's state and dates; what the person wrote is in ItemValue, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    collection = models.CharField(max_length=40)
    state = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    policy_number = models.PositiveIntegerField()
    receipt_hash = models.CharField(max_length=64, unique=True)
    gate_kid = models.BigIntegerField(unique=True)
    gate_envelope = models.BinaryField()  # the receipt's digest, sealed: the keyring itself compares a code with it
    received_at = models.DateTimeField()
    received_on = models.DateField()
    last_word_on = models.DateField()  # the latest message of either side; an abandoned purpose ends from here
    answered_on = models.DateField(null=True)
    resolved_on = models.DateField(null=True)
    achieved_on = models.DateField(null=True)
    set_aside_on = models.DateField(null=True)
    destroyed_on = models.DateField(null=True)
    record_class = models.CharField(max_length=40, default="")
    start_event_on = models.DateField(null=True)
    calendar = models.JSONField(default=list)  # the holidays frozen into this record's clocks, ISO days
    next_due_on = models.DateField(null=True, default=NOT_WOUND)  # of what is live; null: no end is in sight

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "collection": C.CODE,
        "state": C.STATE,
        "language": C.CODE,
        "policy_number": C.ID,
        "receipt_hash": C.CREDENTIAL,
        "gate_kid": C.ID,
        "gate_envelope": C.SEALED,
        "received_at": C.DATE,
        "received_on": C.DATE,
        "last_word_on": C.DATE,
        "answered_on": C.DATE,
        "resolved_on": C.DATE,
        "achieved_on": C.DATE,
        "set_aside_on": C.DATE,
        "destroyed_on": C.DATE,
        "record_class": C.CODE,
        "start_event_on": C.DATE,
        "calendar": C.PUBLIC,
        "next_due_on": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["state", "achieved_on"]), models.Index(fields=["next_due_on"])]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(state__in=STATES), name="known_state")]


class Consent(models.Model):
    """Who agreed to which words, for which purpose, when. No address of any kind (PIPA arts. 15, 22)."""

    record_id = models.UUIDField()
    purpose = models.CharField(max_length=40)
    policy_number = models.PositiveIntegerField()
    notice_sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=16)
    method = models.CharField(max_length=24)
    given_at = models.DateTimeField()

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "record_id": C.ID,
        "purpose": C.CODE,
        "policy_number": C.ID,
        "notice_sha256": C.DIGEST,
        "state": C.STATE,
        "method": C.CODE,
        "given_at": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["record_id"])]


class Message(models.Model):
    """One turn of the conversation; its words are an ItemValue."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    record_id = models.UUIDField()
    author = models.CharField(max_length=12)
    sent_at = models.DateTimeField()

    columns: ClassVar[Columns] = {"id": C.ID, "record_id": C.ID, "author": C.CODE, "sent_at": C.DATE}

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["record_id"])]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(author__in=AUTHORS), name="known_author")]


class ItemValue(models.Model):
    """One value of one item of one record, sealed under its own key (one kid)."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    record_id = models.UUIDField()
    message_id = models.UUIDField()
    item = models.CharField(max_length=40)
    facet = models.CharField(max_length=12, default="value")  # value; for files: name | bytes
    ordinal = models.PositiveSmallIntegerField(default=0)
    kid = models.BigIntegerField(unique=True)
    envelope = models.BinaryField()
    file = models.UUIDField(null=True)  # facet bytes: the name of the sealed file, whose card the envelope holds
    collected_on = models.DateField()

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "record_id": C.ID,
        "message_id": C.ID,
        "item": C.CODE,
        "facet": C.CODE,
        "ordinal": C.COUNT,
        "kid": C.ID,
        "envelope": C.SEALED,
        "file": C.ID,
        "collected_on": C.DATE,
    }

    class Meta:
        app_label = "live"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record_id", "item", "message_id", "facet", "ordinal"], name="one_value_in_one_place"
            )
        ]


class Stub(models.Model):
    """What the live side still says about a set-aside value: its name, rule and last day; never the value."""

    value_id = models.UUIDField(primary_key=True)
    record_id = models.UUIDField()
    item = models.CharField(max_length=40)
    facet = models.CharField(max_length=12)
    rule = models.CharField(max_length=40)
    last_day = models.DateField()
    keep_until = models.DateField(null=True)
    destroy_by = models.DateField()

    columns: ClassVar[Columns] = {
        "value_id": C.ID,
        "record_id": C.ID,
        "item": C.CODE,
        "facet": C.CODE,
        "rule": C.CODE,
        "last_day": C.DATE,
        "keep_until": C.DATE,
        "destroy_by": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["record_id"]), models.Index(fields=["last_day"])]
