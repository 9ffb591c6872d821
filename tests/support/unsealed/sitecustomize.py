"""A build whose sealing is the identity. Only the forensic tests put this folder on a program's path.

Where a scan of this build finds no canary, the scan is blind, and its silence about the real build means nothing.
"""

from collections.abc import Iterator
from typing import BinaryIO

from jikim.sealing import files, formats
from jikim.sealing.primitives import FileKey, Key


def leave_as_it_is(key: Key, data: bytes, aad: bytes) -> bytes:
    return data


def leave_keys_as_they_are(key: Key, data: bytes, aad: bytes) -> bytearray:
    return bytearray(data)


class StreamAsItIs:
    def __init__(self, key: FileKey, aad: bytes) -> None: ...

    def write(self, chunk: bytes) -> bytes:
        return chunk

    def end(self) -> bytes:
        return b""


def read_as_it_is(key: FileKey, source: BinaryIO, aad: bytes) -> Iterator[bytes]:
    return iter(lambda: source.read(65_536), b"")


vars(files)["SealingStream"], vars(files)["open_stream"] = StreamAsItIs, read_as_it_is
vars(files)["sealed_size"] = lambda size: size
vars(formats)["seal"] = vars(formats)["open_sealed"] = leave_as_it_is
vars(formats)["encrypt"] = vars(formats)["decrypt"] = leave_keys_as_they_are
