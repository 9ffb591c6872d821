"""Receipt codes for people and tokens for links: shown once, kept only as digests.

A receipt code has 100 random bits in letters that are hard to confuse (Crockford base32), so that even a stolen table
of digests, with a million of them to hit, stays beyond guessing. That needs no pepper; a pepper would tie every
person's way in to a secret that may one day be replaced. A code may be drawn from bits that come again when the same
form does; only its digest is ever looked up, so replacing what the bits came from closes nobody's way in.

Tokens of the desk do have a key to their digests, which the public process, with its hand on the same tables, lacks.
"""

import secrets

from jikim.sealing.primitives import length_prefixed, sha256
from jikim.sealing.seals import Use, keyed_digest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
GROUPS = 4
GROUP_LETTERS = 5
TOKEN_BYTES = 32

_LOOKALIKES = str.maketrans("OIL", "011")
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}  # a Korean keyboard may type them


def receipt_code() -> str:
    """Return a new code in its groups, e.g. 7K3QM-0X9TB-R2VHN-4DWEA."""
    return code_of(secrets.token_bytes(TOKEN_BYTES))


def code_of(bits: bytes) -> str:
    """Return the code that random bytes spell: five bits a letter, a hundred in all, the rest unused."""
    number = int.from_bytes(bits)
    letters = "".join(ALPHABET[number >> 5 * place & 31] for place in range(GROUPS * GROUP_LETTERS))
    return _grouped(letters)


def normalise(words: str) -> str:
    """Return the code a person meant, whatever the case, spaces and look-alike letters; "" when it cannot be one."""
    letters = "".join(word for word in words.translate(_FULL_WIDTH).upper() if word.isalnum()).translate(_LOOKALIKES)
    if len(letters) != GROUPS * GROUP_LETTERS or not set(letters) <= set(ALPHABET):
        return ""
    return _grouped(letters)


def receipt_digest(code: str) -> str:
    """Return what the table keeps of a code, as typed by a person or as shown."""
    return _digest("jikim/receipt/1", normalise(code))


def token() -> str:
    """Return a token for a link or a session: 256 bits, safe in a URL."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_digest(use: Use, secret: str) -> str:
    """Return what the table keeps of a token: keyed, so that nobody who only writes to the table can let a token in."""
    return keyed_digest(use, secret)


def _grouped(letters: str) -> str:
    return "-".join(letters[start : start + GROUP_LETTERS] for start in range(0, len(letters), GROUP_LETTERS))


def _digest(domain: str, secret: str) -> str:
    return sha256(length_prefixed(domain.encode(), secret.encode()))
