"""Many people at once, each with a form of their own, who send it again until they hold a receipt."""

import http.client
import re
import secrets
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

SECONDS = 60
PAUSE = 0.5
TOKEN = re.compile(r'name="served" value="([^"]+)"')
CODE = re.compile(r'id="receipt-code"[^>]*>\s*([0-9A-Z-]{20,})')


@dataclass
class Person:
    """Somebody with one form: what they wrote, and every answer that they took for a receipt."""

    words: Mapping[str, str]
    body: bytes = b""
    boundary: str = ""
    receipts: list[tuple[int, str]] = field(default_factory=list)  # status and code

    @property
    def code(self) -> str:
        return self.receipts[0][1]

    def open(self, address: str) -> None:
        """Open the form and fill it in."""
        with urllib.request.urlopen(f"{address}/inquiry/?lang=en", timeout=SECONDS) as page:
            found = TOKEN.search(page.read().decode())
        assert found, "the form has no token"
        self.boundary = secrets.token_hex(16)
        self.body = _multipart({"served": found[1], **self.words}, self.boundary)

    def send(self, address: str) -> bool:
        """Send it once; say whether a receipt came back."""
        request = urllib.request.Request(f"{address}/inquiry/", self.body)
        request.add_header("Content-Type", f"multipart/form-data; boundary={self.boundary}")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                status, page = answer.status, answer.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                if refused.code < 500:  # nobody is told that it was their fault
                    raise AssertionError(refused.read().decode()[:2000]) from refused
            return False
        except (OSError, http.client.HTTPException):
            return False
        found = CODE.search(page)
        assert found, page
        self.receipts.append((status, found[1]))
        return True


@contextmanager
def sending(people: Sequence[Person], where: Callable[[], str]) -> Iterator[Callable[[], int]]:
    """Have all of them send at once, and again until each has a receipt. Gives how many have one by now."""
    begun = threading.Barrier(len(people))

    def persist(person: Person) -> None:
        latest = time.monotonic() + SECONDS
        begun.wait()
        while not person.send(where()):
            assert time.monotonic() < latest, "no receipt in a minute"
            time.sleep(PAUSE)

    with ThreadPoolExecutor(len(people)) as pool:
        running = [pool.submit(persist, person) for person in people]
        yield lambda: sum(bool(person.receipts) for person in people)
        for one in running:
            one.result(SECONDS)


def _multipart(fields: Mapping[str, str], boundary: str) -> bytes:
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{word}\r\n'
        for name, word in fields.items()
    ]
    return "".join([*parts, f"--{boundary}--\r\n"]).encode()
