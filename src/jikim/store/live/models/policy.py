"""Published policies and the notices people consented beside. All of it is public."""

from typing import ClassVar

from django.db import models

from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns


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
