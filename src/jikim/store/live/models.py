"""The live database: inquiries and all that belongs to them, while their purpose lasts.

Every child row carries its record's id, which is also the distribution key (several machines, later).
"""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns, PendingLeafBase


class PolicyVersion(models.Model):
    """An immutable published version. Source: Privacy Policy, "effective from"; PIPA art. 30(2)."""

    number = models.PositiveIntegerField(primary_key=True)
    policy_id = models.CharField(max_length=40)
    canonical = models.BinaryField()
    source = models.TextField()
    sha256 = models.CharField(max_length=64)
    effective_at = models.DateTimeField(unique=True)
    published_at = models.DateTimeField()

    columns: ClassVar[Columns] = {
        "number": C.ID,
        "policy_id": C.ID,
        "canonical": C.PUBLIC,
        "source": C.PUBLIC,
        "sha256": C.DIGEST,
        "effective_at": C.DATE,
        "published_at": C.DATE,
    }

    class Meta:
        app_label = "live"


class PolicyText(models.Model):
    """The rendered page of one version in one language, stored as it was published."""

    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="texts")
    language = models.CharField(max_length=8)
    html = models.TextField()
    sha256 = models.CharField(max_length=64)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "version_id": C.ID,
        "language": C.CODE,
        "html": C.PUBLIC,
        "sha256": C.DIGEST,
    }

    class Meta:
        app_label = "live"
        constraints: ClassVar = [models.UniqueConstraint(fields=["version", "language"], name="one_text_per_language")]


class ServedNotice(models.Model):
    """The exact words a person consented beside; a consent names it by digest."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT)
    collection = models.CharField(max_length=40)
    language = models.CharField(max_length=8)
    text = models.TextField()

    columns: ClassVar[Columns] = {
        "sha256": C.DIGEST,
        "version_id": C.ID,
        "collection": C.CODE,
        "language": C.CODE,
        "text": C.PUBLIC,
    }

    class Meta:
        app_label = "live"


class Inquiry(models.Model):
    """One inquiry's state and dates; what the person wrote is in ItemValue, sealed."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    collection = models.CharField(max_length=40)
    state = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    policy_number = models.PositiveIntegerField()
    receipt_hash = models.CharField(max_length=64, unique=True)
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

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "collection": C.CODE,
        "state": C.STATE,
        "language": C.CODE,
        "policy_number": C.ID,
        "receipt_hash": C.CREDENTIAL,
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
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["state", "achieved_on"])]


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
    author = models.CharField(max_length=12)  # person | handler
    sent_at = models.DateTimeField()

    columns: ClassVar[Columns] = {"id": C.ID, "record_id": C.ID, "author": C.CODE, "sent_at": C.DATE}

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["record_id"])]


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
        "collected_on": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [
            models.Index(fields=["record_id", "item"]),
            models.Index(fields=["item", "collected_on"]),  # clocks that start when a thing is collected
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
        indexes: ClassVar = [models.Index(fields=["record_id"])]


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


class PendingLeaf(PendingLeafBase):
    """What the live database has to tell the journal, committed with the fact itself."""

    class Meta:
        app_label = "live"
