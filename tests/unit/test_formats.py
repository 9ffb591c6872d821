"""The bytes are those of docs/formats.md, in both directions, and bytes that are not stay shut."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from jikim.sealing import formats, kids, primitives
from jikim.sealing.errors import UnknownFormat, WrongBinding
from jikim.sealing.formats import Header, SlotBlank, SlotTorn
from jikim.sealing.index_page import of_page, of_tag, page_number, read_page, tag_of, write_page
from jikim.sealing.keyring import Binding
from jikim.sealing.primitives import DoesNotOpen, Framed, Key, MacKey, Share
from tests.support.vectors import vectors

KNOWN = vectors("formats")
SECRET, NONCE = bytes.fromhex(KNOWN["key"]), bytes.fromhex(KNOWN["nonce"])
KID: int = KNOWN["numbers"]["kid"]
HERE = Binding("live", UUID(int=1), UUID(int=2), "email", "value")


@pytest.fixture(autouse=True)
def known_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "urandom", lambda size: NONCE[:size] if size == len(NONCE) else SECRET)


def key() -> Key:
    return Key(SECRET)


def hexed(words: bytes | bytearray) -> str:
    return words.hex()


# --- numbers -----------------------------------------------------------------------------------------------------


def test_a_kid_is_the_way_through_the_tree() -> None:
    known = KNOWN["numbers"]
    assert kids.kid_of(known["cohort"], known["leaf"]) == KID
    assert kids.cohort_of(KID) == known["cohort"]
    assert kids.path(KID).hex() == known["path"]
    assert list(kids.nodes_above(KID)) == known["nodes"]
    assert kids.nodes_above(kids.MAX_KID)[-1] == kids.node_id(kids.BUCKET, 2**32 - 1)


@pytest.mark.parametrize(
    "misuse",
    [
        lambda: kids.kid_of(1 << 24, 0),
        lambda: kids.kid_of(0, 1 << 16),
        lambda: kids.kid_of(-1, 0),
        lambda: kids.path(1 << 40),
        lambda: kids.node_id(5, 0),
        lambda: kids.node_id(4, 1),
        lambda: kids.u64(1 << 64),
        lambda: kids.u64(-1),
        lambda: formats.seal_node(key(), 0, 0, {256: key()}),
        lambda: formats.seal_envelope(key(), Header(KID, 1 << 32), HERE, b""),
        lambda: formats.seal_envelope(key(), Header(KID, 1), replace(HERE, store="sep"), b""),
        lambda: formats.item_commitment(bytes(15), 0, bytes(32), bytes(32)),
        lambda: formats.item_commitment(bytes(16), 0, bytes(64), bytes(32)),
        lambda: formats.root_key(1, []),
        lambda: write_page([(bytes(15), UUID(int=1))]),
    ],
)
def test_numbers_and_names_out_of_range_are_refused(misuse: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"^a |^no "):
        misuse()


@pytest.mark.parametrize("number", [True, 1.0, "1", b"SECRET", None])
def test_what_is_no_number_is_refused_and_not_shown(number: Any) -> None:
    with pytest.raises(TypeError) as told:
        kids.u64(number)
    assert "SECRET" not in str(told.value)


# --- nodes -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["node", "empty-node"])
def test_a_node_is_built_and_read_as_written(name: str) -> None:
    known = KNOWN[name]
    children = {int(slot): Key(bytes.fromhex(child)) for slot, child in reversed(known["children"].items())}
    blob = formats.seal_node(key(), known["id"], known["birth"], children)
    assert hexed(blob) == known["blob"]
    opened = formats.open_node(key(), known["id"], known["birth"], blob)
    assert {str(slot): child.reveal().hex() for slot, child in opened.items()} == known["children"]
    for slot in range(256):
        child = formats.open_child(key(), known["id"], known["birth"], blob, slot)
        assert (child.reveal().hex() if child else None) == known["children"].get(str(slot))


def test_a_full_node_keeps_every_child_apart() -> None:
    children = {slot: Key(bytes([slot]) * 32) for slot in range(256)}
    opened = formats.open_node(key(), 1, 2, formats.seal_node(key(), 1, 2, children))
    assert all(opened[slot].reveal() == bytes([slot]) * 32 for slot in range(256))


@pytest.mark.parametrize(("node", "birth"), [(KNOWN["node"]["id"] + 1, 811), (KNOWN["node"]["id"], 812)])
def test_a_node_opens_at_its_own_place_and_birth_only(node: int, birth: int) -> None:
    with pytest.raises(DoesNotOpen):
        formats.open_node(key(), node, birth, bytes.fromhex(KNOWN["node"]["blob"]))


@pytest.mark.parametrize(
    "words",
    [b"\x00", b"\x00" * 32, b"\x00" * 66, b"\x01" + bytes(32) + b"\x00" + bytes(32), bytes(34)],
    ids=["one byte", "too short", "a slot twice", "descending", "too long"],
)
def test_children_that_no_node_has_do_not_come_out(words: bytes) -> None:
    aad = primitives.length_prefixed(formats.NODE, b"\x01", kids.u64(5), kids.u64(6))
    blob = b"\x01" + primitives.encrypt(key(), words, aad)
    with pytest.raises(DoesNotOpen):
        formats.open_node(key(), 5, 6, blob)
    with pytest.raises(DoesNotOpen):
        formats.open_child(key(), 5, 6, blob, 0)


@pytest.mark.parametrize("first", [b"", b"\x00", b"\x02"])
def test_a_node_of_another_cipher_is_named_as_such(first: bytes) -> None:
    with pytest.raises(UnknownFormat):
        formats.open_node(key(), 5, 6, first)


# --- envelopes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", KNOWN["envelopes"]["cases"], ids=lambda known: known["store"])
def test_an_envelope_is_built_and_read_as_written(known: dict[str, str]) -> None:
    record, value = UUID(known["record"]), UUID(known["value"])
    binding = Binding(known["store"], record, value, known["item"], known["facet"])
    words = bytes.fromhex(known["plaintext"])
    envelope = formats.seal_envelope(key(), Header(KID, 3), binding, words)
    assert hexed(envelope) == known["envelope"]
    assert formats.read_header(envelope) == Header(KID, 3)
    assert formats.open_envelope(key(), KID, binding, envelope) == words


MOVED: dict[str, Any] = {
    "store": "separate",
    "record_id": UUID(int=9),
    "value_id": UUID(int=9),
    "item": "phone",
    "facet": "name",
}


@pytest.mark.parametrize("part", MOVED)
def test_an_envelope_opens_in_its_own_place_only(part: str) -> None:
    envelope = formats.seal_envelope(key(), Header(KID, 1), HERE, b"words")
    with pytest.raises(WrongBinding):
        formats.open_envelope(key(), KID, replace(HERE, **{part: MOVED[part]}), envelope)


def test_an_envelope_opens_under_its_own_kid_and_key_only() -> None:
    envelope = formats.seal_envelope(key(), Header(KID, 1), HERE, b"words")
    for secret, kid in ((key(), KID + 1), (Key(bytes(32)), KID)):
        with pytest.raises(WrongBinding):
            formats.open_envelope(secret, kid, HERE, envelope)


def test_an_envelope_altered_in_any_byte_or_cut_anywhere_stays_shut() -> None:
    envelope = formats.seal_envelope(key(), Header(KID, 1), HERE, b"words")
    altered = [envelope[:at] + bytes([envelope[at] ^ 1]) + envelope[at + 1 :] for at in range(len(envelope))]
    for bad in (*altered, *(envelope[:length] for length in range(len(envelope))), envelope + b"\x00"):
        with pytest.raises((WrongBinding, UnknownFormat)):
            formats.open_envelope(key(), KID, HERE, bad)


def test_a_value_of_one_length_looks_like_its_neighbours() -> None:
    lengths = {len(formats.seal_envelope(key(), Header(KID, 1), HERE, b"x" * size)) for size in range(64)}
    assert lengths == {44 + 64}


def test_a_node_is_no_envelope_although_the_key_is_the_same() -> None:
    blob = bytes.fromhex(KNOWN["node"]["blob"])
    header = formats.seal_envelope(key(), Header(KID, 1), HERE, b"")[: formats.HEADER_BYTES]
    with pytest.raises(WrongBinding):
        formats.open_envelope(key(), KID, HERE, header + blob[1:])


# --- roots and commitments ---------------------------------------------------------------------------------------


def test_a_slot_is_built_and_read_as_written() -> None:
    known = KNOWN["slot"]
    data = formats.write_slot(known["epoch"], Share(bytes.fromhex(known["share"])))
    assert (len(data), data[:80].hex()) == (4096, known["first-80-bytes"])
    assert hashlib.sha256(data).hexdigest() == known["sha256"]
    slot = formats.read_slot(data)
    assert (slot.epoch, slot.share.reveal().hex()) == (known["epoch"], known["share"])
    assert formats.slot_number(known["epoch"]) == known["number"]
    assert formats.slot_number(known["epoch"] + 1) != formats.slot_number(known["epoch"])


def test_a_slot_torn_at_any_sector_or_altered_in_any_byte_holds_no_share() -> None:
    data = formats.write_slot(812, Share(SECRET))
    noise = hashlib.shake_256(b"noise").digest(4096)
    torn = [data[:at] + noise[at:] for at in range(512, 4096, 512)]
    altered = [data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :] for at in range(8, 4096)]
    for bad in (*torn, *altered, data[:-1], data + b"\x00", data[:8]):
        with pytest.raises(SlotTorn):
            formats.read_slot(bad)


@pytest.mark.parametrize("data", [b"", bytes(4096), b"\xff" * 4096, b"JKROOT02" + bytes(4088)])
def test_an_empty_or_effaced_slot_is_blank(data: bytes) -> None:
    with pytest.raises(SlotBlank):
        formats.read_slot(data)


def test_the_root_key_takes_one_share_of_each_group_in_order() -> None:
    known = KNOWN["root"]
    one, two = (Share(bytes.fromhex(share)) for share in known["shares"])
    assert hexed(formats.root_key(known["epoch"], [one]).reveal()) == known["one-group"]
    assert hexed(formats.root_key(known["epoch"], [one, two]).reveal()) == known["two-groups"]
    others = (formats.root_key(known["epoch"], [two, one]), formats.root_key(known["epoch"] + 2, [one, two]))
    assert all(hexed(other.reveal()) != known["two-groups"] for other in others)


def test_commitments_are_as_written() -> None:
    root, item, request = KNOWN["root"], KNOWN["item"], KNOWN["request"]
    assert formats.root_commitment(Key(bytes.fromhex(root["one-group"]))).hex() == root["commitment"]
    assert formats.key_commitment(key()).hex() == item["key-commitment"]
    salt, kc, envelope = (bytes.fromhex(item[name]) for name in ("salt", "key-commitment", "envelope-sha256"))
    assert formats.item_commitment(salt, item["kid"], kc, envelope).hex() == item["commitment"]
    assert formats.request_digest(UUID(request["request"])).hex() == request["digest"]


# --- index -------------------------------------------------------------------------------------------------------


def test_the_index_is_as_written() -> None:
    known = KNOWN["index"]
    tag = tag_of(MacKey(SECRET), known["kind"], known["value"])
    assert tag.hex() == known["tag"]
    assert {pages: page_number(tag, int(pages)) for pages in known["numbers"]} == known["numbers"]
    entries = ((bytes(16), UUID(int=1)), (tag, UUID(int=2)))
    assert write_page(reversed(entries)).hex() == known["page"]
    assert read_page(bytes.fromhex(known["page"])) == entries
    with pytest.raises(DoesNotOpen):
        read_page(bytes(33))


def test_pages_and_tags_are_sealed_as_written() -> None:
    known = KNOWN["index"]
    page = formats.seal_envelope(key(), Header(KID, 3), of_page(7), bytes.fromhex(known["page"]))
    tag = formats.seal_envelope(key(), Header(KID, 0), of_tag(UUID(int=2), KID), bytes.fromhex(known["tag"]))
    assert (hexed(page), hexed(tag)) == (known["sealed-page"], known["sealed-tag"])


def test_the_tag_of_one_kind_is_not_the_tag_of_another() -> None:
    assert tag_of(MacKey(SECRET), "email", "a") != tag_of(MacKey(SECRET), "phone", "a")
    assert tag_of(MacKey(SECRET), "ab", "c") != tag_of(MacKey(SECRET), "a", "bc")


# --- names -------------------------------------------------------------------------------------------------------


def test_every_name_is_its_own_and_none_begins_another() -> None:
    names = [value for value in vars(formats).values() if isinstance(value, bytes) and value.startswith(b"jikim/")]
    assert len(names) == len(set(names)) == 12
    assert not any(one != other and other.startswith(one) for one in names for other in names)
    assert primitives.length_prefixed(*names) != Framed(b"".join(names))
