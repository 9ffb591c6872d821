"""Addresses of the desk. Records are named by id; nothing a person wrote stands in an address."""

from django.urls import path

from jikim.web.desk import certificates, conversation, door, due, inbox, resolving, today

app_name = "desk"
urlpatterns = [
    path("", today.page, name="today"),
    path("enter/<str:token>/", door.enter, name="enter"),
    path("leave/", door.leave, name="leave"),
    path("inbox/", inbox.page, name="inbox"),
    path("records/<uuid:record_id>/", conversation.page, name="record"),
    path("records/<uuid:record_id>/reply/", conversation.reply, name="reply"),
    path("records/<uuid:record_id>/file/<uuid:value_id>/", conversation.file, name="file"),
    path("records/<uuid:record_id>/resolve/", resolving.page, name="resolve"),
    path("records/<uuid:record_id>/reopen/", resolving.reopen, name="reopen"),
    path("due/", due.page, name="due"),
    path("certificates/", certificates.page, name="certificates"),
    path("certificates/<uuid:certificate_id>/", certificates.one, name="certificate"),
]
