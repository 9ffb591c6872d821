"""The key daemon gives each person their own record, seals and destroys what it is told to, and never says too much."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jikim import clock
from jikim.domain.checkpoint import NotACheckpoint
from jikim.domain.errors import Misused
from jikim.domain.journal import Leaf, NotYourLeaf, Role
from jikim.domain.leaf import DestroyReason
from jikim.sealing.certificate import FORMAT
from jikim.sealing.errors import (
    AnotherDaemon,
    EvidenceMissing,
    GrantRefused,
    KeyDestroyed,
    KeyringIncomplete,
    KeyringUnavailable,
    KeyUnknown,
    RootForeign,
    RootMissing,
    StillWaiting,
    TooManyOpens,
    WrongBinding,
)
from jikim.sealing.file_store import DirectoryStore
from jikim.sealing.files import FileCard, open_file, seal_file
from jikim.sealing.journal.errors import JournalAltered
from jikim.sealing.keyd.client import MOST_VALUE
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.later import Deferred
from jikim.sealing.keyd.local import local
from jikim.sealing.keyd.schedule import RETRY_SECONDS
from jikim.sealing.keyd.together import Together
from jikim.sealing.keyd.values import Move, NewValue, Pair, SignedLeaf, gate_of, leaf_mac
from jikim.sealing.keyring import Binding, KeyState, Sealed, SealRequest
from jikim.sealing.slots import SlotFile
from jikim.sealing.tree.errors import KeyRetired, RequestChanged
from tests.support.daemon import CODE, ROLES, blueprint, destruction, new_value, open_house, place_of
from tests.support.leaves import EXAMPLES

HOUR = datetime(2026, 10, 5, 14, tzinfo=UTC)
DAY = date(2031, 11, 23)


@pytest.fixture
def house(ram_path: Path) -> Iterator[House]:
    one = open_house(ram_path)
    yield one
    one.close()


@pytest.fixture
def keyring(house: House) -> Together:
    return local(house)


def later(monkeypatch: pytest.MonkeyPatch, **passed: int) -> None:
    now = clock.wall_now() + timedelta(**passed)
    monkeypatch.setattr(clock, "wall_now", lambda: now)


# --- records and grants ------------------------------------------------------------------------------------------


def test_whoever_writes_reads_what_they_wrote(keyring: Together) -> None:
    values = [new_value(), new_value("content", "안녕하세요".encode()), new_value("files", b"card.pdf", "name")]
    founded = keyring.found(CODE, values)
    places = [(place_of(founded, one), sealed) for one, sealed in zip(values, founded.sealed, strict=True)]
    assert keyring.open_all(places, grant=founded.grant) == tuple(one.plaintext for one in values)
    assert len({founded.gate.kid, *(one.kid for one in founded.sealed)}) == 4


def test_the_receipt_code_opens_its_record(keyring: Together) -> None:
    value = new_value()
    founded = keyring.found(CODE, [value])
    grant = keyring.grant(founded.record_id, founded.gate, CODE)
    assert keyring.open_sealed(place_of(founded, value), founded.sealed[0], grant=grant) == value.plaintext
    more = SealRequest(Binding("live", founded.record_id, uuid4(), "content", "value"), b"more")
    assert keyring.open_sealed(more.binding, keyring.seal([more], grant=grant)[0], grant=grant) == b"more"


def test_another_code_opens_nothing(keyring: Together) -> None:
    founded = keyring.found(CODE, [])
    for digest in ("", CODE[:-1], "00" * 32, CODE + "0", CODE.upper()):
        with pytest.raises(GrantRefused, match="receipt code"):
            keyring.grant(founded.record_id, founded.gate, digest)


def test_a_gate_opens_its_own_record_alone(keyring: Together) -> None:
    mine, theirs = keyring.found(CODE, []), keyring.found("00" * 32, [])
    value = SealRequest(Binding("live", mine.record_id, mine.record_id, "receipt", "value"), b"00" * 32)
    (forged,) = keyring.seal([value], grant=mine.grant)
    for record_id, gate in (
        (theirs.record_id, mine.gate),
        (mine.record_id, forged),
        (mine.record_id, Sealed(mine.gate.kid, b"")),
    ):
        with pytest.raises(GrantRefused):
            keyring.grant(record_id, gate, CODE)


@pytest.mark.parametrize("role", [Role.PUBLIC, Role.DESK])
def test_nobody_makes_a_gate_but_the_key_daemon(keyring: Together, role: Role) -> None:
    founded = keyring.found(CODE, [])
    for facet in ("gate", "", "Gate", "gate "):
        place = Binding("live", founded.record_id, founded.record_id, "receipt", facet)
        with pytest.raises(Misused, match="facet"):
            keyring.as_role(role).seal([SealRequest(place, b"00" * 32)], grant=founded.grant)
        with pytest.raises(Misused, match="facet"):
            keyring.as_role(role).found(CODE, [NewValue(uuid4(), "receipt", facet, b"00" * 32)])
    with pytest.raises(Misused, match="gate is never opened"):
        keyring.as_role(role).open_sealed(gate_of(founded.record_id), founded.gate, grant=founded.grant)
    move = Move(founded.gate, gate_of(founded.record_id), Binding("mail", *_rest(founded.record_id)), "", DAY)
    with pytest.raises(WrongBinding):
        keyring.as_role(role).reseal([move], grant=founded.grant)


def _rest(record_id: UUID) -> tuple[UUID, UUID, str, str]:
    return record_id, record_id, "receipt", "gate"


def test_a_grant_is_for_its_records_alone(keyring: Together) -> None:
    value = new_value()
    mine, theirs = keyring.found(CODE, [value]), keyring.found(CODE, [value])
    public = keyring.as_role(Role.PUBLIC)
    with pytest.raises(GrantRefused, match="another record"):
        public.open_sealed(place_of(theirs, value), theirs.sealed[0], grant=mine.grant)
    with pytest.raises(GrantRefused, match="another record"):
        public.open_all([(place_of(one, value), one.sealed[0]) for one in (mine, theirs)], grant=mine.grant)
    with pytest.raises(GrantRefused, match="another record"):
        public.seal([SealRequest(place_of(theirs, value), b"x")], grant=mine.grant)


def test_a_grant_ends_after_half_an_hour(keyring: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    value = new_value()
    founded = keyring.found(CODE, [value])
    place = place_of(founded, value), founded.sealed[0]
    later(monkeypatch, minutes=29)
    assert keyring.open_sealed(*place, grant=founded.grant) == value.plaintext
    later(monkeypatch, minutes=1)
    with pytest.raises(GrantRefused, match="run out"):
        keyring.open_sealed(*place, grant=founded.grant)


def test_a_clock_that_was_set_back_makes_no_grant_longer(keyring: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    value = new_value()
    founded = keyring.found(CODE, [value])
    later(monkeypatch, hours=-2)
    with pytest.raises(GrantRefused, match="run out"):
        keyring.open_sealed(place_of(founded, value), founded.sealed[0], grant=founded.grant)


def test_a_grant_that_nobody_gave_is_refused(keyring: Together) -> None:
    value = new_value()
    founded = keyring.found(CODE, [value])
    good = founded.grant
    for forged in ("", "x", good[:-2], good[:-2] + "AA", good + "=", good.swapcase(), "é", good + good, " " + good):
        with pytest.raises(GrantRefused, match="none of ours"):
            keyring.as_role(Role.PUBLIC).open_sealed(place_of(founded, value), founded.sealed[0], grant=forged)


def test_a_link_becomes_a_grant_and_is_none_itself(keyring: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    value = new_value()
    founded = keyring.found(CODE, [value])
    place = place_of(founded, value), founded.sealed[0]
    link = keyring.link(founded.record_id, founded.gate)
    with pytest.raises(GrantRefused, match="another use"):
        keyring.open_sealed(*place, grant=link)
    with pytest.raises(GrantRefused, match="another use"):
        keyring.grant_by_link(founded.grant)
    assert keyring.open_sealed(*place, grant=keyring.grant_by_link(link)) == value.plaintext
    later(monkeypatch, hours=24)
    with pytest.raises(GrantRefused, match="run out"):
        keyring.grant_by_link(link)


def test_a_link_is_for_a_record_that_is_there(keyring: Together) -> None:
    founded = keyring.found(CODE, [])
    with pytest.raises(GrantRefused):
        keyring.link(uuid4(), founded.gate)
    with pytest.raises(KeyUnknown):
        keyring.link(founded.record_id, Sealed(2**40, founded.gate.envelope))


# --- values ------------------------------------------------------------------------------------------------------


def test_a_batch_of_any_size_comes_back_in_its_order(keyring: Together) -> None:
    requests = [
        SealRequest(Binding("live", uuid4(), uuid4(), "content", "value"), str(number).encode() * (number % 40 * 50))
        for number in range(300)
    ]
    sealed = keyring.seal(requests)
    opened = keyring.open_all([(one.binding, two) for one, two in zip(requests, sealed, strict=True)])
    assert opened == tuple(request.plaintext for request in requests)
    assert len({one.kid for one in sealed}) == 300


def test_a_record_with_more_than_a_frame_holds_is_founded_whole(keyring: Together) -> None:
    values = [new_value("content", bytes([number]) * 30_000) for number in range(10)]
    founded = keyring.found(CODE, values)
    places = [(place_of(founded, one), sealed) for one, sealed in zip(values, founded.sealed, strict=True)]
    assert keyring.open_all(places, grant=founded.grant) == tuple(one.plaintext for one in values)


def test_the_largest_value_fits_and_a_larger_one_is_refused(keyring: Together) -> None:
    place = Binding("live", uuid4(), uuid4(), "content", "value")
    (sealed,) = keyring.seal([SealRequest(place, b"x" * MOST_VALUE)])
    assert keyring.open_sealed(place, sealed) == b"x" * MOST_VALUE
    with pytest.raises(Misused, match="keep more as a file"):
        keyring.seal([SealRequest(place, b"x" * (MOST_VALUE + 1))])


def test_nothing_is_sealed_of_nothing(keyring: Together) -> None:
    assert (keyring.seal([]), keyring.open_all([]), keyring.reseal([]), keyring.states([])) == ((), (), (), {})


def test_a_role_opens_so_many_values_an_hour(ram_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = open_house(ram_path, opens_an_hour={Role.DESK: 3})
    keyring, value = local(house), new_value()
    founded = keyring.found(CODE, [value])
    place = place_of(founded, value), founded.sealed[0]
    assert keyring.open_all([place] * 2)
    with pytest.raises(TooManyOpens, match="has opened 2"):
        keyring.open_all([place] * 2)
    keyring.open_sealed(*place)
    with pytest.raises(TooManyOpens):
        keyring.open_sealed(*place)
    later(monkeypatch, hours=1)
    keyring.open_sealed(*place)
    house.close()


def test_values_for_several_shelves_are_set_aside_beside_the_serving(
    ram_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = open_house(ram_path)
    keyring, handle, replies = local(house), house.service.handle, list[bytes | Deferred]()

    def watched(role: Role, data: bytes) -> bytes | Deferred:
        replies.append(handle(role, data))
        return replies[-1]

    value = new_value()
    founded = keyring.found(CODE, [value])
    here = place_of(founded, value)
    there = Binding("separate", founded.record_id, uuid4(), value.item, value.facet)
    monkeypatch.setattr(house.service, "handle", watched)
    moves = [Move(founded.sealed[0], here, there, category, DAY) for category in ("contract-5y", "complaint-3y")]
    assert len(keyring.reseal(moves)) == 2
    keyring.reseal(moves[:1])
    assert [isinstance(reply, Deferred) for reply in replies] == [True, False]
    house.close()


def test_an_attachment_goes_along_under_a_new_name_and_a_new_key(ram_path: Path, keyring: Together) -> None:
    stores = {store: DirectoryStore(ram_path / "files" / store) for store in ("live", "separate")}
    words = b"attachment " * 20_000
    card = seal_file(stores["live"], [words])
    value = new_value("files", card.to_bytes(), "bytes")
    founded = keyring.found(CODE, [value])
    here = place_of(founded, value)
    there = Binding("separate", here.record_id, here.value_id, here.item, here.facet)
    (moved,) = keyring.reseal([Move(founded.sealed[0], here, there, "contract-5y", DAY)])
    assert moved.file is not None
    assert moved.file != card.name
    copy = FileCard.from_bytes(keyring.open_sealed(there, moved))
    assert copy.name == moved.file
    assert b"".join(open_file(stores["separate"], copy)) == words
    assert copy.key.reveal() != card.key.reveal()
    pair = Pair(founded.sealed[0], here, moved, there)
    assert keyring.agree([pair]) == (True,)
    other = seal_file(stores["live"], [words[:-1] + b"?"])
    (fake,) = keyring.seal([SealRequest(here, other.to_bytes())])
    assert keyring.agree([Pair(fake, here, moved, there), pair]) == (False, True)


# --- destroying --------------------------------------------------------------------------------------------------


def test_destroyed_is_told_of_what_was_destroyed_and_unknown_of_what_never_was(keyring: Together) -> None:
    value, other = new_value(), new_value("content", b"stays")
    founded = keyring.found(CODE, [value, other])
    gone, stays = founded.sealed
    done = keyring.destroy([destruction(gone)])
    assert done.kids == (gone.kid,)
    assert done.at <= clock.wall_now()
    unknown = Sealed(2**39, gone.envelope)
    places = [(place_of(founded, value), gone), (place_of(founded, other), stays), (place_of(founded, value), unknown)]
    assert keyring.open_all(places) == (KeyState.DESTROYED, b"stays", KeyState.UNKNOWN)
    assert list(keyring.states([gone.kid, stays.kid, unknown.kid]).values()) == ["destroyed", "alive", "unknown"]
    for error, place in ((KeyDestroyed, places[0]), (KeyUnknown, places[2])):
        with pytest.raises(error):
            keyring.open_sealed(*place)
        with pytest.raises(error):
            keyring.fits(*place)


def test_what_this_keyring_never_made_is_not_destroyed(keyring: Together) -> None:
    founded = keyring.found(CODE, [new_value()])
    unknown = Sealed(founded.sealed[0].kid + 200, b"envelope")
    for ask in (keyring.destroy, keyring.ask):
        with pytest.raises(KeyUnknown):
            ask([destruction(founded.sealed[0], unknown)])
    assert list(keyring.states([founded.sealed[0].kid, unknown.kid]).values()) == ["alive", "unknown"]


def test_a_destruction_that_is_asked_for_again_is_the_same(keyring: Together) -> None:
    founded = keyring.found(CODE, [new_value(), new_value()])
    request = destruction(founded.sealed[0])
    first = keyring.destroy([request])
    assert keyring.destroy([request]) == first
    keyring.ask([request], urgent=True)
    assert keyring.destroy([destruction(founded.sealed[0])]).at == first.at, "another request for what is gone"
    with pytest.raises(RequestChanged):
        keyring.destroy([destruction(founded.sealed[1], request_id=request.id)])
    assert keyring.states([founded.sealed[1].kid])[founded.sealed[1].kid] is KeyState.ALIVE


@pytest.mark.parametrize("urgent", [True, False])
def test_what_is_asked_for_is_carried_out(keyring: Together, urgent: bool) -> None:
    founded = keyring.found(CODE, [new_value()])
    keyring.ask([destruction(founded.sealed[0])], urgent=urgent)
    assert keyring.states([founded.sealed[0].kid])[founded.sealed[0].kid] is KeyState.DESTROYED


def test_a_gate_dies_with_its_record(keyring: Together) -> None:
    founded = keyring.found(CODE, [])
    keyring.destroy([destruction(founded.gate)])
    with pytest.raises(KeyDestroyed):
        keyring.grant(founded.record_id, founded.gate, CODE)


def test_destroyed_is_not_said_while_a_mirror_is_away(tmp_path: Path) -> None:
    mirrors = tuple(tmp_path / name / "root.slots" for name in ("one", "other"))
    for path in mirrors:
        path.parent.mkdir()
    house = open_house(tmp_path, groups=(mirrors,))
    keyring, value = local(house), new_value()
    founded = keyring.found(CODE, [value])
    request = destruction(founded.sealed[0])
    mirrors[1].rename(tmp_path / "away")
    with pytest.raises(StillWaiting):
        keyring.destroy([request])
    assert keyring.states([founded.sealed[0].kid])[founded.sealed[0].kid] is KeyState.RETIRED
    with pytest.raises(KeyRetired):
        keyring.open_sealed(place_of(founded, value), founded.sealed[0])
    with pytest.raises(StillWaiting):
        keyring.certificates([(request.id, [founded.sealed[0].kid])])
    (tmp_path / "away").rename(mirrors[1])
    assert keyring.destroy([request]).kids == (founded.sealed[0].kid,)
    house.close()


def test_a_certificate_is_for_what_its_request_destroyed(keyring: Together) -> None:
    founded = keyring.found(CODE, [new_value(), new_value("content", b"x"), new_value("phone", b"y")])
    one, other, alive = founded.sealed
    request = destruction(one, other)
    keyring.destroy([request])
    (found,) = keyring.certificates([(request.id, [other.kid])])
    assert (found["format"], [item["kid"] for item in found["items"]]) == (FORMAT, [other.kid])
    assert found["claims"]["live_effaced_at"] is not None
    later = destruction(alive)
    refused = [(uuid4(), [one.kid]), (request.id, [alive.kid]), (request.id, [one.kid, alive.kid])]
    for request_id, kids in refused:
        with pytest.raises(EvidenceMissing):
            keyring.certificates([(request_id, kids)])
    keyring.destroy([later])
    assert keyring.certificates([(later.id, [alive.kid])])
    for request_id, kids in [*refused, (later.id, [one.kid])]:
        with pytest.raises(EvidenceMissing):
            keyring.certificates([(request_id, kids)])
    with pytest.raises(Misused):
        keyring.certificates([(request.id, [])])


def test_a_value_has_one_certificate_whoever_asks_again(keyring: Together) -> None:
    one, other = keyring.found(CODE, [new_value(), new_value("content", b"x")]).sealed
    first, again = destruction(one), destruction(one, other)  # as a database put back from a backup asks
    keyring.destroy([first])
    keyring.destroy([again])
    with pytest.raises(EvidenceMissing, match="for another request"):
        keyring.certificates([(again.id, [one.kid])])
    with pytest.raises(EvidenceMissing):
        keyring.certificates([(again.id, [one.kid, other.kid])])
    assert keyring.certificates([(again.id, [other.kid])])
    assert keyring.certificates([(first.id, [one.kid])])


def test_of_two_requests_gathered_together_the_first_has_the_certificate(keyring: Together) -> None:
    (one,) = keyring.found(CODE, [new_value()]).sealed
    first, again = destruction(one), destruction(one)
    keyring.destroy([first, again])
    assert keyring.certificates([(first.id, [one.kid])])
    with pytest.raises(EvidenceMissing, match="for another request"):
        keyring.certificates([(again.id, [one.kid])])


def test_what_was_set_aside_is_never_certified_as_destroyed(keyring: Together) -> None:
    (one,) = keyring.found(CODE, [new_value()]).sealed
    keyring.destroy([replace(destruction(one), reason=DestroyReason.MOVED)])
    asked_again = destruction(one)
    keyring.destroy([asked_again])
    with pytest.raises(EvidenceMissing, match="set aside"):
        keyring.certificates([(asked_again.id, [one.kid])])


# --- the journal -------------------------------------------------------------------------------------------------


def told(keyring: Together, number: int, role: Role, kind: str, database: str = "live") -> SignedLeaf:
    leaf, nonce = Leaf(kind, HOUR, EXAMPLES[kind]), UUID(int=number)
    proof = leaf_mac(keyring.as_role(role).hello().leaf_key, database, role, nonce, leaf)
    return SignedLeaf(nonce, role, leaf, proof)


def test_entries_of_every_role_are_journaled_in_the_order_in_which_they_are_brought(keyring: Together) -> None:
    rows = [
        told(keyring, 2**128 - 1, Role.PUBLIC, "notice"),
        told(keyring, 2, Role.DESK, "desk"),
        told(keyring, 5, Role.WORKER, "erase-rows"),
    ]
    first = keyring.submit("live", rows)
    assert list(first) == sorted(first)
    assert keyring.submit("live", rows) == first, "sent again"
    assert keyring.leaf(first[1]).kind == "desk"
    assert keyring.submit("live", [*rows, told(keyring, 4, Role.PUBLIC, "notice")]) == (*first, first[-1] + 1)
    assert keyring.proof(first[0])
    keyring.verify_journal()


def test_the_journal_is_held_against_a_checkpoint_that_somebody_kept(keyring: Together) -> None:
    keyring.submit("live", [told(keyring, 1, Role.WORKER, "erase-rows")])
    kept = keyring.checkpoint()
    keyring.submit("live", [told(keyring, 2, Role.WORKER, "erase-rows")])
    for role in ROLES:
        keyring.as_role(role).check_older(kept)
    with pytest.raises(NotACheckpoint):
        keyring.check_older("no checkpoint")
    with pytest.raises(JournalAltered, match="not signed by"):
        keyring.check_older(kept.replace("DEMO/example.kr", "DEMO/another.kr"))


@pytest.mark.parametrize("number", [1, 200])
def test_more_entries_than_a_frame_holds_are_journaled(keyring: Together, number: int) -> None:
    rows = [told(keyring, one, Role.WORKER, "erase-rows") for one in range(1, number + 1)]
    assert len(set(keyring.submit("live", rows))) == number


def test_an_entry_is_vouched_for_by_the_role_that_told_it(keyring: Together) -> None:
    good = told(keyring, 1, Role.PUBLIC, "notice")
    other = Leaf("notice", HOUR + timedelta(hours=1), good.leaf.body)
    forged: list[Callable[[], object]] = [
        lambda: keyring.submit("live", [replace(good, role=Role.DESK)]),
        lambda: keyring.submit("live", [replace(good, nonce=UUID(int=2))]),
        lambda: keyring.submit("visits", [good]),
        lambda: keyring.submit("live", [replace(good, leaf=other)]),
        lambda: keyring.submit("live", [replace(good, mac=b"")]),
    ]
    size = keyring.checkpoint()
    for ask in forged:
        with pytest.raises(NotYourLeaf, match="was not told by"):
            ask()
    with pytest.raises(NotYourLeaf, match="does not tell"):
        keyring.submit("live", [told(keyring, 1, Role.PUBLIC, "desk")])
    assert keyring.checkpoint() == size


def test_each_role_has_a_leaf_key_of_its_own(keyring: Together) -> None:
    keys = {keyring.as_role(role).hello().leaf_key.reveal() for role in (Role.PUBLIC, Role.DESK, Role.WORKER)}
    assert len(keys) == 3


# --- opening and closing -----------------------------------------------------------------------------------------


def test_what_was_sealed_opens_after_a_restart(ram_path: Path) -> None:
    house, value = open_house(ram_path), new_value()
    founded = local(house).found(CODE, [value])
    house.close()
    again = open_house(ram_path)
    assert local(again).open_sealed(place_of(founded, value), founded.sealed[0], grant=founded.grant) == value.plaintext
    assert local(again).hello().boot != house.boot
    again.close()


def test_what_was_accepted_before_a_crash_is_due_at_the_next_start(ram_path: Path) -> None:
    house, value = open_house(ram_path), new_value()
    founded = local(house).found(CODE, [value])
    calls = house.service._calls["ask"].work
    calls(Role.WORKER, ((destruction(founded.sealed[0]),), False)).work()
    house.store.close()
    house.lock.release()
    again = open_house(ram_path)
    assert again.schedule.seconds_left() is not None
    assert again.schedule.is_asked
    again.service.flush()
    assert local(again).states([founded.sealed[0].kid])[founded.sealed[0].kid] is KeyState.DESTROYED
    again.close()


def test_a_mirror_that_is_away_is_told_and_settled_when_it_is_back(ram_path: Path) -> None:
    keys, away = ram_path / "keys", ram_path / "away"
    groups = ((keys / "root.slots",), (keys / "one.slots", keys / "two.slots"))
    house, value = open_house(ram_path, groups=groups), new_value()
    founded = local(house).found(CODE, [value])
    assert local(house).hello().unsettled == ()
    groups[1][1].rename(away)
    local(house).destroy([destruction(founded.sealed[0])])
    assert local(house).hello().unsettled == ("keys/two.slots",)
    assert 0 < (house.schedule.seconds_left() or 0) <= RETRY_SECONDS
    house.close()
    again = open_house(ram_path, groups=groups)
    assert 0 < (again.schedule.seconds_left() or 0) <= RETRY_SECONDS
    away.rename(groups[1][1])
    again.service.flush()
    assert local(again).hello().unsettled == ()
    slots = [SlotFile(path, UUID((keys / "home.id").read_text()), name="m").read() for path in groups[1]]
    assert slots[0].keys() == slots[1].keys()
    again.close()


def test_a_keyring_has_one_daemon(ram_path: Path) -> None:
    house = open_house(ram_path)
    with pytest.raises(AnotherDaemon):
        open_house(ram_path)
    house.blueprint.lock.unlink()
    with pytest.raises(AnotherDaemon):
        open_house(ram_path)
    house.close()
    open_house(ram_path).close()


def test_the_journal_keeps_its_name_wherever_it_is_opened(ram_path: Path) -> None:
    open_house(ram_path).close()
    again = open_house(ram_path, origin="elsewhere.kr")
    assert local(again).hello().origin == "DEMO/example.kr"
    again.close()
    with pytest.raises(Misused, match="space"):
        blueprint(ram_path, origin="a company")


def test_no_new_root_is_made_over_an_old_home(ram_path: Path) -> None:
    house, value = open_house(ram_path), new_value()
    founded = local(house).found(CODE, [value])
    house.close()
    keys, aside = ram_path / "keys", ram_path / "aside"
    for name, error in (
        ("root.slots", RootMissing),
        ("keyring.sqlite3", KeyringIncomplete),
        ("home.id", KeyringIncomplete),
    ):
        (keys / name).rename(aside)
        with pytest.raises(error):
            open_house(ram_path)
        aside.replace(keys / name)
        again = open_house(ram_path)
        assert local(again).open_sealed(place_of(founded, value), founded.sealed[0]) == value.plaintext
        again.close()


def test_the_slot_file_of_another_home_is_refused(ram_path: Path) -> None:
    for name in ("mine", "theirs"):
        (ram_path / name).mkdir()
        open_house(ram_path / name).close()
    (ram_path / "theirs/keys/root.slots").replace(ram_path / "mine/keys/root.slots")
    with pytest.raises((RootForeign, RootMissing)):
        open_house(ram_path / "mine")


def test_an_error_that_nobody_foresaw_is_told_by_its_type_alone(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_anything: object) -> None:
        raise ZeroDivisionError("Hong Gildong")

    monkeypatch.setattr(house.tree, "standings", fails)
    with pytest.raises(KeyringUnavailable, match="could not do this: ZeroDivisionError"):
        keyring.states([1])
    assert "ZeroDivisionError" in caplog.text
    assert "Hong" not in caplog.text
    monkeypatch.undo()
    assert keyring.states([1]) == {1: KeyState.UNKNOWN}
