"""Addresses of our own pages. The language a visitor chose travels on every link, because no cookie carries it."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

STATIC = Path(__file__).parent / "static"


def link(request: HttpRequest, name: str, *args: Any) -> str:
    """Return the address of a page, in the visitor's chosen language when there is one."""
    return spoken(reverse(name, args=args), getattr(request, "language", "") if getattr(request, "carried", False) else "")


def spoken(path: str, language: str) -> str:
    return f"{path}?{urlencode({'lang': language})}" if language else path


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with its digest so that a browser never keeps an old one."""
    digest = sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"{settings.STATIC_URL}{name}?v={digest}"
