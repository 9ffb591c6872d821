"""Who approves is said by a passkey, to the key daemon itself: no other word makes a yes, and a new passkey waits."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest

from jikim import clock
from jikim.domain.errors import Misused
from jikim.domain.passkey import WAIT, AssertionRefused, Purpose, people
from jikim.sealing.errors import UnknownFormat
from jikim.sealing.keyd.house import House
from jikim.sealing.keyd.local import local
from jikim.sealing.keyd.passkeys import MINUTES
from jikim.sealing.keyd.together import Together
from jikim.sealing.webauthn import Assertion
from tests.support.daemon import open_house
from tests.support.passkeys import KINDS, SoftPasskey, two_days_pass

PLAN, OTHER = "0f" * 32, "1e" * 32
APPROVE, VOUCH = Purpose.APPROVE, Purpose.VOUCH


@pytest.fixture
def house(ram_path: Path) -> Iterator[House]:
    one = open_house(ram_path)
    yield one
    one.close()


@pytest.fixture
def keyring(house: House) -> Together:
    return local(house)


def enrolled(house: House, kind: str = "ES256") -> SoftPasskey:
    """Return the passkey of somebody whose two days have passed."""
    one = SoftPasskey(kind)
    local(house).enroll_passkey(uuid4(), one.attested)
    two_days_pass(house, one.id)
    return one


def says_yes(keyring: Together, passkey: SoftPasskey, plan: str = PLAN) -> int:
    return keyring.approve(plan, passkey.answers(keyring.ask_passkey(APPROVE, plan)))


def told(house: House, since: int) -> list[tuple[str, object, object]]:
    leaves = [house.journal.leaf(index) for index in range(since, house.journal.size)]
    return [(leaf.kind, *leaf.body.values()) for leaf in leaves]


# --- a yes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_passkey_of_each_kind_says_yes(house: House, keyring: Together, kind: str) -> None:
    assert says_yes(keyring, enrolled(house, kind)) == 1


def test_a_yes_is_kept_with_its_time_and_told_to_the_journal_once(house: House, keyring: Together) -> None:
    one, other = enrolled(house), enrolled(house)
    size = house.journal.size
    assert [says_yes(keyring, by) for by in (one, one, other)] == [1, 1, 2]
    whose = {passkey.id: passkey.account_id for passkey in keyring.passkeys()}
    assert [by for by, _at in keyring.approvals(PLAN)] == [whose[one.id], whose[other.id]]
    assert told(house, size) == [("approve", 1, PLAN), ("approve", 2, PLAN)]


def test_what_is_no_digest_is_not_approved(house: House, keyring: Together) -> None:
    with pytest.raises(Misused):
        says_yes(keyring, enrolled(house), "today's")
    assert keyring.approvals("today's") == ()


def test_a_yes_outlives_the_key_daemon(ram_path: Path) -> None:
    house = open_house(ram_path)
    one = enrolled(house)
    says_yes(local(house), one)
    house.close()
    again = open_house(ram_path)
    try:
        assert len(local(again).approvals(PLAN)) == 1
        assert says_yes(local(again), one) == 1
    finally:
        again.close()


def test_who_said_yes_is_forgotten_after_three_years(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, now = enrolled(house), clock.wall_now()
    says_yes(keyring, one)
    for days, left in ((3 * 365, 1), (3 * 366 + 1, 0)):
        monkeypatch.setattr(clock, "wall_now", lambda days=days: now + timedelta(days=days))
        says_yes(keyring, one, f"{days:064x}")
        assert len(keyring.approvals(PLAN)) == left


# --- what is no yes --------------------------------------------------------------------------------------------------


def refused(house: House, answer: Assertion, plan: str = PLAN) -> str:
    """Say why an answer is no yes, and see that nothing came of it."""
    keyring, size = local(house), house.journal.size
    with pytest.raises(AssertionRefused) as caught:
        keyring.approve(plan, answer)
    assert (keyring.approvals(plan), house.journal.size) == ((), size)
    return caught.value.message


def test_an_answer_about_one_plan_is_no_yes_to_another(house: House, keyring: Together) -> None:
    one = enrolled(house)
    answer = one.answers(keyring.ask_passkey(APPROVE, PLAN))
    assert "another question" in refused(house, answer, OTHER)
    assert keyring.approve(PLAN, answer) == 1
    assert "another question" in refused(house, answer, OTHER)


def test_an_answer_that_vouches_for_a_passkey_approves_nothing(house: House, keyring: Together) -> None:
    one = enrolled(house)
    assert "another question" in refused(house, one.answers(keyring.ask_passkey(VOUCH, PLAN)))


def test_a_question_that_the_key_daemon_did_not_ask_is_none(house: House) -> None:
    one = enrolled(house)
    for made_up in (b"", bytes(40), PLAN.encode(), bytes.fromhex(PLAN)):
        assert "another question" in refused(house, one.answers(made_up))


def test_a_question_is_answered_within_minutes(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, now = enrolled(house), clock.wall_now()
    asked = keyring.ask_passkey(APPROVE, PLAN)
    for late in (timedelta(minutes=MINUTES, seconds=2), timedelta(seconds=-2)):
        monkeypatch.setattr(clock, "wall_now", lambda late=late: now + late)
        assert "too late" in refused(house, one.answers(asked))
    monkeypatch.setattr(clock, "wall_now", lambda: now + timedelta(minutes=MINUTES))
    assert keyring.approve(PLAN, one.answers(asked)) == 1


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"flags": 1}, "its owner"),
        ({"flags": 4}, "its owner"),
        ({"flags": 5 | 64}, "more than an answer"),
        ({"more": b"\0"}, "more than an answer"),
        ({"place": "evil.example"}, "another place"),
        ({"origin": "https://evil.example"}, "not given at"),
        ({"crossOrigin": True}, "not given at"),
        ({"topOrigin": "https://evil.example"}, "not given at"),
        ({"type": "webauthn.create"}, "another kind"),
    ],
)
def test_an_answer_from_elsewhere_or_of_nobody_is_refused(
    house: House, keyring: Together, wrong: dict[str, object], why: str
) -> None:
    one = enrolled(house)
    assert why in refused(house, one.answers(keyring.ask_passkey(APPROVE, PLAN), **wrong))  # type: ignore[arg-type]


def test_an_answer_that_names_no_question_is_refused(house: House) -> None:
    one = enrolled(house)
    answer = one.answers(b"")
    for client in (b"", b"{}", b"[]", b'{"challenge": "?"}', b'{"challenge": 7}', b"[" * 100_000):
        refused(house, Assertion(answer.credential, answer.authenticator_data, client, answer.signature))


@pytest.mark.parametrize("part", ["credential", "authenticator_data", "client_data", "signature"])
def test_every_part_of_an_answer_counts(house: House, keyring: Together, part: str) -> None:
    one = enrolled(house)
    answer = one.answers(keyring.ask_passkey(APPROVE, PLAN))
    parts = {name: getattr(answer, name) for name in Assertion.__slots__}
    for bad in (parts[part][:-1], parts[part] + b"\0", b"", bytes([parts[part][0] ^ 1]) + parts[part][1:]):
        refused(house, Assertion(**{**parts, part: bad}))


def test_another_key_under_the_same_name_is_refused(house: House, keyring: Together) -> None:
    one = enrolled(house)
    forged = SoftPasskey(credential=one.credential)
    assert "not signed" in refused(house, forged.answers(keyring.ask_passkey(APPROVE, PLAN)))


def test_a_device_whose_count_goes_back_is_refused(house: House, keyring: Together) -> None:
    one = enrolled(house)
    says_yes(keyring, one, OTHER)
    one.counter -= 1
    assert "went back" in refused(house, one.answers(keyring.ask_passkey(APPROVE, PLAN)))


def test_a_device_that_does_not_count_is_taken_at_zero(house: House, keyring: Together) -> None:
    one = enrolled(house)
    for plan in (PLAN, OTHER):
        one.counter = -1
        assert says_yes(keyring, one, plan) == 1


# --- new passkeys ----------------------------------------------------------------------------------------------------


def test_a_new_passkey_waits_two_days_and_the_journal_says_so(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, size, now = SoftPasskey(), house.journal.size, clock.wall_now()
    found = keyring.enroll_passkey(uuid4(), one.attested)
    assert found.counts_from - found.enrolled_at == WAIT == timedelta(hours=48)
    assert told(house, size) == [("passkey", "enrolled", 1)]
    assert "counts here" in refused(house, one.answers(keyring.ask_passkey(APPROVE, PLAN)))
    monkeypatch.setattr(clock, "wall_now", lambda: now + WAIT + timedelta(seconds=5))
    assert says_yes(keyring, one) == 1


def test_enrolling_again_changes_nothing_and_is_not_told_again(house: House, keyring: Together) -> None:
    one, account = SoftPasskey(), uuid4()
    found, size = keyring.enroll_passkey(account, one.attested), house.journal.size
    assert keyring.enroll_passkey(account, one.attested) == found
    assert house.journal.size == size


def test_a_passkey_is_one_persons(house: House, keyring: Together) -> None:
    one = enrolled(house)
    with pytest.raises(Misused):
        keyring.enroll_passkey(uuid4(), one.attested)


def test_who_counts_may_vouch_for_a_new_one_and_then_it_counts_at_once(house: House, keyring: Together) -> None:
    known, new, size = enrolled(house), SoftPasskey(), house.journal.size
    keyring.enroll_passkey(uuid4(), new.attested)
    keyring.vouch(new.id, known.answers(keyring.ask_passkey(VOUCH, new.id.hex)))
    assert told(house, size) == [("passkey", "enrolled", 2), ("passkey", "vouched", 2)]
    assert says_yes(keyring, new) == 1


def test_nobody_vouches_for_themselves_nor_for_another_than_was_asked(house: House, keyring: Together) -> None:
    known, new, other = enrolled(house), SoftPasskey(), SoftPasskey()
    for one in (new, other):
        keyring.enroll_passkey(uuid4(), one.attested)
    for answer in (
        new.answers(keyring.ask_passkey(VOUCH, new.id.hex)),
        known.answers(keyring.ask_passkey(VOUCH, other.id.hex)),
        known.answers(keyring.ask_passkey(APPROVE, new.id.hex)),
    ):
        with pytest.raises(AssertionRefused):
            keyring.vouch(new.id, answer)
    assert "counts here" in refused(house, new.answers(keyring.ask_passkey(APPROVE, PLAN)))


def test_a_retired_passkey_says_nothing_any_more_and_its_key_is_gone(house: House, keyring: Together) -> None:
    one, size = enrolled(house), house.journal.size
    (found,) = keyring.passkeys()
    assert keyring.retire_passkeys(found.account_id) == 1
    assert keyring.retire_passkeys(found.account_id) == 0
    assert told(house, size) == [("passkey", "retired", 0)]
    assert "counts here" in refused(house, one.answers(keyring.ask_passkey(APPROVE, PLAN)))
    assert house.store.row("SELECT credential, key FROM passkey") == (b"", b"")
    with pytest.raises(Misused):  # else the two days for which its person still counts would begin anew
        keyring.enroll_passkey(found.account_id, one.attested)


def test_only_the_passkey_that_was_named_is_retired(house: House, keyring: Together) -> None:
    account, one, other = uuid4(), SoftPasskey(), SoftPasskey()
    for each in (one, other):
        keyring.enroll_passkey(account, each.attested)
    assert keyring.retire_passkeys(uuid4(), one.id) == 0
    assert keyring.retire_passkeys(account, one.id) == 1
    assert [found.id for found in keyring.passkeys() if found.retired_at is None] == [other.id]


def test_two_people_are_not_made_one_at_once_by_retiring_one(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, _other = enrolled(house), enrolled(house)
    whose, now = next(each.account_id for each in keyring.passkeys() if each.id == one.id), clock.wall_now()
    keyring.retire_passkeys(whose)
    assert people(keyring.passkeys(), now + timedelta(seconds=1)) == 2
    monkeypatch.setattr(clock, "wall_now", lambda: now + WAIT + timedelta(minutes=1))
    assert people(keyring.passkeys(), clock.wall_now()) == 1


def test_what_is_no_passkey_is_not_enrolled(house: House, keyring: Together) -> None:
    good, size = SoftPasskey().attested, house.journal.size
    for bad in (b"", good[:-1], good + b"\0", good[:18], good[:16] + b"\xff\xff" + good[18:], bytes(200)):
        with pytest.raises(UnknownFormat):
            keyring.enroll_passkey(uuid4(), bad)
    assert (keyring.passkeys(), house.journal.size) == ((), size)


def test_a_house_keeps_so_many_and_no_more(house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jikim.sealing.keyd.passkeys.MOST", 2)
    for _ in range(2):
        enrolled(house)
    with pytest.raises(Misused):
        keyring.enroll_passkey(uuid4(), SoftPasskey().attested)


def test_a_passkey_never_counts_that_the_journal_was_not_told_of(
    house: House, keyring: Together, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object, **_named: object) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(house.journal, "tell", full)
    with pytest.raises(Exception, match="OSError"):
        keyring.enroll_passkey(uuid4(), SoftPasskey().attested)
    assert keyring.passkeys() == ()
