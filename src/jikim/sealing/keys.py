"""Secrets of 256 bits that no repr, pickle, copy or comparison gives away, one type for each use.

A function that takes one type refuses the others, so that no key ever serves two ciphers. The bytes lie in one
bytearray that is overwritten when the secret is wiped or forgotten. What that cannot reach: the short-lived copies
which Python makes of immutable bytes, and what a library keeps inside; only the end of the process clears those.
"""

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn, Self

if TYPE_CHECKING:
    from jikim.sealing.arena import Arena, Slot

KEY_BYTES = 32


class _Memory:
    """Where the secrets of this process lie: in locked slots once it asked for them, else in memory like any other."""

    def __init__(self) -> None:
        self.arena: Arena | None = None


_memory = _Memory()


def lock_memory() -> bool:
    """Keep all secrets made from now on in memory that is not swapped out; False where the system's limit is met."""
    from jikim.sealing.arena import Arena

    _memory.arena = _memory.arena or Arena()
    return _memory.arena.is_locked


def is_locked() -> bool:
    """Say whether secrets are kept out of swap, every one of them."""
    return _memory.arena is not None and _memory.arena.is_locked


class KeyWiped(Exception):
    """The secret was wiped before this use: a fault of the program. Never reaches a person, never means "destroyed"."""


class Secret:
    """What all kinds have in common; only the kinds below are ever made."""

    __slots__ = ("_secret",)
    __hash__ = None  # type: ignore[assignment]  # the way Python says unhashable; typeshed calls it a method

    def __init__(self, secret: bytes | bytearray | memoryview) -> None:
        self._secret: bytearray | Slot = bytearray()
        if type(self) is Secret:
            raise TypeError("a secret is made as one of its kinds, so that it has one use")
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a key has {KEY_BYTES} bytes, not {len(secret)}")
        self._secret = bytearray(secret) if _memory.arena is None else _memory.arena.take(secret)

    @classmethod
    def fresh(cls) -> Self:
        return cls(os.urandom(KEY_BYTES))

    @classmethod
    def taken_from(cls, other: "Secret") -> Self:
        """Give a secret this kind's use instead of its own: the other is wiped."""
        taken = cls(other.lend())
        other.wipe()
        return taken

    def lend(self) -> memoryview:
        """Return a view of the bytes that leaves no copy behind, for ciphers and key stores; raises KeyWiped."""
        held = self._secret
        if not held:
            raise KeyWiped(f"this {type(self).__name__} was wiped")
        return (memoryview(held) if isinstance(held, bytearray) else held.view()).toreadonly()

    def reveal(self) -> bytes:
        """Return a copy of the bytes that cannot be wiped, for a store that takes nothing else; raises KeyWiped."""
        return bytes(self.lend())

    def wipe(self) -> None:
        """Overwrite the bytes. Wiping again does nothing; raises BufferError while somebody holds them lent."""
        if not isinstance(self._secret, bytearray):
            _give_back(self._secret)
            self._secret = bytearray()
        elif self._secret:
            self._secret.pop()  # refused while lent, so that nobody ever works on with a key of zeros
            self._secret[:] = bytes(len(self._secret))
            self._secret = bytearray()

    def __del__(self) -> None:
        try:
            self.wipe()
        except BufferError:  # lent on: the view's holder needs the bytes still
            if _memory.arena is not None and not isinstance(self._secret, bytearray):
                _memory.arena.abandon(self._secret)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_where: object) -> None:
        """Wipe. An error on its way may hold a loan and must not be hidden: then forgetting the key wipes it."""
        try:
            self.wipe()
        except BufferError:
            if kind is None:
                raise

    def __repr__(self) -> str:
        return f"{type(self).__name__}(hidden)"

    def __eq__(self, other: object) -> NoReturn:
        raise TypeError("keys are never compared")

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("keys are never copied or pickled")


def _give_back(slot: "Slot") -> None:
    if _memory.arena is not None:
        _memory.arena.give_back(slot)


class Key(Secret):
    """Seals with AES-256-GCM: one item value, one index page, or the children of one node of the key tree."""

    __slots__ = ()


class Share(Secret):
    """One root group's part of one epoch's root key; seals nothing itself."""

    __slots__ = ()


class MacKey(Secret):
    """Authenticates with HMAC-SHA256."""

    __slots__ = ()


class FileKey(Secret):
    """Seals one attachment as a stream."""

    __slots__ = ()


class SigningKey(Secret):
    """The 32-byte seed of an Ed25519 key; signs checkpoints."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of a SigningKey, 32 bytes."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != KEY_BYTES:
            raise ValueError(f"an Ed25519 public key has {KEY_BYTES} bytes, not {len(self.raw)}")
