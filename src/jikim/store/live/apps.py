from jikim.store.apps import StoreConfig


class LiveConfig(StoreConfig):
    name = "jikim.store.live"
    label = "live"
    default = True  # else Django, seeing two configurations here, would take neither
