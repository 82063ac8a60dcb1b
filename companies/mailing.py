"""
E-mail: written as a row in the transaction of what it tells of, sent afterwards.

A leaf module. Whoever writes one also says `transaction.on_commit(tasks.hint_mails,
robust=True)`; without the hint the sweep finds it. Each e-mail arrives at least once:
a worker that dies between the server's yes and its own note sends it again, under the
same Message-ID.
"""

import contextlib
import email.utils
import re
import smtplib
import time
from collections.abc import Collection, Iterator
from datetime import timedelta
from pathlib import Path

import structlog
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from common.sealing import SealBroken, seal, unseal
from companies.errors import AddressRefused
from companies.models import Company, Mail
from companies.models.people import MailQuerySet

MAX_ADDRESS = 254
MAX_SUBJECT = 200
# Longer than an attempt may take: whoever died while sending gives the row back.
LEASE = timedelta(minutes=2)
# How long a worker stays with e-mails: far below the limit of a task.
SLICE_SECONDS = 3.0
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=12)
# With the pauses doubling, some four days in all.
MAX_ATTEMPTS = 16
TOO_OLD = "too_old"
KILLED = "killed"

logger = structlog.get_logger(__name__)


class _Refused(Exception):
    """Time will not heal it."""


class _TryLater(Exception):
    """Time may heal it. `is_ours` says that it concerns every e-mail, not this one."""

    def __init__(self, reason: str, *, is_ours: bool) -> None:
        super().__init__(reason)
        self.is_ours = is_ours


def is_address(text: str) -> bool:
    """Say whether an e-mail can be addressed to `text`."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return len(text) <= MAX_ADDRESS


def addresses(company: Company, roles: Collection[str]) -> list[str]:
    """Return where the active members in these roles are reached, each once."""
    members = company.memberships.filter(role__in=roles, user__is_active=True)
    found: dict[str, str] = {}
    for address in members.order_by("pk").values_list("user__email", flat=True):
        if is_address(address):
            found.setdefault(address.casefold(), address)
    return list(found.values())


def write_mail(*, to: str, subject: str, body: str) -> Mail:
    """
    Write one e-mail in the caller's transaction: gone if that is rolled back.

    Raise `AddressRefused` for what is no address. The body is kept sealed, since it may
    hold a link that opens a door, and only until it is sent.
    """
    if not is_address(to):
        raise AddressRefused(_("This is not an e-mail address."))
    # A line break would begin another header.
    one_line = re.sub(r"[\s\x00-\x1f\x7f]+", " ", subject).strip()
    return Mail.objects.create(to=to, subject=one_line[:MAX_SUBJECT], body=seal(body))


def send_due() -> bool:
    """
    Send the e-mails whose turn it is, for some seconds; say whether more are due.

    Safe to run twice and at once: each one is claimed by a conditional update. When the
    mail server itself is not to be had, the others wait untouched for the next round.
    """
    if not settings.EMAIL_IS_SENT:
        return False
    until = time.monotonic() + SLICE_SECONDS
    while time.monotonic() < until:
        seen = Mail.objects.due().first()
        if seen is None:
            return False
        if _claim(seen) and not _send(seen):
            return False
    return Mail.objects.due().exists()


def purge(*, older_than_days: int) -> int:
    """
    Forget what was sent or given up long ago; return how many rows went.

    What could not be sent for so long says nothing true any more: it is given up.
    """
    limit = timezone.now() - timedelta(days=older_than_days)
    # What a worker holds has its next try in the future, and is left to it.
    waiting = Mail.objects.due().filter(created_at__lt=limit)
    waiting.order_by().update(given_up_at=timezone.now(), reason=TOO_OLD, body="")
    old = Mail.objects.filter(Q(sent_at__lt=limit) | Q(given_up_at__lt=limit))
    return old.delete()[0]


def _claim(seen: Mail) -> bool:
    """Take one due row; false when another worker was faster, or it gave up now."""
    if seen.attempts >= MAX_ATTEMPTS:
        # Whatever kills workers kills no more.
        _give_up(seen, seen.reason or KILLED)
        return False
    mine = _unsent(seen).filter(next_try_at=seen.next_try_at, attempts=seen.attempts)
    claimed = mine.update(
        next_try_at=timezone.now() + LEASE, attempts=seen.attempts + 1
    )
    seen.attempts += claimed
    return claimed == 1


def _send(mail: Mail) -> bool:
    """Send one claimed e-mail; false when the mail server is not to be had."""
    try:
        _hand_over(mail)
    except _Refused as error:
        _give_up(mail, str(error))
    except _TryLater as later:
        if mail.attempts >= MAX_ATTEMPTS:
            _give_up(mail, str(later))
        else:
            _put_off(mail, str(later))
        return not later.is_ours
    else:
        _unsent(mail).update(sent_at=timezone.now(), reason="", body="")
        logger.info("mail.sent", mail=mail.pk, attempts=mail.attempts)
    return True


def _hand_over(mail: Mail) -> None:
    try:
        message = _message(mail)
        with _server() as message.connection:
            message.send()
    except SealBroken as error:
        raise _Refused("seal_broken") from error
    except (smtplib.SMTPNotSupportedError, ValueError) as error:
        # An address in letters that the server does not take, or no header at all.
        raise _Refused(_reason(error)) from error
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError) as error:
        raise _TryLater(_reason(error), is_ours=False) from error
    except (OSError, ImproperlyConfigured) as error:
        # No connection, no welcome, a full disk: the next one would fare no better.
        raise _TryLater(_reason(error), is_ours=True) from error


@contextlib.contextmanager
def _server() -> Iterator[BaseEmailBackend]:
    """Lend the mail server, open; what it lacks before an e-mail concerns them all."""
    server = get_connection()
    try:
        try:
            server.open()
        except smtplib.SMTPNotSupportedError as error:
            # No TLS, or no sign-in: a setting, or a server that is half up.
            raise _TryLater(_reason(error), is_ours=True) from error
        yield server
    finally:
        # The server has said yes by now: a bad farewell does not take it back.
        with contextlib.suppress(OSError):
            server.close()


def _reason(error: Exception) -> str:
    """Return what went wrong, without the server's words: they repeat addresses."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((said[0] for said in error.recipients.values()), None)
    name = type(error).__name__
    return f"{name} {code}" if isinstance(code, int) and code > 0 else name


def _message(mail: Mail) -> EmailMessage:
    sender = settings.DEFAULT_FROM_EMAIL
    domain = email.utils.parseaddr(sender)[1].rpartition("@")[2]
    if settings.EMAIL_FILE_PATH:
        # The files hold links that open doors.
        Path(settings.EMAIL_FILE_PATH).mkdir(mode=0o700, parents=True, exist_ok=True)
    return EmailMessage(
        subject=mail.subject,
        body=unseal(mail.body),
        from_email=sender,
        to=[mail.to],
        headers={
            # The same each time, so that a reader's program can tell a repetition.
            "Message-ID": f"<{mail.pk}.{mail.created_at:%Y%m%d%H%M%S%f}@{domain}>",
            "Auto-Submitted": "auto-generated",
        },
    )


def _put_off(mail: Mail, reason: str) -> None:
    pause = min(FIRST_PAUSE * 2 ** (mail.attempts - 1), LONGEST_PAUSE)
    _unsent(mail).update(next_try_at=timezone.now() + pause, reason=reason[:100])
    logger.warning("mail.put_off", mail=mail.pk, reason=reason, attempts=mail.attempts)


def _give_up(mail: Mail, reason: str) -> None:
    _unsent(mail).update(given_up_at=timezone.now(), reason=reason[:100], body="")
    logger.error("mail.given_up", mail=mail.pk, reason=reason, attempts=mail.attempts)


def _unsent(mail: Mail) -> MailQuerySet:
    return Mail.objects.filter(pk=mail.pk, sent_at=None, given_up_at=None)
