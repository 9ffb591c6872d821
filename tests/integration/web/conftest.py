"""Browsers of the web tests. What needs Django is imported inside: this file may be read before its settings are."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client

if TYPE_CHECKING:
    from tests.support.company import Company


@pytest.fixture
def visitor(company: "Company") -> Client:
    """A browser that asks for Korean and keeps every cookie it is given."""
    from jikim.web.public import throttle

    throttle.forget()
    return Client(headers={"accept-language": "ko-KR,ko;q=0.9,en;q=0.5"})


@pytest.fixture
def handler(company: "Company") -> Client:
    """A browser signed in at the desk."""
    from tests.support.web import enter

    client = Client(headers={"accept-language": "ko-KR"})
    enter(client)
    return client
