from jikim.store.apps import StoreConfig


class VisitsConfig(StoreConfig):
    name = "jikim.store.visits"
    label = "visits"
