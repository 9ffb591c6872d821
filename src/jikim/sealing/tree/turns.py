"""Taking turns: a long piece of work that lets go between its parts does not come first again and again."""

from threading import Lock, RLock, get_ident


class Turns:
    """A lock for `with`. Whoever waits has it before the one who let go comes back; its holder may take it again."""

    def __init__(self) -> None:
        self._door, self._held = Lock(), RLock()
        self._holder: int | None = None
        self._depth = 0

    def __enter__(self) -> None:
        if self._holder != get_ident():
            with self._door:  # the next in line stands in the door
                self._held.acquire()
            self._holder = get_ident()
        self._depth += 1

    def __exit__(self, *_exception: object) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._holder = None
            self._held.release()
