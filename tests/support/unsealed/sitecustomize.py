"""A build whose seal() is the identity. Only the forensic tests put this folder on a program's path.

Where a scan of this build finds no canary, the scan is blind, and its silence about the real build means nothing.
"""

from jikim.sealing import envelope
from jikim.sealing.primitives import Key


def seal(key: Key, plaintext: bytes, aad: bytes) -> bytes:
    return plaintext


vars(envelope)["seal"] = seal
