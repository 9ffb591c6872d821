"""The net under the logs: no person, address or secret passes; identifiers do."""

import io
import logging
import sys
from contextlib import suppress

import pytest
from django.http import HttpResponseNotFound
from django.test import RequestFactory
from django.urls import Resolver404, resolve
from django.utils.log import log_response

from jikim.config.redaction import BLANK, RedactingFormatter, redact
from jikim.domain.errors import JikimError

RECORD = "5b7a1f00-0000-4000-8000-010123456789"


@pytest.mark.parametrize(
    "secret",
    [
        "kim.minji+shop@example.co.kr",
        "김민지@예시.한국",
        "010-1234-5678",
        "+82 10 1234 5678",
        "01012345678",
        "02-123-4567",
        "900101-1234567",
        "9001011234567",
        "192.0.2.17",
        "2001:db8:0:0:0:0:0:1",
        "2001:db8::1",
        "::1",
        "7K3QM-0X9TB-R2VHN-41WEA",
        "vT2kQ0Zr8dJm4n_1xWcY-5hLpS7aBfGe",
    ],
)
def test_what_names_a_person_or_opens_a_door_is_blanked(secret: str) -> None:
    assert redact(f"from {secret} at the desk") == f"from {BLANK} at the desk"


@pytest.mark.parametrize(
    "words",
    [
        f"record {RECORD} was set aside",
        "plan 0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0 carried out",
        "2026-11-23 04:01:31,873 WARNING django.request: Not Found: /privacy/2/",
        "jikim.web.uploads.BoundedMemoryUploadHandler",
        "key 123456 was never made by this keyring",
        "25 items, 3 overdue",
    ],
)
def test_identifiers_days_and_names_of_code_stay_readable(words: str) -> None:
    assert redact(words) == words


def failing(error: Exception) -> None:
    raise error


def logged(error: Exception) -> str:
    try:
        failing(error)
    except (ValueError, JikimError):
        record = logging.LogRecord("jikim", logging.ERROR, __file__, 1, "it failed: %s", ("a@b.kr",), sys.exc_info())
        return RedactingFormatter("%(levelname)s %(message)s").format(record)
    return ""


def test_an_exception_says_its_kind_and_its_way_but_never_its_words() -> None:
    said = logged(ValueError("the value was 문의 내용 of Kim"))
    assert said.startswith(f"ERROR it failed: {BLANK}\nbuiltins.ValueError\n  ")
    assert "test_redaction.py" in said
    assert "문의" not in said
    assert "raise error" not in said


def test_our_own_errors_keep_their_fact_because_it_names_no_one() -> None:
    assert "jikim.domain.errors.JikimError: key 7 is gone" in logged(JikimError("key 7 is gone", hint="none"))


@pytest.mark.parametrize(
    ("address", "told"),
    [("/김민지의-문의/", "Not Found: no page of ours"), ("/privacy/99/", "Not Found: /privacy/<int:number>/")],
)
def test_an_address_that_somebody_typed_is_told_by_its_route(address: str, told: str) -> None:
    said = io.StringIO()
    handler = next(handler for handler in logging.getLogger("django").handlers)
    assert isinstance(handler, logging.StreamHandler)
    request = RequestFactory().get(address)
    with suppress(Resolver404):
        request.resolver_match = resolve(address)
    before = handler.setStream(said)
    try:
        log_response("%s: %s", "Not Found", address, response=HttpResponseNotFound(), request=request)
    finally:
        handler.setStream(before)
    assert said.getvalue().strip().endswith(told)
