"""Addresses of our own pages. The language a visitor chose travels on every link, because no cookie carries it."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from jikim import environment
from jikim.domain.journal import Role

EVERY_ADDRESS = "jikim.config.urls"
STATIC = Path(__file__).parent / "static"


def link(request: HttpRequest, name: str, *args: Any) -> str:
    """Return the address of a page, in the visitor's chosen language when there is one."""
    carried = getattr(request, "language", "") if getattr(request, "carried", False) else ""
    return spoken(_address(name, args), carried)


def _address(name: str, args: tuple[Any, ...]) -> str:
    """Return a page's address; the desk's process serves no public page, so it points to where one is served."""
    if environment.role() is Role.DESK and name.startswith("public:"):
        return environment.base_url() + reverse(name, EVERY_ADDRESS, args=args)
    return reverse(name, args=args)


def spoken(path: str, language: str) -> str:
    return f"{path}?{urlencode({'lang': language})}" if language else path


def asset(name: str) -> str:
    """Return the address of a static file, with its digest so that a browser never keeps an old one."""
    return f"{settings.STATIC_URL}{name}?v={_digests()[name]}"


@cache
def _digests() -> dict[str, str]:
    """Digest every file at the root of our static directory, once."""
    files = (path for path in STATIC.iterdir() if path.is_file())
    return {path.name: sha256(path.read_bytes()).hexdigest()[:10] for path in files}
