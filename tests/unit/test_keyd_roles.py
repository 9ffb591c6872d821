"""Each role makes its own calls, on its own stores, and no other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jikim.domain.errors import Misused
from jikim.domain.journal import Role
from jikim.sealing.errors import GrantRefused, NotYourCall, WrongBinding
from jikim.sealing.keyd import roles
from jikim.sealing.keyd.client import Client
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import LocalChannel, local
from jikim.sealing.keyd.values import Move, Pair
from jikim.sealing.keyd.wire import Frame, decode, encode
from jikim.sealing.keyring import Binding, Sealed, SealRequest
from tests.support.daemon import CODE, ROLES, new_value, open_house, place_of

P, D, W, M, C = "public", "desk", "worker", "mail", "custodian"
ALL = {P, D, W, M, C}
CALLERS = {
    "found": {P, D},
    "grant": {P},
    "link": {M},
    "grant_by_link": {P},
    "granted": {P},
    "daily_key": {P},
    "seal": {P, D},
    "open_sealed": {P, D, M, C},
    "open_all": {P, D, M, C},
    "reseal": {P, D, W},
    "agree": {W},
    "fits": ALL,
    "destroy": {W},
    "ask": {W},
    "states": ALL,
    "certificates": {W},
    "hello": ALL,
    "submit": {W},
    "newest_told": ALL,
    "restored": {W},
    "checkpoint": ALL,
    "leaf": ALL,
    "proof": ALL,
    "verify_journal": {W},
    "check_older": ALL,
    "handed_out": {W},
    "ask_passkey": {D},
    "approve": {D},
    "approvals": {D, W},
    "passkeys": {D, W},
    "enroll_passkey": {D},
    "vouch": {D},
    "retire_passkeys": {D},
}
DAY = date(2031, 11, 23)


@pytest.fixture
def house(ram_path: Path) -> Iterator[House]:
    one = open_house(ram_path)
    yield one
    one.close()


@pytest.fixture
def everywhere(house: House) -> dict[str, tuple[Binding, Sealed]]:
    """Return a value in each store."""
    keyring, value = local(house), new_value()
    founded = keyring.found(CODE, [value])
    live = place_of(founded, value)
    separate, mail = (Binding(s, live.record_id, live.value_id, live.item, live.facet) for s in ("separate", "mail"))
    (set_aside,) = keyring.reseal([Move(founded.sealed[0], live, separate, "contract-5y", DAY)])
    (addressed,) = keyring.reseal([Move(founded.sealed[0], live, mail, "", DAY)])
    return {"live": (live, founded.sealed[0]), "separate": (separate, set_aside), "mail": (mail, addressed)}


def client(house: House, role: str) -> Client:
    return Client(LocalChannel(house, Role(role)), Role(role))


def answer(house: House, role: Role, call: str) -> object:
    """Return the error that a frame without sense meets."""
    found = house.service.handle(role, encode(Frame({"id": "1", "call": call, "ask": "nonsense"})))
    return decode(found).head.get("error") if isinstance(found, bytes) else None


def test_the_table_names_every_call_that_is_answered(house: House) -> None:
    assert set(house.service._calls) == set(CALLERS) | (set(house.service._calls) & {"enroll", "reconcile", "find"})
    assert {call: set(callers) for call, callers in roles.CALLERS.items() if call in CALLERS} == CALLERS


@pytest.mark.parametrize("role", [*ROLES, Role.KEYD])
@pytest.mark.parametrize("call", CALLERS)
def test_a_role_makes_its_own_calls_and_no_other(house: House, call: str, role: Role) -> None:
    assert (answer(house, role, call) != "NotYourCall") == (role in CALLERS[call])


@pytest.mark.parametrize("role", [*ROLES, Role.KEYD])
@pytest.mark.parametrize("call", ["", "Seal", "__init__", "handle", "seal ", 5, None, ["seal"]])
def test_what_is_no_call_is_refused(house: House, call: object, role: Role) -> None:
    found = house.service.handle(role, encode(Frame({"id": "1", "call": call, "ask": None})))
    assert isinstance(found, bytes)
    assert decode(found).head["error"] == "FrameRefused"


@pytest.mark.parametrize(
    ("role", "opens"), [(P, set()), (D, {"live"}), (W, set()), (M, {"mail"}), (C, {"separate"})]
)  # public opens live values too, with a grant: see below
def test_a_role_opens_what_was_sealed_for_it(
    house: House, everywhere: dict[str, tuple[Binding, Sealed]], role: str, opens: set[str]
) -> None:
    opened = set()
    for store, place in everywhere.items():
        try:
            assert client(house, role).open_sealed(*place) == b"kim@example.kr"
            assert client(house, role).open_all([place]) == (b"kim@example.kr",)
            opened.add(store)
        except (NotYourCall, GrantRefused):
            continue
    assert opened == opens


@pytest.mark.parametrize(
    ("role", "asks"), [(P, {"live"}), (D, {"live"}), (W, {"live", "separate"}), (M, {"mail"}), (C, {"separate"})]
)
def test_a_role_asks_whether_its_own_values_fit(
    house: House, everywhere: dict[str, tuple[Binding, Sealed]], role: str, asks: set[str]
) -> None:
    for store, (place, sealed) in everywhere.items():
        if store in asks:
            assert client(house, role).fits(place, sealed)
            assert not client(house, role).fits(place, Sealed(sealed.kid, sealed.envelope + b"?"))
        else:
            with pytest.raises(NotYourCall):
                client(house, role).fits(place, sealed)


@pytest.mark.parametrize("old", ["live", "separate", "mail"])
@pytest.mark.parametrize("new", ["live", "separate", "mail", "index", "nowhere"])
@pytest.mark.parametrize("role", [P, D, W])
def test_values_move_from_live_to_where_the_role_moves_them(
    house: House, everywhere: dict[str, tuple[Binding, Sealed]], role: str, old: str, new: str
) -> None:
    place, sealed = everywhere[old]
    there = Binding(new, place.record_id, place.value_id, place.item, place.facet)
    move = Move(sealed, place, there, "", DAY)
    if (role, old, new) in {(W, "live", "separate"), (D, "live", "mail")}:
        assert client(house, role).reseal([move])[0].kid != sealed.kid
    elif (role, old, new) == (P, "live", "mail"):
        with pytest.raises(GrantRefused):
            client(house, role).reseal([move])
    else:
        with pytest.raises(NotYourCall):
            client(house, role).reseal([move])


@pytest.mark.parametrize("role", [P, D])
def test_an_address_is_sealed_for_its_letter_where_the_record_is_founded(house: House, role: str) -> None:
    letter = uuid4()
    words, address = new_value("content", b"words"), replace(new_value(), letter=letter)
    founded = client(house, role).found(CODE, [words, address])
    assert founded.letter is not None
    there = Binding("mail", founded.record_id, letter, address.item, address.facet)
    assert client(house, M).open_sealed(there, founded.letter) == address.plaintext
    assert not client(house, M).fits(replace(there, value_id=address.value_id), founded.letter)
    for other in (P, D):
        with pytest.raises(NotYourCall):
            client(house, other).open_sealed(there, founded.letter, grant=founded.grant)
    own = [(place_of(founded, value), sealed) for value, sealed in zip([words, address], founded.sealed, strict=True)]
    assert client(house, D).open_all(own) == (b"words", address.plaintext)


def test_the_public_side_has_an_address_sealed_for_a_letter_only_with_the_persons_own_grant(house: House) -> None:
    address = new_value()
    own, other = (client(house, P).found(CODE, [address]) for _ in range(2))
    here, letter = place_of(own, address), uuid4()
    there = Binding("mail", own.record_id, letter, address.item, address.facet)
    move = Move(own.sealed[0], here, there, "", DAY)
    for grant in ("", other.grant):
        with pytest.raises(GrantRefused):
            client(house, P).reseal([move], grant=grant)
    (sealed,) = client(house, P).reseal([move], grant=own.grant)
    assert client(house, M).open_sealed(there, sealed) == address.plaintext
    with pytest.raises(NotYourCall):
        client(house, P).open_sealed(there, sealed, grant=own.grant)


def test_a_record_is_founded_with_one_letter_at_most(house: House) -> None:
    assert client(house, P).found(CODE, [new_value()]).letter is None
    with pytest.raises(Misused, match="2 letters"):
        client(house, P).found(CODE, [replace(new_value(), letter=uuid4()) for _ in range(2)])


def test_an_address_behind_many_long_words_still_has_its_letter(house: House) -> None:
    values = [*(new_value("content", bytes(50_000)) for _ in range(4)), replace(new_value(), letter=uuid4())]
    founded = client(house, P).found(CODE, values)
    assert founded.letter is not None
    places = [(place_of(founded, value), sealed) for value, sealed in zip(values, founded.sealed, strict=True)]
    assert client(house, D).open_all(places) == tuple(value.plaintext for value in values)


@pytest.mark.parametrize("store", ["separate", "mail", "index", "nowhere"])
@pytest.mark.parametrize("role", [P, D])
def test_new_values_are_sealed_for_the_live_store_alone(house: House, role: str, store: str) -> None:
    with pytest.raises(NotYourCall):
        client(house, role).seal([SealRequest(Binding(store, uuid4(), uuid4(), "email", "value"), b"words")])


def test_a_value_stays_shut_in_another_store_than_its_own(
    house: House, everywhere: dict[str, tuple[Binding, Sealed]]
) -> None:
    (live, sealed), (separate, _) = everywhere["live"], everywhere["separate"]
    with pytest.raises(WrongBinding):
        client(house, C).open_sealed(separate, sealed)
    with pytest.raises(WrongBinding):
        client(house, D).open_sealed(live, everywhere["separate"][1])


def test_a_moved_value_keeps_its_record_item_and_facet(
    house: House, everywhere: dict[str, tuple[Binding, Sealed]]
) -> None:
    place, sealed = everywhere["live"]
    for other in (
        Binding("separate", UUID(int=1), place.value_id, place.item, place.facet),
        Binding("separate", place.record_id, place.value_id, "phone", place.facet),
        Binding("separate", place.record_id, place.value_id, place.item, "name"),
    ):
        with pytest.raises(WrongBinding, match="as another value"):
            client(house, W).reseal([Move(sealed, place, other, "", DAY)])


def test_the_worker_compares_only_what_it_moves(house: House, everywhere: dict[str, tuple[Binding, Sealed]]) -> None:
    (live, one), (separate, other), (mail, third) = everywhere.values()
    assert client(house, W).agree([Pair(one, live, other, separate)]) == (True,)
    with pytest.raises(NotYourCall):
        client(house, W).agree([Pair(one, live, third, mail)])
