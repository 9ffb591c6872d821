"""What opens a file that waits, sealed for the page of whoever sent it: a slip of the form that has to be shown again.

The keys live in this process's memory alone, one for each ten minutes, and are wiped after forty at most; a slip is
good for thirty. Nothing on any disk opens the file meanwhile, and without its slip nobody does, this process included.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from datetime import timedelta
from threading import Lock, Timer
from typing import Any

from jikim.clock import wall_now
from jikim.sealing.formats import WAITING
from jikim.sealing.primitives import DoesNotOpen, Framed, Key, length_prefixed, open_sealed, seal

LIFE = timedelta(minutes=30)
TURN = timedelta(minutes=10)  # for how long one key seals
TURN_BYTES = 8


class Slips:
    """Makes slips, and reads back its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._keys: dict[int, Key] = {}

    def make(self, form: str, facts: Mapping[str, Any]) -> str:
        """Return a slip for one form, good for half an hour. form: the random name of that form."""
        ends = (wall_now() + LIFE).timestamp()
        turn = int(wall_now().timestamp() // TURN.total_seconds())
        words = json.dumps({"ends": ends, **facts}, ensure_ascii=False).encode()
        sealed = seal(self._key(turn), words, _of_slip(turn, form))
        return base64.urlsafe_b64encode(turn.to_bytes(TURN_BYTES, "big") + sealed).decode("ascii")

    def read(self, form: str, slip: str) -> dict[str, Any] | None:
        """Return what a slip says, None when it is over, for another form, or none of this process's."""
        try:
            whole = base64.b64decode(slip.encode("ascii"), altchars=b"-_", validate=True)
            turn = int.from_bytes(whole[:TURN_BYTES], "big")
            with self._lock:
                key = self._keys.get(turn)
                words = open_sealed(key, whole[TURN_BYTES:], _of_slip(turn, form)) if key else b""
        except (ValueError, binascii.Error, DoesNotOpen):
            return None
        facts: dict[str, Any] = json.loads(words) if words else {}
        left = facts.pop("ends", 0) - wall_now().timestamp()
        return facts if 0 < left <= LIFE.total_seconds() else None  # a clock that was set back makes none longer

    def forget(self) -> None:
        """Wipe every key, as the end of the process does."""
        with self._lock:
            for turn in tuple(self._keys):
                self._keys.pop(turn).wipe()

    def _key(self, turn: int) -> Key:
        with self._lock:
            if turn not in self._keys:
                self._keys[turn] = Key.fresh()
                end = Timer((TURN + LIFE).total_seconds(), self._wipe, [turn])
                end.daemon = True
                end.start()
            return self._keys[turn]

    def _wipe(self, turn: int) -> None:
        with self._lock:
            if key := self._keys.pop(turn, None):
                key.wipe()


def _of_slip(turn: int, form: str) -> Framed:
    return length_prefixed(WAITING, turn.to_bytes(TURN_BYTES, "big"), form.encode())
