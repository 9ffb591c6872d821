"""The web room as Django sees it: templates, one stylesheet and two languages; no tables."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "jikim.web"
    label = "web"
