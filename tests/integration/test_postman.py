"""A letter from the fact it tells to the mailbox it is for: and what becomes of it when something is in the way."""

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from jikim import clock, environment, sealing
from jikim.domain.delivery import Letter, MailState
from jikim.domain.errors import Misused
from jikim.environment import MailServer, Tls
from jikim.sealing.keyring import Binding, KeyringUnavailable, KeyState, Sealed
from tests.support.mailserver import Letters, serving, variables

if TYPE_CHECKING:
    from jikim.queries.mail import Post as Standing
    from jikim.store.live.models import Inquiry, OutgoingMail
    from tests.support.company import Company

ADDRESS = "kim@example.kr"
NOBODY = MailServer("mail.example.kr", 587, Tls.BEFORE_ANYTHING_IS_SAID, "", "", "a@example.kr", "mail", None)


@dataclass
class Post:
    """A company, its mail server and its postman."""

    company: "Company"
    server: MailServer
    letters: Letters
    monkeypatch: pytest.MonkeyPatch

    def queued(self, letter: Letter = Letter.RECEIPT, **changes: Any) -> "OutgoingMail":
        record_id = self.company.receives(**changes).record_id
        assert self.queues(record_id, letter)
        return self.row(record_id)

    def queues(self, record_id: UUID, letter: Letter) -> bool:
        from django.db import transaction

        from jikim.actions import mail
        from jikim.store.live.models import Inquiry

        with transaction.atomic("live"):
            return mail.queue(Inquiry.objects.get(id=record_id), letter)

    def row(self, record_id: UUID) -> "OutgoingMail":
        from jikim.store.live.models import OutgoingMail

        return OutgoingMail.objects.get(record_id=record_id)

    def goes_round(self) -> Counter[MailState]:
        from jikim.procedures import postman

        return postman.once(self.server)

    def wall(self, ahead: timedelta) -> None:
        """Let the wall clock of whoever waits stand so far ahead."""
        for module in ("jikim.procedures.postman", "jikim.queries.mail"):
            self.monkeypatch.setattr(f"{module}.wall_now", lambda: clock.wall_now() + ahead)

    def link(self) -> str:
        found = re.search(r"/my/by-mail/\?lang=(?:ko|en)#([A-Za-z0-9_-]+)", self.letters.messages[-1].get_content())
        assert found is not None
        return found[1]


@pytest.fixture
def post(stores: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    from tests.support.company import founded

    monkeypatch.setattr("jikim.environment.mail.is_demo", lambda: False)
    silent = SimpleNamespace(
        queue=lambda *_: False, first_address=lambda *_: None, first_letter=lambda *_: None
    )  # each test queues
    monkeypatch.setattr("jikim.actions.inquiries.mail", silent)
    with serving() as running, founded(tmp_path) as company:
        for name, value in variables(f"smtp://127.0.0.1:{running.port}?tls=none").items():
            monkeypatch.setenv(name, value)
        server = environment.mail_server()
        assert server is not None
        yield Post(company, server, running.letters, monkeypatch)


def journal_tells(kind: str) -> list[dict[str, object]]:
    from jikim.store.live.models import PendingLeaf

    return [row.body for row in PendingLeaf.objects.filter(kind=kind)]


def inquiry(record_id: UUID) -> "Inquiry":
    from jikim.store.live.models import Inquiry

    return Inquiry.objects.get(id=record_id)


# --- what goes well --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letter", list(Letter))
@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_letter_reaches_the_mailbox_that_was_given(post: Post, letter: Letter, language: str) -> None:
    row = post.queued(letter, language=language)
    assert post.goes_round() == {MailState.SENT: 1}
    (envelope,), (message,) = post.letters.taken, post.letters.messages
    assert envelope.rcpt_tos == [ADDRESS]
    assert message["Content-Language"] == language
    assert message["Message-ID"] == f"<{row.id}@mulpure.example>"
    assert post.row(row.record_id).state == MailState.SENT
    assert post.goes_round() == {}
    assert len(post.letters.taken) == 1


def test_a_letter_holds_nothing_of_what_the_person_wrote(post: Post) -> None:
    receipt = post.company.receives()
    assert post.queues(receipt.record_id, Letter.RECEIPT)
    post.goes_round()
    (message,) = post.letters.messages
    said = f"{message['Subject']}\n{message.get_content()}"
    for word in ("lens", "tracker", ADDRESS, receipt.code, str(receipt.record_id), "203.0.113.7", "report.pdf"):
        assert word not in said


def test_the_link_in_a_letter_proves_the_mailbox_and_opens_that_record_alone(post: Post) -> None:
    from jikim.actions import values
    from jikim.sealing.errors import GrantRefused
    from jikim.store.live.models import ItemValue

    row, other = post.queued(), post.company.receives()
    post.goes_round()
    everybody: Any = sealing.current()
    grant = everybody.grant_by_link(post.link())
    mine = ItemValue.objects.get(record_id=row.record_id, item="subject")
    opened = everybody.open_sealed(values.binding_of(mine), Sealed(mine.kid, bytes(mine.envelope)), grant=grant)
    assert opened == b"Wrong lens"
    strange = ItemValue.objects.get(record_id=other.record_id, item="subject")
    with pytest.raises(GrantRefused):
        everybody.open_sealed(values.binding_of(strange), Sealed(strange.kid, bytes(strange.envelope)), grant=grant)


def test_nothing_of_an_address_is_logged_whatever_happens(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    from threading import Event

    from jikim.procedures import postman

    caplog.set_level(logging.DEBUG)
    post.letters.refuses["RCPT"] = "550 <{address}> is nobody here"
    post.queued()
    stop = Event()
    post.monkeypatch.setattr("jikim.procedures.postman.close_old_connections", lambda: None)
    post.monkeypatch.setattr(stop, "wait", lambda _seconds: stop.set())
    postman.run(stop)
    assert "1 undeliverable" in caplog.text
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # that is the server's
    assert not any("kim@" in words or "example.kr" in words for words in ours)


# --- what is queued --------------------------------------------------------------------------------------------------


def test_an_address_is_sealed_anew_for_the_postman_and_opens_for_nobody_else(post: Post) -> None:
    from jikim.domain.journal import Role
    from jikim.sealing.errors import NotYourCall

    row = post.queued()
    place, sealed = Binding("mail", row.record_id, row.id, "email", "value"), Sealed(row.kid or 0, bytes(row.envelope))
    everybody: Any = sealing.current()
    assert everybody.as_role(Role.POSTMAN).open_sealed(place, sealed) == ADDRESS.encode()
    for role in (Role.PUBLIC, Role.DESK, Role.WORKER, Role.CUSTODIAN):
        with pytest.raises(NotYourCall):
            everybody.as_role(role).open_sealed(place, sealed)


def test_the_postman_opens_nothing_but_addresses_sealed_for_it(post: Post) -> None:
    from jikim.actions import values
    from jikim.domain.journal import Role
    from jikim.sealing.errors import NotYourCall
    from jikim.store.live.models import ItemValue

    row = post.queued()
    value = ItemValue.objects.get(record_id=row.record_id, item="email")
    everybody: Any = sealing.current()
    with pytest.raises(NotYourCall):
        everybody.as_role(Role.POSTMAN).open_sealed(values.binding_of(value), Sealed(value.kid, bytes(value.envelope)))


def test_a_letter_stands_or_falls_with_the_fact_it_tells(post: Post) -> None:
    from jikim.actions import mail

    record = inquiry(post.company.receives().record_id)
    outside = SimpleNamespace(in_atomic_block=False)
    post.monkeypatch.setattr("jikim.actions.mail.transaction.get_connection", lambda _alias: outside)
    with pytest.raises(Misused, match="outside a transaction"):
        mail.queue(record, Letter.RECEIPT)


def test_the_same_letter_does_not_wait_twice(post: Post) -> None:
    record_id = post.queued(Letter.ANSWER).record_id
    assert not post.queues(record_id, Letter.ANSWER)
    assert post.queues(record_id, Letter.RESOLVED)
    assert post.goes_round() == {MailState.SENT: 2}
    assert post.queues(record_id, Letter.ANSWER)


def test_nobody_is_written_to_whose_policy_lets_no_mail_leave(stores: None, tmp_path: Path) -> None:
    from tests.support.company import founded

    with founded(tmp_path, "utracs/1.toml") as company, pytest.MonkeyPatch.context() as monkeypatch:
        silent = Post(company, NOBODY, Letters(), monkeypatch)
        assert not silent.queues(company.receives().record_id, Letter.RECEIPT)


def test_a_record_without_an_address_is_not_written_to(post: Post) -> None:
    from jikim.store.live.models import ItemValue

    record_id = post.company.receives().record_id
    ItemValue.objects.filter(record_id=record_id, item="email").delete()
    assert not post.queues(record_id, Letter.RECEIPT)


# --- what the gate refuses -------------------------------------------------------------------------------------------


def test_a_receiver_the_policy_does_not_name_gets_nothing_and_the_journal_is_told(post: Post) -> None:
    row = post.queued()
    post.server = replace(post.server, receiver="relay")
    assert post.goes_round() == {MailState.REFUSED: 1}
    assert post.letters.taken == []
    assert post.row(row.record_id).trouble == "not-registered"
    assert journal_tells("gate-refusal") == [{"on": clock.policy_today().isoformat(), "gate": "mail", "count": 1}]


def test_with_no_policy_in_force_nothing_leaves(post: Post) -> None:
    post.queued()
    post.monkeypatch.setattr("jikim.queries.policies.in_force", lambda: None)
    assert post.goes_round() == {MailState.REFUSED: 1}
    assert post.letters.taken == []


def test_a_refused_letter_opens_no_address(post: Post) -> None:
    post.queued()
    post.server = replace(post.server, receiver="relay")
    opened = watched(post, "open_sealed")
    post.goes_round()
    assert opened == []


def test_a_demo_home_sends_to_no_domain_that_is_not_listed(post: Post) -> None:
    row = post.queued()
    post.server = replace(post.server, allowed=frozenset({"example.com"}))
    assert post.goes_round() == {MailState.REFUSED: 1}
    assert post.row(row.record_id).trouble == "not-allowed"
    assert post.letters.taken == []


# --- what is in the way ----------------------------------------------------------------------------------------------


def test_a_letter_that_may_go_later_is_tried_after_its_pause_and_not_before(post: Post) -> None:
    row = post.queued()
    post.letters.refuses["RCPT"] = "450 4.2.1 later"
    assert post.goes_round() == {MailState.WAITING: 1}
    assert (post.row(row.record_id).tries, post.row(row.record_id).trouble) == (1, "recipient-450")
    post.letters.refuses.clear()
    assert post.goes_round() == {}
    post.wall(timedelta(minutes=2))
    assert post.goes_round() == {MailState.SENT: 1}
    assert post.row(row.record_id).trouble == ""


def test_a_letter_is_given_up_after_days_and_says_so(post: Post) -> None:
    row = post.queued()
    post.letters.refuses["RCPT"] = "450 4.2.1 later"
    rounds = 0
    while post.row(row.record_id).state == MailState.WAITING:
        rounds += 1
        post.wall(timedelta(days=2 * rounds))
        post.goes_round()
    found = post.row(row.record_id)
    assert (found.state, found.tries, found.trouble) == (MailState.GIVEN_UP, 12, "recipient-450")
    assert read().failed == (("given-up", "recipient-450", 1),)


def test_a_letter_that_will_never_go_is_tried_once(post: Post) -> None:
    row = post.queued()
    post.letters.refuses["RCPT"] = "550 5.1.1 nobody"
    assert post.goes_round() == {MailState.UNDELIVERABLE: 1}
    post.wall(timedelta(days=9))
    assert post.goes_round() == {}
    assert post.row(row.record_id).tries == 1


def test_one_letter_that_fails_does_not_keep_the_others(post: Post) -> None:
    first, second = post.queued(), post.queued()
    calls = iter((RuntimeError("kim@example.kr"), None))

    def breaks_once(*arguments: object) -> None:
        if error := next(calls):
            raise error

    post.monkeypatch.setattr("jikim.outbox.mail.send", breaks_once)
    assert post.goes_round() == {MailState.WAITING: 1, MailState.SENT: 1}
    assert {post.row(row.record_id).trouble for row in (first, second)} == {"failed", ""}


def test_without_the_key_daemon_letters_wait_as_they_were(post: Post) -> None:
    row = post.queued()

    def away(*_arguments: object) -> bytes:
        raise KeyringUnavailable("no answer", hint="wait")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(type(sealing.current()), "open_sealed", away)
        with pytest.raises(KeyringUnavailable):
            post.goes_round()
    assert (post.row(row.record_id).tries, post.row(row.record_id).due_at) == (0, row.due_at)
    assert post.goes_round() == {MailState.SENT: 1}


def test_two_postmen_send_a_letter_once(post: Post) -> None:
    from jikim.procedures import postman

    row = post.queued()
    assert postman._take(row)
    assert not postman._take(row)
    assert post.goes_round() == {}
    post.wall(timedelta(minutes=11))  # whoever took it is gone
    assert post.goes_round() == {MailState.SENT: 1}


def test_a_letter_of_a_record_that_has_ended_is_dropped_unopened(post: Post) -> None:
    from jikim.store.live.models import Inquiry

    row = post.queued()
    Inquiry.objects.filter(id=row.record_id).update(state="destroyed")
    opened = watched(post, "open_sealed")
    assert post.goes_round() == {MailState.DROPPED: 1}
    assert (opened, post.letters.taken) == ([], [])


def test_without_a_mail_server_letters_wait_and_the_desk_can_say_so(post: Post) -> None:
    from jikim.procedures import postman

    post.queued()
    assert read().is_well
    assert postman.once(None) == {}
    found = read()
    assert (found.waiting, found.no_server, found.is_well) == (1, True, False)
    post.wall(timedelta(hours=1))
    assert not read().stalled  # the postman works; it has nobody to hand letters to
    assert post.goes_round() == {MailState.SENT: 1}
    assert read().is_well


def test_a_postman_that_does_not_work_is_noticed(post: Post) -> None:
    post.queued()
    assert not read().stalled
    post.wall(timedelta(minutes=16))
    assert read().stalled


# --- what is left ----------------------------------------------------------------------------------------------------


def test_the_key_of_an_address_is_destroyed_once_its_letter_has_left(post: Post) -> None:
    from jikim.procedures import letters
    from jikim.store.live.models import ItemValue, OutgoingMail

    row = post.queued()
    assert letters.clear() == 0
    post.goes_round()
    assert letters.clear() == 1
    kept = ItemValue.objects.get(record_id=row.record_id, item="email").kid
    assert row.kid is not None
    assert sealing.current().states([row.kid, kept]) == {row.kid: KeyState.DESTROYED, kept: KeyState.ALIVE}
    assert not OutgoingMail.objects.exists()
    assert letters.clear() == 0


def test_a_letter_that_failed_stays_for_the_desk_without_its_address_and_goes_after_a_month(post: Post) -> None:
    from jikim.procedures import letters

    row = post.queued()
    post.letters.refuses["RCPT"] = "550 5.1.1 nobody"
    post.goes_round()
    assert letters.clear() == 1
    found = post.row(row.record_id)
    assert (found.kid, bytes(found.envelope), found.state) == (None, b"", MailState.UNDELIVERABLE)
    assert read().failed == (("undeliverable", "recipient-550", 1),)
    clock.travel_by(timedelta(days=31))
    letters.clear()
    assert read().failed == ()


def test_what_waits_is_dropped_and_its_key_destroyed_when_its_record_ends(post: Post) -> None:
    from jikim.procedures import letters
    from jikim.store.live.models import Inquiry, OutgoingMail

    row = post.queued()
    Inquiry.objects.filter(id=row.record_id).update(state="set-aside")
    assert letters.clear() == 1
    assert row.kid is not None
    assert sealing.current().states([row.kid]) == {row.kid: KeyState.DESTROYED}
    assert not OutgoingMail.objects.exists()


def test_a_key_that_was_never_made_here_keeps_no_other_from_being_destroyed(post: Post) -> None:
    from jikim.procedures import letters
    from jikim.store.live.models import OutgoingMail

    first, second = post.queued(), post.queued()
    post.goes_round()
    OutgoingMail.objects.filter(id=first.id).update(kid=2**40)
    assert letters.clear() == 1
    assert second.kid is not None
    assert sealing.current().states([second.kid]) == {second.kid: KeyState.DESTROYED}


def test_a_home_that_waits_for_a_copy_asks_again_later(post: Post) -> None:
    from jikim.procedures import letters
    from jikim.sealing.errors import StillWaiting

    row = post.queued()
    post.goes_round()

    def waits(*_arguments: object) -> None:
        raise StillWaiting("a copy is away", hint="bring it back")

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(type(sealing.current()), "destroy", waits)
        assert letters.clear() == 0
    assert post.row(row.record_id).kid == row.kid
    assert letters.clear() == 1


def watched(post: Post, name: str) -> list[str]:
    """Note every time the keyring is asked for something."""
    asked: list[str] = []
    real: Callable[..., object] = getattr(type(sealing.current()), name)

    def noting(*arguments: object, **named: object) -> object:
        asked.append(name)
        return real(*arguments, **named)

    post.monkeypatch.setattr(type(sealing.current()), name, noting)
    return asked


def read() -> "Standing":
    from jikim.queries import mail

    return mail.post()
