"""Debian's Chromium, driven by Playwright. One per process of a run, a fresh profile for each test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request, sync_playwright

CHROMIUM = "/usr/bin/chromium"
QUIET = [  # it asks Google's hosts for many things unless told not to
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 10_000

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    flags = [*QUIET, "--no-sandbox"] if os.geteuid() == 0 else QUIET  # Chromium's sandbox refuses to run as root
    browser = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
    yield browser
    browser.close()


@pytest.fixture
def open_browser(chromium: Browser) -> Iterator[Open]:
    """Open a person's browser: a new profile in a language, with or without JavaScript; closed after the test.

    A page that meets a script error, a broken address of ours or anything outside our own server fails the test.
    breaks: the test itself breaks connections and looks at what becomes of it
    """
    with ExitStack() as opened:

        def start(*, language: str = "ko-KR", javascript: bool = True, breaks: bool = False, **more: Any) -> Page:
            context = chromium.new_context(locale=language, java_script_enabled=javascript, **more)
            opened.callback(context.close)
            context.set_default_timeout(PATIENCE_MS)
            wrongs = watch(context)
            if not breaks:
                opened.callback(_nothing_went_wrong, wrongs)
            return context.new_page()

        yield start


def watch(context: BrowserContext) -> list[str]:
    """Collect what no page of ours may do."""
    wrongs: list[str] = []
    context.on("weberror", lambda error: wrongs.append(f"script error: {error.error.message}"))
    context.on(
        "requestfailed",
        lambda request: (
            None if _given_up(request) else wrongs.append(f"request failed: {request.method} {request.failure}")
        ),
    )
    context.on(
        "request",
        lambda request: None if _ours(request.url) else wrongs.append(f"request to somebody else: {request.url}"),
    )
    context.on(
        "response", lambda answer: wrongs.append(f"server error {answer.status}") if answer.status >= 500 else None
    )
    return wrongs


def _given_up(request: Request) -> bool:
    """Say whether the browser itself let go of a request: the person went on, or the answer is a file to save."""
    return request.failure == "net::ERR_ABORTED"


def _ours(url: str) -> bool:
    return url.startswith(("http://127.0.0.1:", "http://localhost:", "data:", "blob:", "about:"))


def _nothing_went_wrong(wrongs: list[str]) -> None:
    assert not wrongs, wrongs
