"""What the public process answers: the policy, the form, a person's own page; nothing of the desk."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [path("", include("jikim.web.public.urls"))]

handler400 = "jikim.web.errors.bad_request"
handler403 = "jikim.web.errors.forbidden"
handler404 = "jikim.web.errors.not_found"
handler500 = "jikim.web.errors.failed"
