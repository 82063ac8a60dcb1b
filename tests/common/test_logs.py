"""The logs: one line an event, and no secret in it, however it got there."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.test import Client

from common import logs
from common.logs import HIDDEN, hide_secrets

TOKEN = "fsd_q8Zr1mV5wC2xN7bK4tY6uJ9pL3aE0sDf"
SECRETS = {
    "a bearer token": ("Authorization: Bearer abc.def-123", "abc.def-123"),
    "a bearer in small letters": ("bearer abcdef", "abcdef"),
    "a webhook secret": (
        "key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw=",
        "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ),
    "a signing key": ("whsk_6Xb/dCcHpPea21PS==", "6Xb/dCcHpPea21PS"),
    "a pass": ("pass FS1.ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "a phone's token": (f"token {TOKEN}!", TOKEN),
    "a company's key": ("fsk_q8Zr1mV5wC2xN7bK4tY6", "q8Zr1mV5wC2xN7bK4tY6"),
    "a till's token": ("fst_q8Zr1mV5wC2xN7bK4tY6", "q8Zr1mV5wC2xN7bK4tY6"),
    "an e-mail address": (
        "from jeanne.dupont+tri@exemple-mail.fr.",
        "jeanne.dupont",
    ),
}
KEYS = [
    "Authorization",
    "authorisation",
    "cookie",
    "csrf_token",
    "client_secret",
    "password",
    "token",
    "webhook-signature",
    "e_mail",
    "email",
    "pass",
    "handle_digest",
]


def written(event: dict[str, Any]) -> dict[str, Any]:
    return dict(hide_secrets(None, "info", event))


@pytest.mark.parametrize(("text", "secret"), SECRETS.values(), ids=SECRETS.keys())
def test_a_secret_inside_a_text_is_hidden(text: str, secret: str) -> None:
    event = written(
        {"event": text, "deep": [{"a": (text, 1)}, text], "map": {"b": text}}
    )

    assert secret not in repr(event)
    assert HIDDEN in event["event"]
    assert event["deep"][0]["a"][1] == 1


@pytest.mark.parametrize("key", KEYS)
def test_whatever_stands_under_a_key_that_names_a_secret_is_hidden(key: str) -> None:
    event = written({"event": "e", key: "v", "headers": {key: {"deeper": "v"}}})

    assert event == {"event": "e", key: HIDDEN, "headers": {key: HIDDEN}}


def test_other_texts_stay_as_they_are() -> None:
    event = {
        "event": "request",
        "path": "/api/v1/products/09521234543213",
        "bypass": "said",
        "ms": 1.5,
        "who": None,
        "code": "fsd_short",
    }

    assert written(dict(event)) == event


@pytest.fixture(params=["json", "console"])
def lines(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[io.StringIO]:
    """Configure the logs as the service does, and catch what is written."""
    caught = io.StringIO()
    root = logging.getLogger()
    handlers, level, before = list(root.handlers), root.level, structlog.get_config()
    monkeypatch.setattr("sys.stderr", caught)
    logs.configure(level="INFO", log_format=request.param)
    # A logger that is first used here must not go on like this.
    structlog.configure(cache_logger_on_first_use=False)
    yield caught
    # The same objects as before: loggers in use hold on to them.
    structlog.configure(**before)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_traceback_that_quotes_a_token_is_written_without_it(
    lines: io.StringIO,
) -> None:
    try:
        raise RuntimeError(f"cannot use {TOKEN}")
    except RuntimeError:
        logging.getLogger("library").exception("refused %s", "Bearer abcdef123")

    text = lines.getvalue()
    assert "RuntimeError: cannot use [hidden]" in text
    assert "refused [hidden]" in text
    assert TOKEN not in text
    assert "abcdef123" not in text


def test_our_own_traceback_is_written_without_the_token(lines: io.StringIO) -> None:
    try:
        raise RuntimeError(f"cannot use {TOKEN}")
    except RuntimeError:
        structlog.get_logger("tests.own").exception("failed", email="a@b.fr")

    text = lines.getvalue()
    assert "RuntimeError: cannot use [hidden]" in text
    assert TOKEN not in text
    assert "a@b.fr" not in text


@pytest.mark.parametrize(
    "value",
    [ValueError(f"no {TOKEN}"), f"no {TOKEN}".encode(), {f"no {TOKEN}"}],
    ids=["an exception", "bytes", "a set"],
)
def test_a_value_that_is_written_by_its_repr_is_searched_too(
    lines: io.StringIO, value: object
) -> None:
    structlog.get_logger("tests.repr").warning("refused", reason=value)

    assert TOKEN not in lines.getvalue()


def test_an_argument_by_position_is_searched_too(lines: io.StringIO) -> None:
    structlog.get_logger("tests.positional").warning("refused %s", TOKEN)

    assert "refused" in lines.getvalue()
    assert TOKEN not in lines.getvalue()


def test_each_line_says_who_when_and_how_grave(lines: io.StringIO) -> None:
    structlog.contextvars.bind_contextvars(request_id="r-12345678")
    logging.getLogger("tests.line").warning("it is %s", "so")
    structlog.contextvars.clear_contextvars()

    line = lines.getvalue()
    assert line.count("\n") == 1
    for part in ("it is so", "warning", "tests.line", "r-12345678"):
        assert part in line
    if line.startswith("{"):
        assert json.loads(line)["event"] == "it is so"


def test_what_is_below_the_level_is_not_written(lines: io.StringIO) -> None:
    structlog.get_logger("tests.level").debug("chatter")
    logging.getLogger("uvicorn.access").info("GET /")

    assert lines.getvalue() == ""


def test_a_long_path_is_searched_and_kept() -> None:
    # A search that began again at each character would not end while anybody waits.
    event = {"path": "9" * 200_000, "other": "a.b+c-" * 20_000}

    assert hide_secrets(None, "info", dict(event)) == event


def test_only_the_beginning_of_a_path_is_logged(
    client: Client, capsys: pytest.CaptureFixture[str]
) -> None:
    client.get(f"/{'x' * 3_000}")

    assert "x" * 501 not in capsys.readouterr().err
