"""Visitors who send one form after another: a program of its own, so that the side that answers is measured alone.

Each line of input is a task in JSON, each line of output its answer. "prepare" gets ready as many requests as asked
for, hidden fields taken from the form's own page; "send" lets so many visitors send them, each waiting for its answer.
"""

import json
import re
import secrets
import selectors
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

PATIENCE = 30.0  # seconds for one answer
HIDDEN = re.compile(r'<input\b[^>]*\btype="hidden"[^>]*>')
NAME, VALUE = re.compile(r'\bname="([^"]*)"'), re.compile(r'\bvalue="([^"]*)"')
COOKIE = re.compile(rb"^set-cookie: *([^=;]+)=([^;\r]*)", re.IGNORECASE | re.MULTILINE)
LENGTH = re.compile(rb"^content-length: *(\d+)", re.IGNORECASE | re.MULTILINE)
CHUNKED = re.compile(rb"^transfer-encoding: *chunked", re.IGNORECASE | re.MULTILINE)


@dataclass(slots=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    seconds: float
    head: bytes = b""
    body: bytes = b""


@dataclass(slots=True)
class Visitor:
    """One connection, and the request on its way over it."""

    port: int
    way: socket.socket = field(default_factory=socket.socket)
    left: memoryview = field(default_factory=lambda: memoryview(b""))
    came: bytearray = field(default_factory=bytearray)
    began: float = 0.0

    def connect(self) -> None:
        self.way.close()
        self.way = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.way.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.way.settimeout(0)

    def begin(self, request: bytes) -> None:
        self.left, self.came, self.began = memoryview(request), bytearray(), time.perf_counter()
        self.push()

    def push(self) -> None:
        """Send what the socket takes."""
        if self.left:
            try:
                self.left = self.left[self.way.send(self.left) :]
            except BlockingIOError:
                return

    def pull(self) -> Answer | None:
        """Take what has come; returns the answer once it is whole."""
        piece = self.way.recv(65536)
        self.came += piece
        taken = time.perf_counter() - self.began
        head, gap, body = bytes(self.came).partition(b"\r\n\r\n")
        if gap and (_is_whole(head, body) or not piece):
            return Answer(int(head[9:12]), taken, head, body)
        return None if piece else Answer(0, taken)


def send(port: int, requests: list[bytes], clients: int) -> list[Answer]:
    """Let visitors send all requests, each the next one as soon as its last was answered."""
    waiting, answers = iter(requests), []
    with selectors.DefaultSelector() as selector:
        for _ in range(min(clients, len(requests))):
            visitor = Visitor(port)
            visitor.connect()
            _next(selector, visitor, waiting)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                answers += [Answer(0, PATIENCE) for _ in selector.get_map()]
                break
            for key, events in ready:
                if (found := _step(key.data, events)) is not None:
                    answers.append(found)
                    selector.unregister(key.fileobj)
                    if found.status == 0 or b"connection: close" in found.head.lower():
                        key.data.connect()
                    _next(selector, key.data, waiting)
                elif not key.data.left:
                    selector.modify(key.fileobj, selectors.EVENT_READ, key.data)
    return answers


def _step(visitor: Visitor, events: int) -> Answer | None:
    try:
        if events & selectors.EVENT_WRITE:
            visitor.push()
        return visitor.pull() if events & selectors.EVENT_READ else None
    except OSError:
        return Answer(0, time.perf_counter() - visitor.began)


def _next(selector: selectors.BaseSelector, visitor: Visitor, waiting: Iterator[bytes]) -> None:
    request = next(waiting, None)
    if request is None:
        visitor.way.close()
        return
    visitor.begin(request)
    wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if visitor.left else 0)
    selector.register(visitor.way, wanted, visitor)


def _is_whole(head: bytes, body: bytes) -> bool:
    if CHUNKED.search(head):
        return body.endswith(b"0\r\n\r\n")
    length = LENGTH.search(head)
    return length is not None and len(body) >= int(length[1])


def prepare(task: dict[str, Any]) -> list[bytes]:
    """Return as many requests as the task asks for. A form's page is fetched for each of them, or once for all."""
    count, port = int(task["count"]), int(task["port"])
    if "page" not in task:
        return [request(task, {}, "") for _ in range(count)]
    get = f"GET {task['page']} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode()
    pages = send(port, [get] * (count if task["each"] else 1), 4)
    if wrong := [page.status for page in pages if page.status != 200]:
        raise SystemExit(f"the form was answered with {wrong[0]}")
    filled = [(hidden(page), "; ".join(f"{n.decode()}={v.decode()}" for n, v in cookies(page))) for page in pages]
    return [request(task, *filled[number % len(filled)]) for number in range(count)]


def hidden(page: Answer) -> dict[str, str]:
    found = {}
    for field_of_form in HIDDEN.findall(page.body.decode()):
        name, value = NAME.search(field_of_form), VALUE.search(field_of_form)
        if name:
            found[name[1]] = value[1] if value else ""
    return found


def cookies(page: Answer) -> list[tuple[bytes, bytes]]:
    return [(name, value) for name, value in COOKIE.findall(page.head)]


def request(task: dict[str, Any], known: dict[str, str], cookie: str) -> bytes:
    """Return one POST as a browser sends it: fields first, then the file, all in one multipart body."""
    boundary, port = secrets.token_hex(16), task["port"]
    parts = [f'; name="{name}"\r\n\r\n{value}'.encode() for name, value in (known | task["fields"]).items()]
    if task.get("file"):
        name, size = task["file"]
        typed = f'; name="{name}"; filename="scan.pdf"\r\nContent-Type: application/pdf\r\n\r\n'
        parts.append(typed.encode() + secrets.token_bytes(size))
    lines = [f"--{boundary}\r\nContent-Disposition: form-data".encode() + part for part in parts]
    body = b"\r\n".join([*lines, f"--{boundary}--\r\n".encode()])
    head = [
        f"POST {task['post']} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "User-Agent: visitors",
        "Accept-Language: en",
        f"Content-Type: multipart/form-data; boundary={boundary}",
        f"Content-Length: {len(body)}",
        *([f"Cookie: {cookie}", f"Referer: http://127.0.0.1:{port}/"] if cookie else []),
    ]
    return "\r\n".join([*head, "", ""]).encode() + body


def main() -> None:
    ready: dict[str, tuple[dict[str, Any], list[bytes]]] = {}
    for line in sys.stdin:
        task = json.loads(line)
        if task["do"] == "prepare":
            ready[task["name"]] = (task, prepare(task))
            print(json.dumps({"ready": len(ready[task["name"]][1])}), flush=True)
            continue
        prepared, requests = ready.pop(task["name"])
        began = time.perf_counter()
        answers = send(int(prepared["port"]), requests, int(task["clients"]))
        taken = time.perf_counter() - began
        failed = [answer.status for answer in answers if answer.status != prepared["expect"]]
        latencies = [answer.seconds for answer in answers]
        print(json.dumps({"seconds": taken, "latencies": latencies, "failed": failed}), flush=True)


if __name__ == "__main__":
    main()
