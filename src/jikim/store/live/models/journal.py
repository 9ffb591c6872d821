"""What waits to be written into the journal."""

from jikim.store.columns import PendingLeafBase


class PendingLeaf(PendingLeafBase):
    """What the live database has to tell the journal, committed with the fact itself."""

    class Meta:
        app_label = "live"
