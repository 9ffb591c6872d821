"""Letters on their way out: which, to whose record, until when; the address sealed for the postman alone."""

from typing import ClassVar
from uuid import uuid4

from django.db import models

from jikim.domain.delivery import Letter, MailState
from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns

LETTERS = tuple(letter.value for letter in Letter)
STATES = tuple(state.value for state in MailState)


class OutgoingMail(models.Model):
    """One letter. Its words are made as it leaves; only the address waits here, sealed under a key of its own."""

    id = models.UUIDField(primary_key=True, default=uuid4)
    record_id = models.UUIDField()
    letter = models.CharField(max_length=16)
    language = models.CharField(max_length=8)
    item = models.CharField(max_length=40)  # whose value the address is
    state = models.CharField(max_length=16, default=MailState.WAITING.value)
    due_at = models.DateTimeField()  # by the wall clock, as servers wait
    tries = models.PositiveSmallIntegerField(default=0)
    trouble = models.CharField(max_length=40, default="")  # why it is not sent, as a code: recipient-550, no-server
    kid = models.BigIntegerField(unique=True, null=True)  # null: destroyed, and the envelope gone with it
    envelope = models.BinaryField()
    ended_on = models.DateField(null=True)

    columns: ClassVar[Columns] = {
        "id": C.ID,
        "record_id": C.ID,
        "letter": C.CODE,
        "language": C.CODE,
        "item": C.CODE,
        "state": C.STATE,
        "due_at": C.DATE,
        "tries": C.COUNT,
        "trouble": C.CODE,
        "kid": C.ID,
        "envelope": C.SEALED,
        "ended_on": C.DATE,
    }

    class Meta:
        app_label = "live"
        indexes: ClassVar = [models.Index(fields=["state", "due_at"]), models.Index(fields=["record_id"])]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(letter__in=LETTERS), name="known_letter"),
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="known_mail_state"),
        ]
