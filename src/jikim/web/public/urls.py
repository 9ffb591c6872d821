"""Addresses of the public side. They are promises: what is published at one stays there."""

from django.urls import path

from jikim.web.public import front, going_on, inquiry, my, privacy

app_name = "public"
urlpatterns = [
    path("", front.page, name="front"),
    path("privacy/", privacy.in_force, name="policy"),
    path("privacy/versions/", privacy.versions, name="versions"),
    path("privacy/<int:number>/", privacy.version, name="version"),
    path("inquiry/", inquiry.page, name="inquiry"),
    path("my/", my.page, name="my"),
    path("my/by-mail/", my.by_mail, name="by_mail"),
    path("my/more/", going_on.more, name="more"),
    path("my/answered/", going_on.answered, name="answered"),
    path("my/close/", going_on.close, name="close"),
    path("my/file/", my.file, name="file"),
    path("my/certificate/", my.certificate, name="certificate"),
]
