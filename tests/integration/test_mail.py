"""Letters over real SMTP: sealed on their way, refused for what they are, and never more than one header wide."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from jikim import environment
from jikim.domain.delivery import Letter
from jikim.domain.errors import Misused
from jikim.domain.vocabulary import Language, SystemWork
from jikim.environment import MailServer
from jikim.outbox import letters
from jikim.outbox.gate import Passed
from jikim.outbox.letters import Written
from jikim.outbox.mail import Mail, NotAllowed, TryLater, Undeliverable, mailbox, send
from tests.support import mailserver
from tests.support.mailserver import HOST, USER, WORD, Running, serving

ID = UUID("6f8c1a52-1f4e-4f5b-9d0a-2f6f7c1f0a11")
PASSED = Passed("mail", SystemWork.MAIL, frozenset({"email"}))
LINK = "https://privacy.mulpure.example/my/by-mail/?lang=ko#token"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return mailserver.self_signed(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def plain() -> Iterator[Running]:
    with serving() as running:
        yield running


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> "Settings":
    return Settings(monkeypatch)


class Settings:
    """The variables of a mail server, set for one test."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._set = monkeypatch.setenv
        monkeypatch.setattr("jikim.environment.mail.is_demo", lambda: False)

    def __call__(self, url: str, **more: str) -> MailServer:
        for name, value in mailserver.variables(url, **more).items():
            self._set(name, value)
        found = environment.mail_server()
        assert found is not None
        return found

    def plain(self, running: Running, **more: str) -> MailServer:
        return self(f"smtp://{HOST}:{running.port}?tls=none", **more)

    def trusting(self, certificate: Path) -> None:
        self._set("SSL_CERT_FILE", str(certificate))


def mail(address: str = "kim@example.kr", *, language: Language = Language.KOREAN, company: str = "물푸레계측") -> Mail:
    written = letters.write(Letter.RECEIPT, language, company=company, link=LINK, page="https://mulpure.example/my/")
    return Mail(ID, "email", address, company, written)


# --- what arrives ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(Language))
def test_a_letter_arrives_as_it_was_written(plain: Running, settings: Settings, language: Language) -> None:
    send(PASSED, mail(language=language), settings.plain(plain))
    (envelope,), (message,) = plain.letters.taken, plain.letters.messages
    assert (envelope.mail_from, envelope.rcpt_tos) == ("privacy@mulpure.example", ["kim@example.kr"])
    assert LINK in message.get_content().splitlines()
    assert message["To"] == "kim@example.kr"
    assert message["From"] == "물푸레계측 <privacy@mulpure.example>"
    assert message["Message-ID"] == f"<{ID}@mulpure.example>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Content-Language"] == language
    assert message.get_content_type() == "text/plain"


def test_a_letter_has_no_other_headers_than_these(plain: Running, settings: Settings) -> None:
    send(PASSED, mail(), settings.plain(plain))
    (message,) = plain.letters.messages
    told = {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Language"}
    assert {name for name in message if not name.startswith("X-")} == told | {
        "Content-Type", "Content-Transfer-Encoding", "MIME-Version",
    }  # fmt: skip


@pytest.mark.parametrize("words", ["짧은 글\n", "긴 글 " * 400, "Short words, and a mark: ·\n"])
def test_a_letter_is_seven_bits_wide_so_that_every_server_takes_it(
    plain: Running, settings: Settings, words: str
) -> None:
    letter = Written("답변이 도착했습니다", words, Language.KOREAN)
    send(PASSED, replace(mail(), letter=letter), settings.plain(plain))
    content = plain.letters.taken[0].content
    assert isinstance(content, bytes)
    assert content.isascii()
    assert max(map(len, content.splitlines())) <= 998


def test_a_domain_in_its_own_letters_is_written_to(plain: Running, settings: Settings) -> None:
    send(PASSED, mail("kim@물푸레.kr"), settings.plain(plain))
    assert plain.letters.taken[0].rcpt_tos == ["kim@xn--om2bp2dz05a.kr"]


# --- hostile words ---------------------------------------------------------------------------------------------------

HOSTILE = [
    "kim@example.kr\r\nBcc: eve@example.kr",
    "kim@example.kr\nBcc: eve@example.kr",
    "kim@example.kr\x0b\x0cBcc: eve@example.kr",
    "kim@example.kr\u2028Bcc: eve@example.kr",
    "kim@example.kr, eve@example.kr",
    "kim@example.kr> RCPT TO:<eve@example.kr",
    "<kim@example.kr>",
    "Kim <kim@example.kr>",
    '"kim\r\nBcc: eve"@example.kr',
    "kim@example.kr@eve.example",
    "@eve.example:kim@example.kr",
    "kim@[127.0.0.1]",
    "kim@exa\x00mple.kr",
    "kim@example.kr SIZE=1",
    "kim@-example.kr",
    "kim@example",
    ".kim@example.kr",
    "kim@" + "a" * 300 + ".kr",
    "k" * 300 + "@example.kr",
    "김@example.kr",  # a few servers take it; ours may not be one
    "kim@example..kr",
    "kim",
    "",
]


@pytest.mark.parametrize("address", HOSTILE)
def test_words_that_are_no_plain_mailbox_are_never_written_to(plain: Running, settings: Settings, address: str) -> None:
    with pytest.raises(Undeliverable) as caught:
        send(PASSED, mail(address), settings.plain(plain))
    assert caught.value.code == "no-mailbox"
    assert plain.letters.taken == []
    assert "eve" not in str(caught.value)


@pytest.mark.parametrize(
    "company", ["Mulpure\r\nBcc: eve@example.kr", "Mulpure\nBcc: eve@example.kr", 'Mul"pure <eve@example.kr>, x']
)
def test_a_companys_name_cannot_add_a_header_or_a_receiver(plain: Running, settings: Settings, company: str) -> None:
    send(PASSED, mail(company=company), settings.plain(plain))
    (envelope,), (message,) = plain.letters.taken, plain.letters.messages
    assert envelope.rcpt_tos == ["kim@example.kr"]
    assert message["Bcc"] is None
    (author,) = message["From"].addresses
    assert author.addr_spec == "privacy@mulpure.example"


def test_an_ordinary_mailbox_is_taken_for_one() -> None:
    assert mailbox(" Kim.Min-su+a@Example.KR ").addr_spec == "Kim.Min-su+a@example.kr"


# --- on the way ------------------------------------------------------------------------------------------------------


def test_a_letter_goes_sealed_once_tls_is_asked_for(certificate: Path, settings: Settings) -> None:
    settings.trusting(certificate)
    with serving(certificate=certificate) as running:
        send(PASSED, mail(), settings(f"smtp://{HOST}:{running.port}"))
        assert len(running.letters.taken) == 1


def test_a_letter_goes_sealed_from_the_first_byte(certificate: Path, settings: Settings) -> None:
    settings.trusting(certificate)
    with serving(certificate=certificate, implicit=True) as running:
        send(PASSED, mail(), settings(f"smtps://{HOST}:{running.port}"))
        assert len(running.letters.taken) == 1


def test_a_server_that_offers_no_tls_gets_no_letter(plain: Running, settings: Settings) -> None:
    with pytest.raises(TryLater) as caught:
        send(PASSED, mail(), settings(f"smtp://{HOST}:{plain.port}"))
    assert caught.value.code == "no-tls-or-sign-in"
    assert plain.letters.taken == []


@pytest.mark.parametrize("implicit", [True, False])
def test_a_certificate_nobody_vouches_for_ends_the_talk(
    certificate: Path, settings: Settings, *, implicit: bool
) -> None:
    with serving(certificate=certificate, implicit=implicit) as running:
        with pytest.raises(TryLater) as caught:
            send(PASSED, mail(), settings(f"{'smtps' if implicit else 'smtp'}://{HOST}:{running.port}"))
        assert caught.value.code == "certificate"
        assert running.letters.taken == []


def test_a_certificate_of_another_host_ends_the_talk(tmp_path: Path, settings: Settings) -> None:
    other = mailserver.self_signed(tmp_path, "mail.example.kr")
    settings.trusting(other)
    with serving(certificate=other) as running:
        with pytest.raises(TryLater, match="certificate"):
            send(PASSED, mail(), settings(f"smtp://{HOST}:{running.port}"))
        assert running.letters.taken == []


def test_a_name_and_a_password_sign_in(certificate: Path, settings: Settings, tmp_path: Path) -> None:
    settings.trusting(certificate)
    (word := tmp_path / "password").write_text(WORD)
    with serving(certificate=certificate, sign_in=True) as running:
        server = settings(f"smtp://{HOST}:{running.port}", JIKIM_SMTP_USER=USER, JIKIM_SMTP_PASSWORD_FILE=str(word))
        send(PASSED, mail(), server)
        with pytest.raises(TryLater, match="sign-in-535"):
            send(PASSED, mail(), replace(server, password="another"))
        assert len(running.letters.taken) == 1


# --- what a server answers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("stage", "answer", "error", "code"),
    [
        ("RCPT", "550 5.1.1 <{address}> is nobody here", Undeliverable, "recipient-550"),
        ("RCPT", "450 4.2.1 <{address}> try later", TryLater, "recipient-450"),
        ("RCPT", "421 closing", TryLater, "recipient-421"),
        ("DATA", "554 5.7.1 not wanted", Undeliverable, "letter-554"),
        ("DATA", "452 4.3.1 no room", TryLater, "letter-452"),
        ("MAIL", "550 5.7.1 who are you", TryLater, "sender-550"),  # ours to mend: the letter waits
    ],
)
def test_what_will_never_do_is_told_apart_from_what_may_do_later(
    plain: Running, settings: Settings, stage: str, answer: str, error: type[TryLater], code: str
) -> None:
    plain.letters.refuses[stage] = answer
    with pytest.raises(error) as caught:
        send(PASSED, mail(), settings.plain(plain))
    assert caught.value.code == code
    assert plain.letters.taken == []


def test_no_error_names_the_person_whatever_the_server_said(plain: Running, settings: Settings) -> None:
    plain.letters.refuses["RCPT"] = "550 <{address}> is nobody here"
    with pytest.raises(Undeliverable) as caught:
        send(PASSED, mail(), settings.plain(plain))
    error: BaseException | None = caught.value
    assert error is not None
    assert error.__suppress_context__
    assert "kim" not in f"{error!s}{error!r}{error.__cause__!r}"


def test_a_server_that_is_away_is_tried_later(settings: Settings) -> None:
    with serving() as running:
        server = settings.plain(running)
    with pytest.raises(TryLater, match="unreachable"):
        send(PASSED, mail(), server)


def test_a_server_that_says_nothing_is_given_up_on_in_time(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr("jikim.outbox.mail.TIMEOUT_SECONDS", 0.2)
    with socket.create_server((HOST, 0)) as silent, pytest.raises(TryLater, match="unreachable"):
        send(PASSED, mail(), settings(f"smtp://{HOST}:{silent.getsockname()[1]}?tls=none"))


# --- who may be written to -------------------------------------------------------------------------------------------


def test_a_demo_home_writes_to_listed_domains_alone(
    plain: Running, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jikim.environment.mail.is_demo", lambda: True)
    with pytest.raises(NotAllowed) as caught:
        send(PASSED, mail(), settings.plain(plain))
    assert "example.kr" not in str(caught.value)
    listed = settings.plain(plain, JIKIM_MAIL_ALLOW="example.com, Example.KR")
    send(PASSED, mail("kim@EXAMPLE.kr"), listed)
    for other in ("kim@mail.example.kr", "kim@example.kr.eve.example", "kim@notexample.kr"):
        with pytest.raises(NotAllowed):
            send(PASSED, mail(other), listed)
    assert len(plain.letters.taken) == 1


@pytest.mark.parametrize(
    "passed",
    [
        Passed("mail", SystemWork.STORAGE, frozenset({"email"})),
        Passed("post", SystemWork.MAIL, frozenset({"email"})),
        Passed("mail", SystemWork.MAIL, frozenset({"member_email"})),
    ],
)
def test_what_the_gate_let_out_for_something_else_lets_no_letter_out(
    plain: Running, settings: Settings, passed: Passed
) -> None:
    with pytest.raises(Misused):
        send(passed, mail(), settings.plain(plain))
    assert plain.letters.taken == []
