"""Sealing and opening one value in process, against the bare cipher under a fresh key."""

import os
from collections.abc import Iterator
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from jikim.cli.bench.harness import Bench, Side, timed
from jikim.cli.bench.results import Result
from jikim.sealing.formats import Header, open_envelope, seal_envelope
from jikim.sealing.keyring import Binding
from jikim.sealing.primitives import KEY_BYTES, NONCE_BYTES, Key

VALUE = bytes(300)
BINDING = Binding("live", UUID(int=1), UUID(int=2), "message", "text")


def measure(bench: Bench) -> Iterator[Result]:
    times = bench.size(2000, 50)
    run = bench.alternate(
        {
            "seal": timed(seal, times=times),
            "bare seal": timed(bare_seal, times=times),
            "open": opening(times),
            "bare open": bare_opening(times),
        }
    )
    for verb in ("seal", "open"):
        sides = (verb, f"bare {verb}")
        what = f"{verb} one value of 300 bytes under its own key; against AES-256-GCM alone, under a fresh key"
        note = "times the bare cipher; padding, header and the place it is bound to are what is more"
        yield run.result("seal", what, sides, run.times(*sides), note=note)


def seal() -> bytes:
    return seal_envelope(Key.fresh(), Header(1, 1), BINDING, VALUE)


def bare_seal() -> bytes:
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(os.urandom(KEY_BYTES)).encrypt(nonce, VALUE, None)


def opening(times: int) -> Side:
    key = Key.fresh()
    envelope = seal_envelope(key, Header(1, 1), BINDING, VALUE)
    return timed(lambda: open_envelope(key, 1, BINDING, envelope), times=times)


def bare_opening(times: int) -> Side:
    key, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
    sealed = AESGCM(key).encrypt(nonce, VALUE, None)
    return timed(lambda: AESGCM(key).decrypt(nonce, sealed, None), times=times)
