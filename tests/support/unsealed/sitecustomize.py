"""A build whose sealing is the identity. Only the forensic tests put this folder on a program's path.

Where a scan of this build finds no canary, the scan is blind, and its silence about the real build means nothing.
"""

from jikim.sealing import formats
from jikim.sealing.primitives import Key


def leave_as_it_is(key: Key, data: bytes, aad: bytes) -> bytes:
    return data


def leave_keys_as_they_are(key: Key, data: bytes, aad: bytes) -> bytearray:
    return bytearray(data)


vars(formats)["seal"] = vars(formats)["open_sealed"] = leave_as_it_is
vars(formats)["encrypt"] = vars(formats)["decrypt"] = leave_keys_as_they_are
