"""An attachment of one megabyte, sealed, hashed and stored, against writing and flushing the same bytes."""

import os
from collections.abc import Iterator
from pathlib import Path

from jikim.cli.bench.harness import Bench, timed
from jikim.cli.bench.results import Bar, Result
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.files import seal_file

STORED = Bar(0.45, 0.6)
CHUNK = 64 * 1024  # as uploads come in


def measure(bench: Bench) -> Iterator[Result]:
    data = os.urandom(bench.size(1_000_000, 100_000))
    folder = bench.place("attachments")
    raw = folder / "raw"
    raw.mkdir()
    chunks = [data[at : at + CHUNK] for at in range(0, len(data), CHUNK)]
    store = DirectoryStore(folder / "store")
    for shard in range(256):  # as they are in a store that has been used for a while
        (folder / "store" / f"{shard:02x}").mkdir(parents=True)
    times = bench.size(8, 2)
    names = iter(range(10**9))
    run = bench.alternate(
        {
            "sealed": timed(lambda: seal_file(store, chunks), times=times),
            "raw": timed(lambda: write(raw / str(next(names)), data), times=times),
        }
    )
    what = f"an attachment of {len(data):,} bytes sealed, hashed and stored; against write and flush of the same bytes"
    note = "ours also makes the name in its folder durable, which is a second flush"
    yield run.result("attachment", what, ("sealed", "raw"), run.times("raw", "sealed"), STORED, note=note)


def write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, data)
        os.fsync(handle)
    finally:
        os.close(handle)
