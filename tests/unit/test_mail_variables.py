"""The mail server is named in one way, never in clear over a network, and no complaint repeats a password."""

import pytest

from jikim import environment
from jikim.environment import BadVariable, MailServer, Tls

FROM = "privacy@mulpure.example"


def named(monkeypatch: pytest.MonkeyPatch, url: str, *, demo: bool = False, **more: str) -> MailServer | None:
    monkeypatch.setattr("jikim.environment.mail.is_demo", lambda: demo)
    for name, value in {"JIKIM_SMTP_URL": url, "JIKIM_MAIL_FROM": FROM, **more}.items():
        monkeypatch.setenv(name, value)
    return environment.mail_server()


def test_without_a_server_mail_waits_and_nothing_is_complained_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert named(monkeypatch, "") is None


@pytest.mark.parametrize(
    ("url", "host", "port", "tls"),
    [
        ("smtps://mail.example.kr", "mail.example.kr", 465, Tls.FROM_THE_START),
        ("smtps://mail.example.kr:4650/", "mail.example.kr", 4650, Tls.FROM_THE_START),
        ("smtp://mail.example.kr", "mail.example.kr", 587, Tls.BEFORE_ANYTHING_IS_SAID),
        ("smtp://[2001:db8::1]:25", "2001:db8::1", 25, Tls.BEFORE_ANYTHING_IS_SAID),
        ("smtp://127.0.0.1?tls=none", "127.0.0.1", 25, Tls.NEVER),
        ("smtp://[::1]:2525?tls=none", "::1", 2525, Tls.NEVER),
        ("smtp://localhost/?tls=none", "localhost", 25, Tls.NEVER),
    ],
)
def test_a_server_is_named_by_its_address(
    monkeypatch: pytest.MonkeyPatch, url: str, host: str, port: int, tls: Tls
) -> None:
    found = named(monkeypatch, url)
    assert found == MailServer(host, port, tls, "", "", FROM, "mail", None)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.kr",
        "http://mail.example.kr",
        "smtp://",
        "smtp://mail.example.kr:0",
        "smtp://mail.example.kr:65536",
        "smtp://mail.example.kr/path",
        "smtp://mail.example.kr#part",
        "smtp://mail.example.kr?tls=off",
        "smtp://mail.example.kr?tls=none",  # in clear over a network
        "smtps://127.0.0.1?tls=none",
        "smtp://127.0.0.1.example.kr?tls=none",
        "smtp://[half",
        "smtp://kim:correct-horse@mail.example.kr",
        "smtp://kim@mail.example.kr",
    ],
)
def test_what_names_no_server_is_refused_by_its_variable(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    with pytest.raises(BadVariable, match="JIKIM_SMTP_URL") as caught:
        named(monkeypatch, url)
    assert "correct-horse" not in str(caught.value)


@pytest.mark.parametrize("sender", ["", "privacy", "Kim <kim@example.kr>", "a@b.kr\r\nBcc: c@d.kr", "a@b.kr,c@d.kr"])
def test_letters_need_an_address_they_come_from(monkeypatch: pytest.MonkeyPatch, sender: str) -> None:
    with pytest.raises(BadVariable, match="JIKIM_MAIL_FROM"):
        named(monkeypatch, "smtps://mail.example.kr", JIKIM_MAIL_FROM=sender)


@pytest.mark.parametrize(
    "words",
    [
        {"JIKIM_SMTP_USER": "kim"},
        {"JIKIM_SMTP_PASSWORD": "correct-horse"},
        {"JIKIM_SMTP_USER": "kim", "JIKIM_SMTP_PASSWORD": "정답"},
    ],
)
def test_half_of_a_sign_in_is_refused(monkeypatch: pytest.MonkeyPatch, words: dict[str, str]) -> None:
    with pytest.raises(BadVariable) as caught:
        named(monkeypatch, "smtps://mail.example.kr", demo=False, **words)
    assert not any(word in str(caught.value) for word in ("correct-horse", "정답"))


def test_a_password_is_never_sent_in_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadVariable, match="in clear"):
        named(monkeypatch, "smtp://127.0.0.1?tls=none", JIKIM_SMTP_USER="kim", JIKIM_SMTP_PASSWORD="correct-horse")


def test_a_password_does_not_show(monkeypatch: pytest.MonkeyPatch) -> None:
    found = named(monkeypatch, "smtps://mail.example.kr", JIKIM_SMTP_USER="kim", JIKIM_SMTP_PASSWORD="correct-horse")
    assert found is not None
    assert found.password == "correct-horse"
    assert "correct-horse" not in repr(found)


@pytest.mark.parametrize(
    ("demo", "written", "allowed"),
    [
        (False, "", None),  # a real home writes to whom its people are
        (False, "example.kr", frozenset({"example.kr"})),
        (True, "", frozenset()),  # a demo home writes to nobody until told
        (True, "example.kr, Example.COM", frozenset({"example.kr", "example.com"})),
    ],
)
def test_a_demo_home_writes_to_nobody_who_is_not_listed(
    monkeypatch: pytest.MonkeyPatch, *, demo: bool, written: str, allowed: frozenset[str] | None
) -> None:
    found = named(monkeypatch, "smtps://mail.example.kr", demo=demo, JIKIM_MAIL_ALLOW=written)
    assert found is not None
    assert found.allowed == allowed


@pytest.mark.parametrize("word", ["*", "*.example.kr", "kim@example.kr", "exa mple.kr"])
def test_a_list_of_domains_holds_domains(monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    with pytest.raises(BadVariable, match="JIKIM_MAIL_ALLOW"):
        named(monkeypatch, "smtps://mail.example.kr", JIKIM_MAIL_ALLOW=word)


@pytest.mark.parametrize("name", ["Mail", "mail server", "-"])
def test_the_server_has_a_name_of_the_policy(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with pytest.raises(BadVariable, match="JIKIM_SMTP_RECEIVER"):
        named(monkeypatch, "smtps://mail.example.kr", JIKIM_SMTP_RECEIVER=name)
