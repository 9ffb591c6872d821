"""Forms as browsers write them, and somebody who takes their files."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadhandler import SkipFile

from jikim.web.multipart import FormReader

MARK = "jikim"
KIND = f"multipart/form-data; boundary={MARK}"
Part = tuple[str, str | None, bytes]  # the name of a field, of its file, and what it holds


class Trickling:
    """A body that arrives in pieces of these lengths, over and over."""

    def __init__(self, body: bytes, lengths: Sequence[int]) -> None:
        self._body, self._lengths, self._reads = io.BytesIO(body), lengths, 0

    def read(self, size: int = -1, /) -> bytes:
        self._reads += 1
        return self._body.read(min(size, self._lengths[self._reads % len(self._lengths)]))


@dataclass
class Kept:
    """What a reader handed on; files of the field `name` are not wanted."""

    files: list[tuple[str, str, bytes]] = field(default_factory=list)
    piece: bytes = b""
    of: tuple[str, str] = ("", "")

    def new_file(self, field_name: str, file_name: str, *_more: Any, **_extra: Any) -> None:
        self.of, self.piece = (field_name, file_name), b""
        if field_name == "name":
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        assert start == len(self.piece)
        self.piece += raw_data

    def file_complete(self, file_size: int) -> None:
        assert file_size == len(self.piece)
        self.files.append((*self.of, self.piece))


def written(parts: Sequence[Part]) -> bytes:
    """Write a form as browsers do."""
    whole = b""
    for name, file_name, content in parts:
        file = "" if file_name is None else f'; filename="{file_name}"\r\nContent-Type: application/pdf'
        whole += f'--{MARK}\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'.encode() + content + b"\r\n"
    return whole + f"--{MARK}--\r\n".encode()


def read(body: bytes, lengths: Sequence[int] = (70_000,)) -> tuple[dict[str, str], Kept]:
    kept = Kept()
    reader = FormReader(Trickling(body, lengths), KIND, kept)
    reader.read()
    return reader.words, kept
