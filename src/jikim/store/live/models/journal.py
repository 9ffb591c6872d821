"""What waits to be written into the journal."""

from jikim.store.columns import LastToldBase, PendingLeafBase


class PendingLeaf(PendingLeafBase):
    """What the live database has to tell the journal, committed with the fact itself."""

    class Meta:
        app_label = "live"


class LastTold(LastToldBase):
    """What the journal last took of the live database."""

    class Meta:
        app_label = "live"
