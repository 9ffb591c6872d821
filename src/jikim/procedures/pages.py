"""Walking a table page by page, so that neither memory nor a transaction grows with it."""

from collections.abc import Iterator
from typing import TypeVar

from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)


def pages(rows: QuerySet[M], at_once: int) -> Iterator[list[M]]:
    """Yield rows in the order of their keys; those of a page may be changed or removed before the next is read."""
    page = list(rows.order_by("pk")[:at_once])
    while page:
        yield page
        page = list(rows.filter(pk__gt=page[-1].pk).order_by("pk")[:at_once])
