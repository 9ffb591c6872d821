"""Proof of work: a visitor's browser finds a number while its person writes. Nobody sees it and nothing is asked.

The challenge is the form's own signed token, which is good for one form and for two hours; a form is stored once, so a
number is of use once. Without scripts there is none, and the other layers count.
"""

import re
from hashlib import sha256

BITS = 14  # some 16,000 hashes: about half a second of an old telephone, paid for each form
_NUMBER = re.compile(r"[0-9]{1,12}", re.ASCII)


def is_done(token: str, number: str) -> bool:
    """Say whether the number is one that had to be looked for."""
    if not token or not _NUMBER.fullmatch(number):
        return False
    digest = sha256(f"{token}:{number}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> (32 - BITS) == 0
