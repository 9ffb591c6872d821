"""The public side is open exactly while a policy is in force."""

from typing import cast

from django.http import HttpRequest

from jikim.queries.policies import Published
from jikim.web.asking import PageRequest


def opening(request: HttpRequest) -> Published | None:
    """Return the policy in force for this request, as the language was chosen by it."""
    return cast(PageRequest, request).published


def language(request: HttpRequest) -> str:
    return cast(PageRequest, request).language
