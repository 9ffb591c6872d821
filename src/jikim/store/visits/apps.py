from django.apps import AppConfig


class VisitsConfig(AppConfig):
    name = "jikim.store.visits"
    label = "visits"
    default_auto_field = "django.db.models.BigAutoField"
