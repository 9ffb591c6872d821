"""The keyring serves several processes and threads at once; no key is lost or shared, and a fork does no harm."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

from jikim.sealing.development import open_keyring
from jikim.sealing.keyring import Binding, KeyState, SealRequest

HERE = Binding("live", UUID(int=1), UUID(int=2), "email", "value")
EACH, PROCESSES, THREADS = 40, 3, 8

WRITER = f"""
import json, sys
from pathlib import Path
from uuid import UUID
from jikim.sealing.development import open_keyring
from jikim.sealing.keyring import Binding, SealRequest
here = Binding("live", UUID(int=1), UUID(int=2), "email", "value")
ring = open_keyring(Path(sys.argv[1]))
print(json.dumps([ring.seal([SealRequest(here, b"x")])[0].kid for _ in range({EACH})]))
"""


def test_processes_that_start_and_seal_together_never_share_a_key(tmp_path: Path) -> None:
    path = tmp_path / "keys.sqlite3"
    words = [sys.executable, "-c", WRITER, str(path)]
    writers = [subprocess.Popen(words, stdout=subprocess.PIPE, text=True) for _ in range(PROCESSES)]
    kids = [kid for writer in writers for kid in json.loads(writer.communicate(timeout=60)[0])]
    assert sorted(kids) == list(range(1, EACH * PROCESSES + 1))
    ring = open_keyring(path)
    assert {ring.state(kid) for kid in kids} == {KeyState.ALIVE}
    ring.close()


def test_threads_seal_open_and_destroy_at_the_same_time(tmp_path: Path) -> None:
    ring = open_keyring(tmp_path / "keys.sqlite3")
    opened: list[bytes] = []

    def work(number: int) -> None:
        for _ in range(EACH // 4):
            one, other = ring.seal([SealRequest(HERE, bytes([number])), SealRequest(HERE, b"goes")])
            ring.destroy([other.kid])
            opened.append(ring.open_sealed(HERE, one))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ring.close()
    assert sorted(opened) == sorted(bytes([number]) for number in range(THREADS) for _ in range(EACH // 4))


def test_a_forked_child_opens_the_keyring_anew(tmp_path: Path) -> None:
    ring = open_keyring(tmp_path / "keys.sqlite3")
    made = ring.seal([SealRequest(HERE, b"of the parent")])[0]
    child = os.fork()
    if child == 0:
        right = ring.open_sealed(HERE, made) == b"of the parent" and ring.seal([SealRequest(HERE, b"")])[0].kid == 2
        os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert ring.seal([SealRequest(HERE, b"of the parent")])[0].kid == 3
    ring.close()
