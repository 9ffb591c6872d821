"""The visits database: consented visits and aggregates, once a policy names what they hold; until then, empty."""

from jikim.store.columns import PendingLeafBase


class PendingLeaf(PendingLeafBase):
    """What the visits database has to tell the journal."""

    class Meta:
        app_label = "visits"
