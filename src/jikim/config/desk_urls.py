"""What the desk's process answers: the desk, and nothing of the public side."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("desk/", include("jikim.web.desk.urls"))]

handler400 = "jikim.web.errors.bad_request"
handler403 = "jikim.web.errors.forbidden"
handler404 = "jikim.web.errors.not_found"
handler500 = "jikim.web.errors.failed"
