from jikim.store.apps import StoreConfig


class SeparateConfig(StoreConfig):
    name = "jikim.store.separate"
    label = "separate"
