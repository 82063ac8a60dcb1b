"""Where e-mails are handed over, from the environment, and what is odd about it."""

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured

from config import checks
from config import environment as env
from config.environment import MailServer

NAME = "FLASHSESAME_TEST_VALUE"


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("", MailServer()),
        (
            "smtp://me:p%40ss@mail.example",
            MailServer("mail.example", 587, "me", "p@ss", use_starttls=True),
        ),
        (
            "smtps://mail.example:4465/",
            MailServer("mail.example", 4465, use_tls=True),
        ),
        (
            "smtp://127.0.0.1:25?starttls=0",
            MailServer("127.0.0.1", 25),
        ),
    ],
    ids=["none", "starttls", "tls", "in clear"],
)
def test_a_mail_server_is_read(
    monkeypatch: pytest.MonkeyPatch, url: str, server: MailServer
) -> None:
    monkeypatch.setenv(NAME, url)

    assert env.mail_server(NAME) == server


@pytest.mark.parametrize(
    "url",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://me:s3cret@mail.example:port",
        "smtp://me:s3cret@mail.example:99999",
        "smtp://mail.example/folder",
        "smtp://mail.example?starttls=perhaps",
        "smtps://mail.example?starttls=0",
    ],
)
def test_what_is_no_mail_server_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv(NAME, url)

    with pytest.raises(ImproperlyConfigured, match=NAME) as refused:
        env.mail_server(NAME)

    assert "s3cret" not in str(refused.value)


def found() -> list[str]:
    return [str(problem.id) for problem in checks.check_mode(None)]


@pytest.mark.parametrize(
    ("is_sent", "server", "sender", "problem"),
    [
        (False, MailServer(), "Flash <flash@shop.example>", "flashsesame.W002"),
        (True, MailServer("x", 587), "Flash <flash@localhost>", "flashsesame.W003"),
        (True, MailServer(), "Flash", "flashsesame.E008"),
        (True, MailServer(), "Flash <a@b@c>", "flashsesame.E008"),
        (True, MailServer(), "Flash <flash@localhost>", None),
        (True, MailServer("x", 587), "flash@shop.example", None),
    ],
)
def test_what_is_odd_about_e_mail_is_said(
    settings: LazySettings,
    is_sent: bool,
    server: MailServer,
    sender: str,
    problem: str | None,
) -> None:
    settings.EMAIL_IS_SENT, settings.MAIL_SERVER = is_sent, server
    settings.DEFAULT_FROM_EMAIL = sender

    mail = {"flashsesame.W002", "flashsesame.W003", "flashsesame.E008"}
    assert set(found()) & mail == ({problem} if problem else set())
