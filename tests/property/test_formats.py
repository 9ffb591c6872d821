"""Laws of the frozen formats, against the same formats written by hand."""

from hypothesis import given
from hypothesis import strategies as st

from jikim.sealing import formats, kids
from jikim.sealing.formats import Header
from jikim.sealing.keyring import Binding
from jikim.sealing.primitives import NONCE_BYTES, Key, Share, length_prefixed
from tests.support import by_hand

SECRETS = st.binary(min_size=32, max_size=32)
KIDS = st.integers(0, kids.MAX_KID)
U64 = st.integers(0, 2**64 - 1)
TEXT = st.text(max_size=20)
BINDINGS = st.builds(Binding, st.sampled_from(sorted(formats.STORES)), st.uuids(), st.uuids(), TEXT, TEXT)


def place(binding: Binding) -> tuple[bytes, ...]:
    names = binding.item.encode(), binding.facet.encode()
    return binding.store.encode(), binding.record_id.bytes, binding.value_id.bytes, *names


@given(secret=SECRETS, kid=KIDS, version=st.integers(0, 2**32 - 1), binding=BINDINGS, words=st.binary(max_size=300))
def test_an_envelope_is_the_one_written_by_hand(
    secret: bytes, kid: int, version: int, binding: Binding, words: bytes
) -> None:
    envelope = formats.seal_envelope(Key(secret), Header(kid, version), binding, words)
    nonce = envelope[formats.HEADER_BYTES :][:NONCE_BYTES]
    assert envelope == by_hand.envelope(secret, nonce, kid, version, place(binding), words)
    assert formats.open_envelope(Key(secret), kid, binding, envelope) == words


@given(secret=SECRETS, node=U64, birth=U64, children=st.dictionaries(st.integers(0, 255), SECRETS, max_size=20))
def test_a_node_is_the_one_written_by_hand(secret: bytes, node: int, birth: int, children: dict[int, bytes]) -> None:
    blob = formats.seal_node(Key(secret), node, birth, {slot: Key(child) for slot, child in children.items()})
    assert blob == by_hand.node(secret, blob[1 : 1 + NONCE_BYTES], node, birth, children)
    opened = formats.open_node(Key(secret), node, birth, blob)
    assert {slot: child.reveal() for slot, child in opened.items()} == children


@given(
    secrets=st.tuples(SECRETS, SECRETS),
    births=st.tuples(U64, U64),
    node=U64,
    children=st.dictionaries(st.integers(0, 255), SECRETS, max_size=20),
    cut=st.sets(st.integers(0, 255), max_size=20),
    more=st.data(),
)
def test_a_node_that_is_cut_is_the_one_written_by_hand_without_what_was_cut(
    secrets: tuple[bytes, bytes],
    births: tuple[int, int],
    node: int,
    children: dict[int, bytes],
    cut: set[int],
    more: st.DataObject,
) -> None:
    cut |= more.draw(st.sets(st.sampled_from(sorted(children)))) if children else set()
    (old, new), (born, reborn) = secrets, births
    blob = by_hand.node(old, bytes(NONCE_BYTES), node, born, children)
    made, taken = formats.cut_node((Key(old), born), (Key(new), reborn), node, blob, cut)
    left = {slot: child for slot, child in children.items() if slot not in cut}
    assert made == by_hand.node(new, made[1 : 1 + NONCE_BYTES], node, reborn, left)
    assert {slot: key.reveal() for slot, key in taken.items()} == {
        slot: child for slot, child in children.items() if slot in cut
    }


@given(epoch=U64, share=SECRETS)
def test_a_slot_is_the_one_written_by_hand(epoch: int, share: bytes) -> None:
    data = formats.write_slot(epoch, Share(share))
    assert data == by_hand.slot(epoch, share)
    slot = formats.read_slot(data)
    assert (slot.epoch, slot.share.reveal()) == (epoch, share)


@given(epoch=U64, shares=st.lists(SECRETS, min_size=1, max_size=4))
def test_a_root_key_is_the_one_derived_by_hand(epoch: int, shares: list[bytes]) -> None:
    root = formats.root_key(epoch, [Share(share) for share in shares])
    assert root.reveal() == by_hand.hkdf(b"".join(shares), b"jikim/root/1", epoch.to_bytes(8, "big"))


@given(one=st.lists(st.binary(max_size=8), max_size=4), other=st.lists(st.binary(max_size=8), max_size=4))
def test_two_lists_of_parts_never_give_the_same_bytes(one: list[bytes], other: list[bytes]) -> None:
    assert (length_prefixed(*one) == length_prefixed(*other)) == (one == other)


@given(kid=KIDS)
def test_every_kid_has_a_way_of_its_own(kid: int) -> None:
    assert int.from_bytes(kids.path(kid), "big") == kid
    assert kids.kid_of(kids.cohort_of(kid), kid & kids.MAX_LEAF) == kid
    above = kids.nodes_above(kid)
    assert len(set(above)) == 5
    assert above[3] == kids.node_id(kids.COHORT, kids.cohort_of(kid))
