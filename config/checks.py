"""
System checks: combinations that cannot work are refused before the first request.

`flashsesame.E001` to `E006` concern production, `E007` the outside catalogue, `E008`,
`W002` and `W003` e-mail, `E009` and `E010` the registers of companies, `E011`, `E012`
and `W004` private files and uploads, `E013` sessions, `E014` throttles, `E015` and
`E016` push messages, `E017` and `W005` the log, `E018` an old SQLite;
run them with `manage.py check`.
"""

import email.utils
import sqlite3
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError
from rest_framework.throttling import ScopedRateThrottle

from ledger import log_keys

# The first with RETURNING.
OLDEST_SQLITE = (3, 35)


@register()
def check_mode(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Refuse what would look like production and is not."""
    of_mode = _problems() if settings.IS_PRODUCTION else _odd_embedded()
    rest = (_sqlite, _outside, _registers, _mail, _files, _limits, _push, _log)
    return [*of_mode, *(message for check in rest for message in check())]


@register(Tags.database)
def check_name_of_the_log(
    app_configs: Sequence[AppConfig] | None,  # noqa: ARG001 - Django's signature
    databases: Sequence[str] | None = None,
    **_kwargs: Any,
) -> list[CheckMessage]:
    """Warn when the log is known by the host of another address than is served."""
    if not databases:
        return []
    try:
        named = log_keys.other_origin()
    except DatabaseError:  # no tables yet
        return []
    if not named:
        return []
    return [
        Warning(
            "The log keeps the name that its first checkpoint has, of another host.",
            hint=f"It stays valid. Readers who expect {named} must be told its name.",
            id="flashsesame.W005",
        )
    ]


def _problems() -> Iterator[CheckMessage]:
    if settings.SECRET_KEY == settings.INSECURE_SECRET_KEY:
        yield Error(
            "Production has no secret key.",
            hint="Set FLASHSESAME_SECRET_KEY to 50 random characters or more.",
            id="flashsesame.E001",
        )
    if settings.DEBUG:
        yield Error(
            "Production runs with DEBUG.",
            hint="Unset FLASHSESAME_DEBUG.",
            id="flashsesame.E002",
        )
    if "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        yield Error(
            "Production runs on SQLite, which one process at a time can write.",
            hint="Set FLASHSESAME_DATABASE_URL to a PostgreSQL database.",
            id="flashsesame.E003",
        )
    if not settings.REDIS_URL:
        yield Error(
            "Production has no broker: phones of other processes would never wake.",
            hint="Set FLASHSESAME_REDIS_URL.",
            id="flashsesame.E004",
        )
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield Error(
            "Production answers to any host name.",
            hint="Set FLASHSESAME_ALLOWED_HOSTS.",
            id="flashsesame.E005",
        )
    if not settings.BASE_URL.startswith("https://"):
        yield Error(
            "The public address is not https, and printed QR codes will carry it.",
            hint="Set FLASHSESAME_BASE_URL to the https address of this service.",
            id="flashsesame.E006",
        )


def _odd_embedded() -> Iterator[CheckMessage]:
    if settings.REDIS_URL and "sqlite" in settings.DATABASES["default"]["ENGINE"]:
        yield Warning(
            "Redis is set beside SQLite: workers in other processes share one file.",
            hint="Use PostgreSQL with Redis, or neither.",
            id="flashsesame.W001",
        )


def _sqlite() -> Iterator[CheckMessage]:
    engines = [described["ENGINE"] for described in settings.DATABASES.values()]
    is_used = any("sqlite" in engine for engine in engines)
    if is_used and sqlite3.sqlite_version_info < OLDEST_SQLITE:
        yield Error(
            f"SQLite {sqlite3.sqlite_version} returns no rows of an update.",
            hint="Use a Python with SQLite 3.35 or later, or PostgreSQL.",
            id="flashsesame.E018",
        )


def _outside() -> Iterator[CheckMessage]:
    address = settings.OUTSIDE_CATALOGUE_URL
    if settings.OUTSIDE_CATALOGUE and not address.startswith("https://"):
        yield Error(
            "The outside catalogue's address is not https.",
            hint="Set FLASHSESAME_OUTSIDE_CATALOGUE_URL to https://, host and nothing.",
            id="flashsesame.E007",
        )


def _mail() -> Iterator[CheckMessage]:
    sender = email.utils.parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    try:
        validate_email(sender)
    except ValidationError:
        yield Error(
            "E-mails would have no sender.",
            hint="Set FLASHSESAME_EMAIL_FROM to Name <address@host>.",
            id="flashsesame.E008",
        )
    if not settings.EMAIL_IS_SENT:
        yield Warning(
            "No mail server: invitations and notices wait and reach nobody.",
            hint="Set FLASHSESAME_EMAIL_URL to smtp://user:password@host:587.",
            id="flashsesame.W002",
        )
    elif settings.MAIL_SERVER.host and sender.endswith("@localhost"):
        yield Warning(
            "E-mails come from an address that nobody can answer.",
            hint="Set FLASHSESAME_EMAIL_FROM to Name <address@host>.",
            id="flashsesame.W003",
        )


def _registers() -> Iterator[CheckMessage]:
    for name in settings.REGISTERS:
        address = settings.REGISTER_URLS.get(name)
        if address is None:
            yield Error(
                f"There is no register called {name!r}.",
                hint="Set FLASHSESAME_REGISTERS to sirene, gleif, both or nothing.",
                id="flashsesame.E009",
            )
        elif not address.startswith("https://"):
            yield Error(
                f"The address of the register {name!r} is not https.",
                hint=f"Set FLASHSESAME_{name.upper()}_URL to https:// and a host.",
                id="flashsesame.E010",
            )


def _files() -> Iterator[CheckMessage]:
    names = ("EVIDENCE_DIR", "IMPORTS_DIR", "LABELS_DIR", "PICTURES_DIR")
    folders = {name: Path(getattr(settings, name)).resolve() for name in names}
    public = settings.STATIC_ROOT and Path(settings.STATIC_ROOT).resolve()
    for name, folder in folders.items():
        if public and folder.is_relative_to(public):
            yield Error(
                f"The files of {name} would be served to everybody.",
                hint=f"Set FLASHSESAME_{name} to a folder outside of {public}.",
                id="flashsesame.E011",
            )
    for (one, folder), (other, same) in combinations(folders.items(), 2):
        if folder == same:
            yield Error(
                f"{one} and {other} are one folder: each would tidy the other away.",
                hint=f"Set FLASHSESAME_{one} to a folder of its own.",
                id="flashsesame.E012",
            )
    for name in ("MAX_EVIDENCE_BYTES", "MAX_IMPORT_BYTES"):
        if getattr(settings, name) > settings.MAX_BODY_BYTES:
            yield Warning(
                f"{name} is larger than a request may be: such files never arrive.",
                hint=f"Lower FLASHSESAME_{name}, or raise FLASHSESAME_MAX_BODY_BYTES.",
                id="flashsesame.W004",
            )


def _limits() -> Iterator[CheckMessage]:
    if settings.SESSION_COOKIE_AGE < 3600:
        yield Error(
            "Whoever signs in would be signed out at once.",
            hint="Set FLASHSESAME_SESSION_HOURS to 1 or more.",
            id="flashsesame.E013",
        )
    for name, rate in settings.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"].items():
        if not _is_rate(rate):
            variable = name.upper().replace("-", "_")
            yield Error(
                f"The rate of {name!r} cannot be read: {rate!r}.",
                hint=f"Set FLASHSESAME_THROTTLE_{variable} to such as 120/min.",
                id="flashsesame.E014",
            )


def _push() -> Iterator[CheckMessage]:
    if not settings.PUSH_CONTACT.startswith(("mailto:", "https://")):
        yield Error(
            "Push services would not learn whom to reach, and refuse every message.",
            hint="Set FLASHSESAME_PUSH_CONTACT to mailto:name@host or https://host.",
            id="flashsesame.E015",
        )
    if settings.FCM_CREDENTIALS and not Path(settings.FCM_CREDENTIALS).is_file():
        yield Error(
            "The file of the Firebase account is not there.",
            hint="Set FLASHSESAME_FCM_CREDENTIALS to the path of its JSON file.",
            id="flashsesame.E016",
        )


def _log() -> Iterator[CheckMessage]:
    try:
        log_keys.outside_keys()
    except log_keys.KeyUnusable as error:
        yield Error(
            f"{error}.",
            hint="Set FLASHSESAME_LOG_KEYS to paths of PEM files, or to base64 seeds.",
            id="flashsesame.E017",
        )


def _is_rate(rate: str) -> bool:
    """Say whether the framework can read a rate, which it does at each request."""
    try:
        count, _seconds = ScopedRateThrottle().parse_rate(rate)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError):
        return False
    return count is not None and count > 0


def refuse_unusable() -> None:
    """
    Raise `ImproperlyConfigured` when an error of this module stands.

    Servers call it: Django itself runs the checks for `manage.py` commands only.
    """
    errors = [problem for problem in check_mode(None) if problem.is_serious()]
    if errors:
        raise ImproperlyConfigured("\n".join(str(error) for error in errors))
