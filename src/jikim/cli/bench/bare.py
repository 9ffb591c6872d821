"""A Django with nothing but Jikim's middleware, on Jikim's own live database: what the rows of intake are held against.

`/bare/` parses a form, validates it, inserts one row with the ORM and keeps a file as Django does. `/parse/` parses and
validates by the policy as Jikim does, and stops there. Imported by a web server alone.
"""

import os

import django
from django import forms
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections, models
from django.http import HttpRequest, HttpResponse
from django.urls import path

from jikim.cli.supervisor import end_with_parent
from jikim.domain import identifiers, intake
from jikim.domain.intake import UploadedFile

end_with_parent()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jikim.config.settings")
django.setup()
settings.ROOT_URLCONF = __name__
settings.FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
settings.MEDIA_ROOT = os.path.join(os.environ["JIKIM_HOME"], "bare-files")  # noqa: PTH118  the setting is a str

from jikim.queries import policies  # noqa: E402  after the setup, as models want it


class Row(models.Model):
    """What a form becomes where nobody thinks of its end."""

    name = models.CharField(max_length=80)
    email = models.CharField(max_length=254)
    phone = models.CharField(max_length=32)
    topic = models.CharField(max_length=40)
    message = models.TextField()
    attachment = models.FileField(null=True)

    class Meta:
        app_label = "live"
        db_table = "bench_bare"


class RowForm(forms.Form):
    name = forms.CharField(max_length=80)
    email = forms.EmailField()
    phone = forms.CharField(max_length=32)
    topic = forms.ChoiceField(choices=[("product", ""), ("delivery", ""), ("repair", "")])
    message = forms.CharField(max_length=5000)
    attachments = forms.FileField(required=False)


def insert(request: HttpRequest) -> HttpResponse:
    form = RowForm(request.POST, request.FILES)
    if not form.is_valid():
        return HttpResponse(status=422)
    words = dict(form.cleaned_data)
    row = Row(attachment=words.pop("attachments"), **words)
    row.save(force_insert=True)
    return HttpResponse(str(row.pk), status=201)


def parse(request: HttpRequest) -> HttpResponse:
    published = policies.in_force()
    if published is None:
        return HttpResponse(status=503)
    values = intake.tidy({name: str(request.POST[name]) for name in request.POST})
    held = ((name, file) for name, file in request.FILES.items() if not isinstance(file, list))
    files = tuple(UploadedFile(str(file.name), len(file.read()), item=name) for name, file in held)
    collection = published.policy.collection("inquiry")
    wrong = intake.problems(published.policy, collection, values, files)
    numbered = any(identifiers.has_resident_number(word) for word in values.values())
    return HttpResponse(status=422 if wrong or numbered else 200)


urlpatterns = [path("bare/", insert), path("parse/", parse)]


def _make_table() -> None:
    """Make the table, unless it is there from a server before this one."""
    live = connections["live"]
    if Row._meta.db_table not in live.introspection.table_names():  # noqa: SLF001 - Django's documented way
        with live.schema_editor() as editor:
            editor.create_model(Row)


_make_table()
application = WSGIHandler()
