"""Django's settings. (A first stand-in, so that tests and types have something to start on.)"""

from typing import Any

SECRET_KEY = "not-a-secret-until-environment-exists"  # noqa: S105 - replaced with the room of the environment
INSTALLED_APPS = ["jikim.store.live", "jikim.store.separate", "jikim.store.visits"]
DATABASES: dict[str, dict[str, Any]] = {
    "default": {},
    "live": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "separate": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
    "visits": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"},
}
USE_TZ = True
