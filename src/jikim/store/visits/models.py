"""The visits database: consented visits and aggregates, once a policy names what they hold; until then, empty."""

from jikim.store.columns import LastToldBase, PendingLeafBase


class PendingLeaf(PendingLeafBase):
    """What the visits database has to tell the journal."""

    class Meta:
        app_label = "visits"


class LastTold(LastToldBase):
    """What the journal last took of the visits database."""

    class Meta:
        app_label = "visits"
