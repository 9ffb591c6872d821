from jikim.store.apps import StoreConfig


class VisitsConfig(StoreConfig):
    name = "jikim.store.visits"
    label = "visits"
    default = True  # else Django, seeing two configurations here, would take neither
