"""The front page: whose site this is, and what one can do here."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jikim.web import errors
from jikim.web.asking import published


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    open_now = published(request)
    if open_now is None:
        return errors.not_ready(request)
    return render(request, "public/front.html", {"policy": open_now.policy, "complaints": open_now.policy.complaints})
