"""E-mails are rows first: sent at least once, put off, given up, forgotten."""

import email
import email.policy
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail as outgoing
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone
from structlog.testing import capture_logs

from common.sealing import seal, unseal
from companies import mailing, tasks
from companies.errors import AddressRefused
from companies.models import Mail
from companies.tasks.mailing import purge_mails, send_mails
from tests.companies.mail_server import Postman, mail_server

pytestmark = pytest.mark.django_db
LONG_AGO = timedelta(days=400)


def written(to: str = "ada@filature.example", **members: Any) -> Mail:
    members = {"subject": "Bonjour", "body": "https://x/door/s3cret", **members}
    return mailing.write_mail(to=to, **members)


def due_again() -> None:
    Mail.objects.update(next_try_at=timezone.now())


@pytest.fixture
def postman(settings: LazySettings) -> Iterator[type[Postman]]:
    """Let e-mails go through SMTP to a server of this test."""
    with mail_server() as (port, postman):
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_FILE_PATH = None
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
        yield postman


@pytest.mark.database
def test_an_e_mail_is_sealed_until_sent_and_empty_afterwards() -> None:
    mail = written()
    stored = Mail.objects.get()
    assert "s3cret" not in stored.body
    assert unseal(stored.body) == "https://x/door/s3cret"

    assert mailing.send_due() is False

    [sent] = outgoing.outbox
    assert (sent.to, sent.subject) == ([mail.to], "Bonjour")
    assert sent.body == "https://x/door/s3cret"
    stored.refresh_from_db()
    assert stored.sent_at is not None
    assert stored.body == ""


def test_it_is_sent_once_however_often_the_sweep_comes() -> None:
    written()

    for _ in range(3):
        send_mails()

    assert len(outgoing.outbox) == 1


def test_what_is_rolled_back_is_never_sent() -> None:
    with transaction.atomic():
        written()
        transaction.set_rollback(True)

    send_mails()
    assert outgoing.outbox == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@x.example\nBcc: eve@x.example",
        "a b@x.example",
        "a" * 250 + "@x.fr",
    ],
    ids=["empty", "no host", "line break", "blank", "too long"],
)
def test_what_is_no_address_is_refused_with_a_code(address: str) -> None:
    with pytest.raises(AddressRefused) as refused:
        written(address)

    assert refused.value.code == "address_refused"
    assert not Mail.objects.exists()


def test_a_subject_cannot_begin_another_header(postman: type[Postman]) -> None:
    written(subject="Filature\r\nBcc: eve@x.example\n\x00\u2028fin" + "é" * 300)

    mailing.send_due()

    [taken] = postman.taken
    message = email.message_from_string(taken, policy=email.policy.default)
    assert message["Bcc"] is None
    assert message["To"] == "ada@filature.example"
    assert message["Subject"].lstrip().startswith("Filature Bcc: eve@x.example fin")
    assert Mail.objects.get().sent_at is not None


def test_a_repetition_can_be_told_by_its_message_id(postman: type[Postman]) -> None:
    mail = written()
    mailing.send_due()
    # The worker died before it wrote that the e-mail is sent.
    body = seal("encore")
    Mail.objects.update(sent_at=None, body=body, next_try_at=timezone.now())

    mailing.send_due()

    identifiers = {
        email.message_from_string(one)["Message-ID"] for one in postman.taken
    }
    assert len(postman.taken) == 2
    assert len(identifiers) == 1
    assert str(mail.pk) in identifiers.pop()


def test_a_worker_that_died_gives_the_e_mail_back_after_a_while() -> None:
    mail = written()
    assert mailing._claim(Mail.objects.get())

    mailing.send_due()
    assert outgoing.outbox == []

    Mail.objects.filter(pk=mail.pk).update(next_try_at=timezone.now())
    mailing.send_due()
    assert len(outgoing.outbox) == 1


@pytest.mark.parametrize(
    ("answers", "reason", "goes_on"),
    [
        ({"connect": "421 later"}, "SMTPConnectError 421", False),
        ({"rcpt": "450 full"}, "SMTPRecipientsRefused 450", True),
        ({"rcpt": "550 nobody"}, "SMTPRecipientsRefused 550", True),
        ({"mail": "550 not you"}, "SMTPSenderRefused 550", False),
        ({"taken": "451 later"}, "SMTPDataError 451", True),
    ],
    ids=lambda value: str(value) if isinstance(value, str) else None,
)
def test_a_refusal_puts_the_e_mail_off(
    postman: type[Postman], answers: dict[str, str], reason: str, goes_on: bool
) -> None:
    written()
    written("eve@filature.example")
    postman.answers.update(answers)

    with capture_logs() as logs:
        mailing.send_due()

    tried = Mail.objects.exclude(attempts=0)
    assert {one.reason for one in tried} == {reason}
    # What concerns the server stops the round: the other e-mail is not spent on it.
    assert tried.count() == (2 if goes_on else 1)
    assert all(one.next_try_at > timezone.now() for one in tried)
    assert {one["event"] for one in logs} == {"mail.put_off"}
    assert "filature" not in repr(logs)

    postman.answers.clear()
    due_again()
    mailing.send_due()
    assert Mail.objects.exclude(sent_at=None).count() == 2


def test_without_any_server_the_e_mail_waits(
    settings: LazySettings, postman: type[Postman]
) -> None:
    settings.EMAIL_PORT = 1
    mail = written()

    mailing.send_due()

    mail.refresh_from_db()
    assert (mail.reason, mail.attempts) == ("ConnectionRefusedError", 1)
    assert timedelta(0) < mail.next_try_at - timezone.now() <= timedelta(minutes=1)


@pytest.mark.parametrize("lacking", ["tls", "sign-in"])
def test_a_server_that_lacks_what_is_set_takes_no_e_mail_from_anybody(
    settings: LazySettings, postman: type[Postman], lacking: str
) -> None:
    settings.EMAIL_USE_TLS = lacking == "tls"
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "us", "s3cret"
    written()
    written("eve@filature.example")

    mailing.send_due()

    tried = Mail.objects.get(attempts=1)
    assert (tried.reason, tried.given_up_at) == ("SMTPNotSupportedError", None)
    settings.EMAIL_USE_TLS, settings.EMAIL_HOST_USER = False, ""
    due_again()
    mailing.send_due()
    assert len(postman.taken) == 2


def test_a_bad_farewell_does_not_send_it_twice(postman: type[Postman]) -> None:
    postman.answers["quit"] = "hang up"
    written()

    mailing.send_due()

    assert Mail.objects.get().sent_at is not None
    assert len(postman.taken) == 1


def test_each_pause_is_longer_and_the_end_has_a_reason(postman: type[Postman]) -> None:
    postman.answers["rcpt"] = "550 nobody"
    mail = written()
    pauses = []

    for _ in range(mailing.MAX_ATTEMPTS):
        due_again()
        mailing.send_due()
        mail.refresh_from_db()
        pauses.append(round((mail.next_try_at - timezone.now()).total_seconds()))

    assert pauses[:-1] == sorted(pauses[:-1])
    assert mail.given_up_at is not None
    assert mail.reason == "SMTPRecipientsRefused 550"
    assert mail.body == ""
    due_again()
    mailing.send_due()
    assert Mail.objects.get().attempts == mailing.MAX_ATTEMPTS


def test_an_e_mail_that_kills_workers_is_given_up() -> None:
    written()
    Mail.objects.update(attempts=mailing.MAX_ATTEMPTS)

    mailing.send_due()

    assert Mail.objects.get().reason == "killed"
    assert outgoing.outbox == []


def test_an_e_mail_sealed_under_a_lost_key_is_given_up(settings: LazySettings) -> None:
    written()
    settings.SECRET_KEY = "another key"

    mailing.send_due()

    assert Mail.objects.get().reason == "seal_broken"
    assert Mail.objects.get().given_up_at is not None


def test_without_a_mail_server_production_keeps_the_rows(
    settings: LazySettings,
) -> None:
    settings.EMAIL_IS_SENT = False
    written()

    send_mails()

    mail = Mail.objects.get()
    assert (mail.attempts, mail.sent_at, mail.given_up_at) == (0, None, None)


def test_the_embedded_mode_writes_files_for_their_owner_alone(
    settings: LazySettings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    written()

    mailing.send_due()

    [file] = (tmp_path / "mail").iterdir()
    assert "https://x/door/s3cret" in file.read_text()
    assert file.parent.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_cannot_be_written_puts_the_e_mail_off(
    settings: LazySettings, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("a file is in the way")
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    written()

    assert mailing.send_due() is False
    assert Mail.objects.get().reason == "FileExistsError"


def test_a_lost_hint_is_only_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_broker(**_options: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(send_mails, "apply_async", no_broker)

    with capture_logs() as logs:
        tasks.hint_mails()

    assert logs[0]["event"] == "mails.hint_lost"


@pytest.mark.database
def test_old_e_mails_are_forgotten_and_what_waited_too_long_is_given_up() -> None:
    sent, given_up, waiting, recent = (written(f"{n}@x.example") for n in range(4))
    ago = timezone.now() - LONG_AGO
    Mail.objects.filter(pk=sent.pk).update(sent_at=ago)
    Mail.objects.filter(pk=given_up.pk).update(given_up_at=ago)
    Mail.objects.filter(pk=waiting.pk).update(created_at=ago)

    purge_mails()
    purge_mails()

    assert set(Mail.objects.all()) == {waiting, recent}
    waiting.refresh_from_db()
    assert (waiting.reason, waiting.body) == ("too_old", "")
    assert Mail.objects.get(pk=recent.pk).given_up_at is None


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    written()
    barrier = threading.Barrier(2)
    sent: list[str] = []
    claim = mailing._claim

    def claim_together(seen: Mail) -> bool:
        barrier.wait(timeout=10)
        return claim(seen)

    monkeypatch.setattr(mailing, "_claim", claim_together)
    monkeypatch.setattr(EmailMessage, "send", lambda self: sent.append(self.to[0]))

    def work(_number: int) -> None:
        try:
            mailing.send_due()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(work, range(2)))

    assert sent == ["ada@filature.example"]
