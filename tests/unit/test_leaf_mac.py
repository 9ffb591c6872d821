"""The proof of who told a journal entry, as docs/formats.md writes it; nothing that it covers can be another."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from jikim.domain import journal
from jikim.domain.journal import Role
from jikim.sealing.keyd.values import leaf_key, leaf_mac
from jikim.sealing.primitives import MacKey
from tests.support.journals import erased
from tests.support.vectors import vectors

KNOWN = vectors("formats")
LEAF = KNOWN["leaf"]
SECRET = MacKey(bytes.fromhex(KNOWN["key"]))
ENTRY = journal.read(LEAF["entry"].encode())
TOLD: dict[str, Any] = {
    "database": LEAF["database"],
    "role": Role(LEAF["role"]),
    "nonce": UUID(LEAF["nonce"]),
    "leaf": ENTRY,
}
OTHERS: dict[str, Any] = {
    "database": "separate",
    "role": Role.DESK,
    "nonce": UUID(int=1),
    "leaf": replace(ENTRY, body=erased(7).body),
}


def test_the_proof_of_an_entry_is_as_written() -> None:
    key = leaf_key(SECRET, Role(LEAF["role"]))
    assert key.reveal().hex() == LEAF["leaf-key"]
    assert leaf_mac(key, **TOLD).hex() == LEAF["mac"]


@pytest.mark.parametrize("part", OTHERS)
def test_a_proof_is_of_one_entry_told_once_by_one_role_in_one_database(part: str) -> None:
    key = leaf_key(SECRET, Role(LEAF["role"]))
    assert leaf_mac(key, **{**TOLD, part: OTHERS[part]}).hex() != LEAF["mac"]
