"""The tests' own browser: it speaks a person's language, and notices what no page of ours may do."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import unquote

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Open, watch


class Echo(BaseHTTPRequestHandler):
    """Answers with the page written in the address, and with the language it was asked for in."""

    heard: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.heard.append(self.headers.get("Accept-Language", ""))
        self.send_response(500 if self.path == "/broken" else 200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(f"<!doctype html><link rel=icon href=data:,>{unquote(self.path[1:])}".encode())

    def log_message(self, *words: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("<p>all is well", ""),
        ("<script>throw new Error('no')</script>", "script error"),
        ("<img src='http://tracker.invalid/a.png' alt=''>", "request to somebody else"),
        ("broken", "server error 500"),
    ],
)
def test_a_page_that_misbehaves_is_noticed(chromium: Browser, echo: str, page: str, wrong: str) -> None:
    context = chromium.new_context()
    wrongs = watch(context)
    context.new_page().goto(f"{echo}/{page}", wait_until="networkidle")
    context.close()
    assert bool(wrongs) == bool(wrong)
    assert not wrong or any(said.startswith(wrong) for said in wrongs)


@pytest.mark.parametrize("language", ["ko-KR", "en-GB"])
def test_a_person_asks_in_their_own_language(open_browser: Open, echo: str, language: str) -> None:
    open_browser(language=language).goto(f"{echo}/hello")
    assert Echo.heard[-1].startswith(language)


def test_without_javascript_no_script_runs(open_browser: Open, echo: str) -> None:
    page = open_browser(javascript=False)
    page.goto(f"{echo}/<p id=said>plain</p><script>document.getElementById('said').textContent='run'</script>")
    assert page.text_content("#said") == "plain"
