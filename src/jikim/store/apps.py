"""What the three databases have in common as Django apps."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from jikim.store.connections import read_back


class StoreConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        connection_created.connect(read_back, dispatch_uid="jikim.store.read_back")
