"""
Structured logs: one line an event, with the request's id, without a secret.

Everything goes to standard error, the standard library's records included. Values
under a key that names a secret are replaced; so are bearer tokens, webhook secrets,
passes and e-mail addresses wherever they stand in a text.
"""

import logging
import logging.config
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

HIDDEN = "[hidden]"
SECRET_KEYS = re.compile(
    r"authori[sz]ation|cookie|csrf|secret|passw|token|signature|e_?mail|^pass$|handle",
    re.IGNORECASE,
)
SECRET_TEXTS = re.compile(
    r"(?i:bearer\s+)\S+"
    r"|whs(?:ec|k)_[A-Za-z0-9+/=_-]+"
    r"|FS1\.[A-Za-z0-9]+"
    r"|\bfs[dikt]_[A-Za-z0-9_-]{16,}"
    # Begun only where a word begins, and bounded: a long path is searched in no time.
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}\.[\w.-]{1,255}"
)


def hide_secrets(
    _logger: Any, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace what must never be written down, in keys and inside texts."""
    for key, value in event.items():
        if key != "event" and SECRET_KEYS.search(key):
            event[key] = HIDDEN
        else:
            event[key] = _without_secrets(value)
    return event


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return SECRET_TEXTS.sub(HIDDEN, value)
    if isinstance(value, dict):
        return {
            key: HIDDEN if SECRET_KEYS.search(str(key)) else _without_secrets(item)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_secrets(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    # An exception or a set is written by its text, so its text is what is searched.
    return SECRET_TEXTS.sub(HIDDEN, str(value))


def configure(*, level: str, log_format: str) -> None:
    """Send structlog and the standard library's records through one chain."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    # A traceback becomes text before secrets are hidden, so that it is searched too.
    last: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.format_exc_info,
        hide_secrets,
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=False),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "structured": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [
                        *shared[:-1],
                        structlog.stdlib.PositionalArgumentsFormatter(),
                        shared[-1],
                    ],
                    "processors": last,
                }
            },
            "handlers": {
                "stderr": {"class": "logging.StreamHandler", "formatter": "structured"}
            },
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                # Our own middleware writes the access line, with the request's id.
                "uvicorn.access": {"level": "CRITICAL"},
                "uvicorn.error": {"level": "WARNING"},
                "django.request": {"level": "ERROR"},
                "celery": {"level": "WARNING"},
                "PIL": {"level": "WARNING"},
            },
        }
    )
