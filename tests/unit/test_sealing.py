"""Through the port: a value opens in its own place, under its own key, whole; everything else stays shut."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from jikim import sealing
from jikim.domain.errors import Refused
from jikim.domain.journal import NotYourLeaf, Role
from jikim.sealing.errors import UnknownFormat
from jikim.sealing.keyring import Binding, Keyring, KeyUnknown, Sealed, SealRequest, WrongBinding
from tests.support.company import sealed_by

RECORD, OTHER = UUID(int=1), UUID(int=2)
HERE = Binding("live", RECORD, UUID(int=3), "email", "value")
WORDS = "문의합니다".encode()
SHUT = (WrongBinding, UnknownFormat, KeyUnknown)


@pytest.fixture
def keyring(ram_path: Path) -> Iterator[Keyring]:
    with sealed_by(ram_path / "keys"):
        yield sealing.current()


def sealed(keyring: Keyring, words: bytes = WORDS, at: Binding = HERE) -> Sealed:
    return keyring.seal([SealRequest(at, words)])[0]


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(HERE, record_id=OTHER),
        replace(HERE, value_id=OTHER),
        replace(HERE, item="subject"),
        replace(HERE, facet="name"),
        replace(HERE, item="emai", facet="lvalue"),
        replace(HERE, record_id=HERE.value_id, value_id=HERE.record_id),
    ],
)
def test_an_envelope_opens_in_its_own_place_only(keyring: Keyring, elsewhere: Binding) -> None:
    made = sealed(keyring)
    assert keyring.open_sealed(HERE, made) == WORDS
    with pytest.raises(WrongBinding) as caught:
        keyring.open_sealed(elsewhere, made)
    assert "nothing was opened" in caught.value.hint


def test_every_flipped_bit_keeps_an_envelope_shut(keyring: Keyring) -> None:
    made = sealed(keyring)
    for bit in range(len(made.envelope) * 8):
        altered = bytearray(made.envelope)
        altered[bit // 8] ^= 1 << bit % 8
        with pytest.raises(SHUT):
            keyring.open_sealed(HERE, Sealed(made.kid, bytes(altered)))


def test_every_truncation_keeps_an_envelope_shut(keyring: Keyring) -> None:
    made = sealed(keyring)
    for length in range(len(made.envelope)):
        with pytest.raises(SHUT):
            keyring.open_sealed(HERE, Sealed(made.kid, made.envelope[:length]))
    with pytest.raises(SHUT):
        keyring.open_sealed(HERE, Sealed(made.kid, made.envelope + b"\x00"))


def test_swapped_envelopes_stay_shut(keyring: Keyring) -> None:
    one, other = keyring.seal([SealRequest(HERE, b"one"), SealRequest(HERE, b"other")])
    assert one.kid != other.kid
    for kid, body in ((one.kid, other.envelope), (other.kid, one.envelope)):
        with pytest.raises(WrongBinding):
            keyring.open_sealed(HERE, Sealed(kid, body))


def test_nothing_about_a_value_shows_in_a_repr_or_an_error(keyring: Keyring) -> None:
    request = SealRequest(HERE, WORDS)
    made = keyring.seal([request])[0]
    with pytest.raises(WrongBinding) as caught:
        keyring.open_sealed(replace(HERE, item="other"), made)
    assert "plaintext" not in repr(request)
    assert "envelope=" not in repr(made)
    assert WORDS.decode() not in str(caught.value)


@pytest.mark.parametrize("words", [b"", b"\x00", b"\x80\x00", b"x" * 63, b"x" * 64, bytes(60_000)])
def test_a_value_comes_back_as_it_was(keyring: Keyring, words: bytes) -> None:
    assert keyring.open_sealed(HERE, sealed(keyring, words)) == words


def test_an_entry_is_told_by_the_first_role_that_may_and_by_no_other(keyring: Keyring) -> None:
    tellers = [keyring.teller(kind)[0] for kind in ("notice", "desk", "separate")]
    assert tellers == [Role.PUBLIC, Role.DESK, Role.WORKER]
    with pytest.raises(NotYourLeaf):
        keyring.teller("rotate")  # the key daemon's own


def test_the_running_keyring_is_the_one_that_was_named(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "_running", sealing._Running())
    with pytest.raises(Refused, match="no keyring is running"):
        sealing.current()
    sealing.use(lambda: keyring)
    assert sealing.current() is sealing.current() is keyring
    assert sealing.media() == ("X",)  # memory cannot be effaced
