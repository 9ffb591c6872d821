from jikim.store.apps import StoreConfig


class LiveConfig(StoreConfig):
    name = "jikim.store.live"
    label = "live"
