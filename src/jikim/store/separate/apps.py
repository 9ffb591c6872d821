from jikim.store.apps import StoreConfig


class SeparateConfig(StoreConfig):
    name = "jikim.store.separate"
    label = "separate"
    default = True  # else Django, seeing two configurations here, would take neither
