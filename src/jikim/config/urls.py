"""Every address there is: the public side at the root, the desk beside it, and humane errors for the rest.

Commands and tests know them all; the two processes that serve pages know one side each (public_urls, desk_urls).
"""

from django.urls import URLPattern, URLResolver

from jikim.config import desk_urls, public_urls

urlpatterns: list[URLPattern | URLResolver] = [*desk_urls.urlpatterns, *public_urls.urlpatterns]

handler400 = "jikim.web.errors.bad_request"
handler403 = "jikim.web.errors.forbidden"
handler404 = "jikim.web.errors.not_found"
handler500 = "jikim.web.errors.failed"
