"""How records came in that did not come through the form."""

from typing import ClassVar

from django.db import models

from jikim.domain.channel import GROUNDS, Channel
from jikim.store.columns import ColumnClass as C
from jikim.store.columns import Columns

CHANNELS = tuple(channel.value for channel in Channel)


class IntakeByHand(models.Model):
    """By which way one record came, on which ground it stands, and when; in place of a consent nobody was asked for."""

    record_id = models.UUIDField(primary_key=True)
    channel = models.CharField(max_length=12)
    ground = models.CharField(max_length=24)
    arrived_on = models.DateField()
    entered_on = models.DateField()

    columns: ClassVar[Columns] = {
        "record_id": C.ID,
        "channel": C.CODE,
        "ground": C.CODE,
        "arrived_on": C.DATE,
        "entered_on": C.DATE,
    }

    class Meta:
        app_label = "live"
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(channel__in=CHANNELS), name="known_channel"),
            models.CheckConstraint(condition=models.Q(ground__in=tuple(map(str, GROUNDS))), name="known_ground"),
        ]
