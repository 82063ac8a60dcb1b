"""
Values from the environment, each by a small typed function.

A value that cannot be used stops the start with the variable's name, as
`ImproperlyConfigured`; nothing is guessed.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; "
    "PRAGMA journal_size_limit=27103364; PRAGMA mmap_size=134217728; "
    "PRAGMA cache_size=-20000;"
)


def text(name: str, *, default: str) -> str:
    """Return the variable's text, or the default when it is not set."""
    return os.environ.get(name, default)


def choice(name: str, *, choices: tuple[str, ...], default: str) -> str:
    """Return one of `choices`."""
    value = text(name, default=default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name} must be one of {', '.join(choices)}, not {value!r}."
        )
    return value


def flag(name: str, *, default: bool) -> bool:
    """Return a truth value: 1, true, yes, on, or 0, false, no, off."""
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in {"1", "true", "yes", "on"}:
        return True
    if value.lower() in {"0", "false", "no", "off", ""}:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, *, default: int) -> int:
    """Return a whole number, 0 or more."""
    value = text(name, default=str(default))
    if not (value.isascii() and value.isdigit()):
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.")
    return int(value)


def path(name: str, *, default: Path) -> Path:
    """Return an absolute path; empty is not set, and not wherever we were started."""
    return Path(text(name, default="") or default).expanduser().absolute()


def words(name: str, *, default: tuple[str, ...]) -> tuple[str, ...]:
    """Return the items of a comma-separated list, without blanks."""
    if name not in os.environ:
        return default
    return tuple(word.strip() for word in os.environ[name].split(",") if word.strip())


def kept_secret(file: Path, *, make: Callable[[], str]) -> str:
    """
    Return the secret kept in `file`, drawn once and readable by its owner only.

    Two processes that start at the same time agree: the file appears whole, by a link,
    and whoever comes second reads the first one's.
    """
    try:
        return file.read_text().strip()
    except FileNotFoundError:
        pass
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(make())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return file.read_text().strip()


def database(url: str, *, sqlite_default: Path) -> dict[str, Any]:
    """
    Return Django's description of the database at `url`.

    `postgres://user:password@host:port/name?option=value` (a host that starts with `/`,
    percent-encoded, is a socket folder), `sqlite:///path`, or empty for the default.
    """
    parts = urlsplit(url)
    if not url or parts.scheme == "sqlite":
        file = Path(unquote(parts.path)) if url else sqlite_default
        file.parent.mkdir(parents=True, exist_ok=True)
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(file),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                # Without IMMEDIATE a reader that turns writer fails at once, whatever
                # the timeout; the figures are in docs/decisions/0003-sqlite.md.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": SQLITE_PRAGMAS,
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "common.postgresql",
            "NAME": unquote(parts.path.removeprefix("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": dict(parse_qsl(parts.query)),
        }
    raise ImproperlyConfigured(
        "FLASHSESAME_DATABASE_URL must start with postgres:// or sqlite://."
    )


class MailServer(NamedTuple):
    """Where e-mails are handed over; no host where there is no such server."""

    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    use_starttls: bool = False
    use_tls: bool = False


def mail_server(name: str) -> MailServer:
    """
    Return the mail server that the variable names, if it does.

    `smtp://user:password@host:port` speaks STARTTLS on port 587, and in clear only with
    `?starttls=0`, for a relay on the same host; `smtps://…` speaks TLS, on port 465.
    """
    if not (url := text(name, default="").strip()):
        return MailServer()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        # Without the address: it holds a password.
        raise ImproperlyConfigured(f"{name} is no address: {error}.") from None
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    is_clear = parts.scheme == "smtp" and options == {"starttls": "0"}
    if (
        parts.scheme not in {"smtp", "smtps"}
        or not parts.hostname
        or parts.path not in {"", "/"}
        or (options and not is_clear)
    ):
        raise ImproperlyConfigured(
            f"{name} must be smtp://user:password@host:port (with ?starttls=0 for a "
            "server that takes e-mails in clear), smtps://…, or empty."
        )
    is_tls = parts.scheme == "smtps"
    return MailServer(
        host=parts.hostname,
        port=port or (465 if is_tls else 587),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_starttls=not is_tls and not is_clear,
        use_tls=is_tls,
    )
