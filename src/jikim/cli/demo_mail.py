"""The mail server of the demo company, on this machine: it takes every letter, keeps none, and knows who has moved."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from jikim.environment import MailServer, Tls

DOMAIN = "example.kr"  # where the people of the story have their mailboxes
MOVED = "moved-away"  # how the mailboxes begin that are not there any more
ANSWERS = {b"EHLO": b"250 demo", b"MAIL": b"250 ok", b"RSET": b"250 ok", b"DATA": b"354 go on", b"QUIT": b"221 bye"}


@contextmanager
def served() -> Iterator[MailServer]:
    """Run the server, and tell how it is reached."""
    with socketserver.TCPServer(("127.0.0.1", 0), _Talk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
        thread.start()
        host, port = server.server_address[0], server.server_address[1]
        yield MailServer(str(host), port, Tls.NEVER, "", "", f"privacy@{DOMAIN}", "mail", frozenset({DOMAIN}))
        server.shutdown()
        thread.join()


class _Talk(socketserver.StreamRequestHandler):
    """One talk (RFC 5321): a mailbox that is not there is refused for good, and a letter is read to its end."""

    def handle(self) -> None:
        self._say(b"220 demo")
        for line in self.rfile:
            verb = line[:4].upper()
            self._say(_of_mailbox(line) if verb == b"RCPT" else ANSWERS.get(verb, b"502 no"))
            if verb == b"DATA":
                while self.rfile.readline() not in (b".\r\n", b""):
                    continue
                self._say(b"250 taken")
            if verb == b"QUIT":
                return

    def _say(self, words: bytes) -> None:
        self.wfile.write(words + b"\r\n")


def _of_mailbox(line: bytes) -> bytes:
    return b"550 no such mailbox" if f"<{MOVED}".encode() in line else b"250 ok"
