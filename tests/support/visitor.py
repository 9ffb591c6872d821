"""A person without a browser: opens pages, fills in whatever form stands there, sends it, keeps cookies."""

import re
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urljoin

import html5lib

Part = tuple[str, str, str | None, bytes]  # name, content type, file name, content


@dataclass(frozen=True)
class Page:
    """What came back: where from, how it went, and its words."""

    address: str
    status: int
    body: str
    headers: Message = field(default_factory=Message)

    @property
    def tree(self) -> Any:
        return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(self.body)

    def text_of(self, element_id: str) -> str:
        words: list[str] = list(self.tree.find(f".//*[@id='{element_id}']").itertext())
        return "".join(words).strip()

    def link(self, pattern: str) -> str:
        """Return the first address on the page that fits the pattern."""
        found: Iterator[str] = (anchor.get("href", "") for anchor in self.tree.iter("a"))
        return urljoin(self.address, next(address for address in found if re.search(pattern, address)))


class Visitor:
    """Cookies as a browser keeps them; no scripts, no memory of what was typed."""

    def __init__(self, *, agent: str = "visitor", language: str = "en") -> None:
        self.passed: list[str] = []  # every address that answered, with the headers of its answer
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
        self.opener.addheaders = [("User-Agent", agent), ("Accept-Language", language)]

    def open(self, address: str) -> Page:
        return self._ask(urllib.request.Request(address))

    def send(
        self,
        page: Page,
        values: Mapping[str, str] = {},
        files: Mapping[str, Sequence[tuple[str, bytes]]] = {},
        *,
        form: int = 0,
    ) -> Page:
        """Send one form of the page: what stands in it, with these values and files in place of its own."""
        filled = page.tree.findall(".//form")[form]
        fields = [field for field in filled.iter() if field.tag in ("input", "textarea", "select")]
        parts = [part for field in fields for part in _parts(field, values, files)]
        boundary = secrets.token_hex(16)
        request = urllib.request.Request(urljoin(page.address, filled.get("action", "")), _body(parts, boundary))
        request.add_header("Content-Type", f"multipart/form-data; boundary={boundary}")
        request.add_header("Referer", page.address)
        return self._ask(request)

    def _ask(self, request: urllib.request.Request) -> Page:
        try:
            with self.opener.open(request, timeout=60) as answer:
                self.passed.append(f"{answer.url}\n{answer.headers}")
                return Page(answer.url, answer.status, answer.read().decode(), answer.headers)
        except urllib.error.HTTPError as answer:
            with answer:
                return Page(answer.url, answer.code, answer.read().decode(), answer.headers)


def _parts(field: Any, values: Mapping[str, str], files: Mapping[str, Sequence[tuple[str, bytes]]]) -> list[Part]:
    name, kind = field.get("name"), field.get("type", field.tag)
    if not name or kind in ("submit", "button"):
        return []
    if kind == "file":
        return [(name, "application/octet-stream", file, content) for file, content in files.get(name, ())]
    if kind in ("radio", "checkbox"):
        chosen = values[name] == field.get("value") if name in values else "checked" in field.attrib
        return [(name, "", None, field.get("value").encode())] if chosen else []
    return [(name, "", None, values.get(name, _standing(field)).encode())]


def _standing(field: Any) -> str:
    """What the page itself put into a field."""
    if field.tag == "textarea":
        return "".join(field.itertext())
    if field.tag == "select":
        return next((option.get("value", "") for option in field.iter("option") if "selected" in option.attrib), "")
    return str(field.get("value", ""))


def _body(parts: Sequence[Part], boundary: str) -> bytes:
    pieces = []
    for name, kind, file, content in parts:
        named = f'; filename="{file}"' if file is not None else ""
        typed = f"\r\nContent-Type: {kind}" if kind else ""
        head = f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}{typed}\r\n\r\n'
        pieces.append(head.encode() + content + b"\r\n")
    return b"".join(pieces) + f"--{boundary}--\r\n".encode()
