"""Every address: the public side at the root, the desk beside it, and humane errors for the rest."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("desk/", include("jikim.web.desk.urls")),
    path("", include("jikim.web.public.urls")),
]

handler400 = "jikim.web.errors.bad_request"
handler403 = "jikim.web.errors.forbidden"
handler404 = "jikim.web.errors.not_found"
handler500 = "jikim.web.errors.failed"
