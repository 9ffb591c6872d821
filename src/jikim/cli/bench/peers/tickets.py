"""django-helpdesk as its documents set it up, with one public queue; runs in that package's own environment.

FOLDER is where it may write; DATABASE is what Django wants to know of a PostgreSQL, or nothing, for SQLite.
"""

import json
import os
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(os.environ["FOLDER"])
ASKED = json.loads(os.environ["DATABASE"])
SQLITE = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": str(FOLDER / "helpdesk.sqlite3"),
    "OPTIONS": {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode = wal; PRAGMA synchronous = 2",
    },
}
POSTGRESQL = {"ENGINE": "django.db.backends.postgresql", **ASKED}

settings.configure(
    SECRET_KEY="bench",  # noqa: S106  nobody but the bench reaches it
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django.contrib.messages",
        "django.contrib.admin",
        "django.contrib.humanize",
        "django.contrib.staticfiles",
        "rest_framework",
        "helpdesk",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request",
                    "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    DATABASES={"default": {"CONN_MAX_AGE": 60, **(POSTGRESQL if ASKED else SQLITE)}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    EMAIL_BACKEND="django.core.mail.backends.dummy.EmailBackend",
    MEDIA_ROOT=str(FOLDER / "media"),
    STATIC_URL="/static/",
    SITE_ID=1,
    USE_TZ=True,
    HELPDESK_TEAMS_MODE_ENABLED=False,
    HELPDESK_VIEW_A_TICKET_PUBLIC=True,
    HELPDESK_SUBMIT_A_TICKET_PUBLIC=True,
    HELPDESK_REDIRECT_TO_LOGIN_BY_DEFAULT=False,
)
django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402  after the setup, as models want it
from django.core.management import call_command  # noqa: E402
from django.urls import include, path  # noqa: E402

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]

call_command("migrate", verbosity=0)

from helpdesk.models import Queue  # noqa: E402

Queue.objects.get_or_create(id=1, defaults={"title": "Questions", "slug": "q", "allow_public_submission": True})
application = WSGIHandler()
