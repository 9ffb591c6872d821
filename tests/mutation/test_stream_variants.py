"""Streams that are broken on purpose, each in one place: the promises of attachments hold for none of them."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jikim.sealing import primitives, streams
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.primitives import KEY_BYTES, STREAM_HEADER_BYTES, DoesNotOpen, FileKey, Framed, Key, Segments
from jikim.sealing.streams import SealingStream, open_stream
from tests.property import test_streams as laws
from tests.support import by_hand
from tests.support.promises import Promise, first_broken
from tests.support.streams import seal_stream
from tests.support.tink_streams import seal_by_tink
from tests.unit import test_files as files

Patch = pytest.MonkeyPatch
AAD = Framed(b"a name")


def every_stream_begins_alike(patch: Patch) -> None:
    def begin(cls: type[Segments], key: FileKey, aad: Framed) -> Segments:
        return cls(key, bytes([STREAM_HEADER_BYTES]) + bytes(STREAM_HEADER_BYTES - 1), aad)

    patch.setattr(Segments, "begin", classmethod(begin))


def the_place_is_left_out(patch: Patch) -> None:
    _nonce_from(patch, lambda prefix, _number, last: prefix + bytes(4) + bytes([last]))


def the_last_one_is_not_marked(patch: Patch) -> None:
    _nonce_from(patch, lambda prefix, number, _last: prefix + number.to_bytes(4, "big") + bytes(1))


def places_wrap_around(patch: Patch) -> None:
    _nonce_from(patch, lambda prefix, number, last: prefix + (number % 2).to_bytes(4, "big") + bytes([last]))


def the_name_is_not_bound(patch: Patch) -> None:
    derive = primitives._hkdf
    patch.setattr(primitives, "_hkdf", lambda material, salt, _info: derive(material, salt, b""))


def the_salt_is_not_used(patch: Patch) -> None:
    derive = primitives._hkdf
    patch.setattr(primitives, "_hkdf", lambda material, _salt, info: derive(material, b"", info))


def the_file_key_seals_itself(patch: Patch) -> None:
    patch.setattr(primitives, "_hkdf", lambda material, _salt, _info: Key(bytes(material)))


def a_full_segment_is_never_the_last(patch: Patch) -> None:
    room = streams._room
    patch.setattr(streams, "_room", lambda number: room(number) - 1)


def what_is_held_is_forgotten(patch: Patch) -> None:
    def end(self: SealingStream) -> bytes:
        self._held.clear()
        return self._seal(0, last=True)

    patch.setattr(SealingStream, "end", end)


def what_broke_off_is_sealed_again(patch: Patch) -> None:
    whole = SealingStream._seal

    def again(self: SealingStream, length: int, *, last: bool) -> bytes:
        number = self._next
        try:
            return whole(self, length, last=last)
        except MemoryError:
            self._next = number
            raise

    patch.setattr(SealingStream, "_seal", again)


def a_stream_goes_on_after_its_end(patch: Patch) -> None:
    whole = SealingStream._seal

    def on(self: SealingStream, length: int, *, last: bool) -> bytes:
        number, sealed = self._place(), whole(self, length, last=last)
        self._next = number + 1
        return sealed

    patch.setattr(SealingStream, "_seal", on)


def what_does_not_open_is_passed_over(patch: Patch) -> None:
    whole = Segments.open

    def lenient(self: Segments, number: int, segment: bytes, *, last: bool) -> bytes:
        try:
            return whole(self, number, segment, last=last)
        except DoesNotOpen:
            return b""

    patch.setattr(Segments, "open", lenient)


def any_last_one_will_do(patch: Patch) -> None:
    whole = Segments.open

    def lenient(self: Segments, number: int, segment: bytes, *, last: bool) -> bytes:
        try:
            return whole(self, number, segment, last=last)
        except DoesNotOpen:
            return whole(self, number, segment, last=not last)

    patch.setattr(Segments, "open", lenient)


VARIANTS = [
    every_stream_begins_alike,
    the_place_is_left_out,
    the_last_one_is_not_marked,
    places_wrap_around,
    the_name_is_not_bound,
    the_salt_is_not_used,
    the_file_key_seals_itself,
    a_full_segment_is_never_the_last,
    what_is_held_is_forgotten,
    what_broke_off_is_sealed_again,
    a_stream_goes_on_after_its_end,
    what_does_not_open_is_passed_over,
    any_last_one_will_do,
]


def promises() -> Iterator[Promise]:
    """Give the promises one by one; each takes a folder of its own."""
    yield lambda _folder: files.test_a_known_stream_opens()
    yield lambda _folder: files.test_the_same_words_under_one_key_are_never_sealed_alike()
    yield lambda _folder: files.test_no_place_of_a_stream_is_sealed_twice_when_sealing_breaks_off()
    yield lambda _folder: files.test_a_stream_takes_nothing_after_its_end()
    alone = files.test_the_stream_itself_refuses_too_without_help_from_the_card
    for how in files.altered(bytes(204_904)):
        yield lambda _folder, how=how: alone(how)  # type: ignore[misc]  # a default binds the loop's value
    yield lambda folder: files.test_a_file_put_in_the_place_of_another_is_refused(DirectoryStore(folder / "store"))
    for size in laws.BORDERS:
        yield lambda _folder, size=size: sealed_as_by_hand(size)  # type: ignore[misc]  # a default binds the loop's value
        yield lambda _folder, size=size: tinks_opens(size)  # type: ignore[misc]  # as above


def sealed_as_by_hand(size: int) -> None:
    sealed = b"".join(seal_stream(FileKey(laws.KEY), [laws.WORDS[:size]], AAD))
    assert sealed == by_hand.stream(laws.KEY, sealed[1:33], sealed[33:40], AAD, laws.WORDS[:size])


def tinks_opens(size: int) -> None:
    sealed = io.BytesIO(seal_by_tink(laws.KEY, laws.WORDS[:size], AAD))
    assert b"".join(open_stream(FileKey(laws.KEY), sealed, AAD)) == laws.WORDS[:size]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.__name__)
def test_a_broken_stream_is_noticed(tmp_path: Path, monkeypatch: Patch, variant: Callable[[Patch], None]) -> None:
    variant(monkeypatch)
    assert first_broken(promises(), tmp_path) is not None


def test_a_whole_stream_keeps_every_promise(tmp_path: Path) -> None:
    assert first_broken(promises(), tmp_path) is None


def _nonce_from(patch: Patch, made: Callable[[bytes, int, bool], bytes]) -> None:
    def nonce(self: Segments, number: int, *, last: bool) -> bytes:
        return made(self.header[1 + KEY_BYTES :], number, last)

    patch.setattr(Segments, "_nonce", nonce)
