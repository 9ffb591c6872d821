"""After each answer of the desk: rows that were met without their seal are told to the journal."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from jikim.actions import forged

Answer = Callable[[HttpRequest], HttpResponseBase]


def tell_of_forged_rows(get_response: Answer) -> Answer:
    """Tell what this answer, or one beside it, refused; the answer is the same."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        try:
            return get_response(request)
        finally:
            forged.tell()

    return answer
