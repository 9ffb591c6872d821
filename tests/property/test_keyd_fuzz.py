"""Whatever bytes reach the key daemon, it answers with an error or does what was asked, and goes on serving."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from jikim.domain.journal import Role
from jikim.sealing.keyd.channels import Channel
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.later import Deferred
from jikim.sealing.keyd.local import LocalChannel
from jikim.sealing.keyd.replies import KNOWN
from jikim.sealing.keyd.roles import CALLERS
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyd.values import Move, Pair
from jikim.sealing.keyd.wire import MAX_FRAME, Frame, decode, encode
from jikim.sealing.keyring import Binding, KeyState, SealRequest
from tests.support.daemon import CODE, ROLES, destruction, new_value, open_house, place_of

JSON = some.recursive(
    some.none() | some.booleans() | some.integers() | some.floats() | some.text(max_size=10),
    lambda inner: some.lists(inner, max_size=5) | some.dictionaries(some.text(max_size=5), inner, max_size=5),
    max_leaves=10,
)
FEW = settings(max_examples=150, deadline=None)


class Recorder:
    """A channel that keeps every frame it carried."""

    def __init__(self, way: Channel, frames: list[tuple[Role, bytes]], role: Role) -> None:
        self._way, self._frames, self._role = way, frames, role

    def exchange(self, call_id: str, frame: bytes) -> bytes:
        self._frames.append((self._role, frame))
        return self._way.exchange(call_id, frame)

    def close(self) -> None:
        self._way.close()


class Subject:
    """A house, frames it answers well, and a value that nobody asked to destroy."""

    def __init__(self, house: House) -> None:
        self.house = house
        spoken: list[tuple[Role, bytes]] = []
        clients = {role: Client(Recorder(LocalChannel(house, role), spoken, role), role) for role in ROLES}
        self.keyring = Together(clients)
        self._speak()
        self.frames = tuple(spoken)
        self.kept = self.keyring.found(CODE, [new_value()]).sealed[0]

    def _speak(self) -> None:
        keyring, value, other = self.keyring, new_value(), new_value()
        founded = keyring.found(CODE, [value, replace(other, letter=UUID(int=7))])
        place = place_of(founded, value)
        there = Binding("separate", place.record_id, place.value_id, place.item, place.facet)
        keyring.grant(founded.record_id, founded.gate, CODE)
        keyring.grant_by_link(keyring.link(founded.record_id, founded.gate))
        keyring.seal([SealRequest(place, b"words")], grant=founded.grant)
        keyring.open_all([(place, founded.sealed[0])], grant=founded.grant)
        (moved,) = keyring.reseal([Move(founded.sealed[0], place, there, "contract-5y", date(2031, 11, 23))])
        keyring.agree([Pair(founded.sealed[0], place, moved, there)])
        keyring.fits(place, founded.sealed[0])
        request = destruction(founded.sealed[1], request_id=UUID(int=5))
        keyring.destroy([request])
        keyring.certificates([(request.id, [founded.sealed[1].kid])])
        keyring.states([founded.sealed[0].kid])
        keyring.leaf(0)
        keyring.proof(0)

    def answer(self, role: Role, data: bytes) -> Frame:
        """Return the reply, with every promise about replies checked."""
        found = self.house.service.handle(role, data)
        reply = found.run() if isinstance(found, Deferred) else found
        assert len(reply) <= MAX_FRAME
        frame = decode(reply)
        assert ("answer" in frame.head) != ("error" in frame.head)
        assert "error" not in frame.head or frame.head["error"] in KNOWN
        return frame

    def lives_on(self) -> bool:
        return self.keyring.states([self.kept.kid])[self.kept.kid] is KeyState.ALIVE


@pytest.fixture(scope="module")
def subject() -> Iterator[Subject]:
    with tempfile.TemporaryDirectory(dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as folder:  # noqa: S108
        house = open_house(Path(folder))
        yield Subject(house)
        house.close()


@FEW
@given(data=some.binary(max_size=400), role=some.sampled_from(Role))
def test_any_bytes_are_answered_with_an_error(subject: Subject, data: bytes, role: Role) -> None:
    assert subject.answer(role, data).head["error"] == "FrameRefused"
    assert subject.lives_on()


@FEW
@given(data=some.data(), role=some.sampled_from(ROLES))
def test_any_head_on_any_call_is_answered(subject: Subject, data: some.DataObject, role: Role) -> None:
    names = sorted(subject.house.service._calls)
    call = data.draw(some.sampled_from(names))
    blobs = tuple(data.draw(some.lists(some.binary(max_size=40), max_size=3)))
    subject.answer(role, encode(Frame({"id": "1", "call": call, "ask": data.draw(JSON)}, blobs)))
    assert subject.lives_on()


@FEW
@given(data=some.data())
def test_a_frame_that_was_cut_or_lengthened_is_refused(subject: Subject, data: some.DataObject) -> None:
    role, frame = data.draw(some.sampled_from(subject.frames))
    cut = data.draw(some.integers(0, len(frame) - 1))
    assert "error" in subject.answer(role, frame[:cut]).head
    assert "error" in subject.answer(role, frame + b"x").head
    assert subject.lives_on()


@FEW
@given(data=some.data())
def test_a_frame_that_was_altered_is_answered_and_nothing_breaks(subject: Subject, data: some.DataObject) -> None:
    role, frame = data.draw(some.sampled_from(subject.frames))
    altered = bytearray(frame)
    for _ in range(data.draw(some.integers(1, 4))):
        altered[data.draw(some.integers(0, len(frame) - 1))] = data.draw(some.integers(0, 255))
    subject.answer(data.draw(some.sampled_from(ROLES)), bytes(altered))
    subject.answer(role, bytes(altered))
    assert subject.lives_on()


@pytest.mark.parametrize("other", [*ROLES, Role.KEYD])
def test_a_good_frame_of_another_role_is_refused(subject: Subject, other: Role) -> None:
    for role, frame in subject.frames:
        call = str(decode(frame).head["call"])
        if other not in CALLERS[call]:
            assert subject.answer(other, frame).head["error"] == "NotYourCall", f"{call} of {role}"
