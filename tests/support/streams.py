"""Whole files at once, for tests: production seals and keeps them piece by piece, while they arrive."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from jikim.sealing.file_store import FileStore
from jikim.sealing.primitives import FileKey, Framed
from jikim.sealing.streams import SealingStream


def seal_stream(key: FileKey, chunks: Iterable[bytes], aad: Framed) -> Iterator[bytes]:
    """Give out the sealed stream of all these chunks."""
    stream = SealingStream(key, aad)
    for chunk in chunks:
        yield stream.write(chunk)
    yield stream.end()


def put(store: FileStore, name: UUID, chunks: Iterable[bytes]) -> None:
    """Keep a file of these bytes as they are."""
    part = store.begin(name)
    try:
        for chunk in chunks:
            part.write(chunk)
        part.end()
        store.keep(name)
    except BaseException:
        part.abandon()
        raise
