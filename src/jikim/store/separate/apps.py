from django.apps import AppConfig


class SeparateConfig(AppConfig):
    name = "jikim.store.separate"
    label = "separate"
    default_auto_field = "django.db.models.BigAutoField"
