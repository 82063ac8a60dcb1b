"""The short way to an access line writes what the long way writes."""

import io
import json
import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest
import structlog
from django.conf import LazySettings
from structlog.stdlib import ProcessorFormatter

from common import access_lines, logs
from common.access_lines import Line, Waiting
from common.middleware import begin_context, log_access

PATH = "/api/v1/products/4006381333931"
GIVEN = "0123456789abcdef"


@contextmanager
def as_served(log_format: str = "json") -> Iterator[io.StringIO]:
    """
    Set logs up as a server has them, with a stream that a test can read.

    No fixture: pytest adds handlers of its own once a test begins.
    """
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    said = structlog.get_config()
    logs.configure(level="INFO", log_format=log_format)
    # A logger that is first used here must not go on like this.
    structlog.configure(cache_logger_on_first_use=False)
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    assert isinstance(handler.formatter, ProcessorFormatter)
    read = io.StringIO()
    handler.setStream(read)
    root.handlers = [handler]
    try:
        yield read
    finally:
        # The same objects as before: loggers in use hold on to them.
        structlog.configure(**said)
        root.handlers = before
        root.setLevel(level)


@pytest.fixture
def waiting(monkeypatch: pytest.MonkeyPatch) -> Waiting:
    """Return lines that are written when a test says so: no thread."""
    lines = Waiting()
    monkeypatch.setattr(lines, "_start", lambda: None)
    monkeypatch.setattr(access_lines, "waiting", lines)
    return lines


def without_times(line: str) -> str:
    stamps = re.sub(r"[0-9-]{10}T[0-9:.]+Z", "NOW", line)
    return re.sub(r'(ms"?[=:] ?)[0-9.]+', r"\1MS", stamps)


@pytest.mark.parametrize("log_format", ["json", "console"])
@pytest.mark.parametrize("given", [GIVEN, "fsd_0123456789abcdef_x", "a-b.c_d-e"])
def test_both_ways_write_the_same_line(
    log_format: str, waiting: Waiting, given: str, settings: LazySettings
) -> None:
    settings.LOG_FORMAT = log_format
    started = time.perf_counter()
    with as_served(log_format) as stream:
        begin_context(given)
        log_access("GET", PATH, 200, started)

        access_lines.log_answer("GET", PATH, 200, started, given)

        before = len(stream.getvalue().splitlines())
        waiting.write()
    assert before == 1
    long_way, short_way = stream.getvalue().splitlines()
    assert without_times(short_way) == without_times(long_way)
    assert ("fsd_" in given) == ("[hidden]" in short_way)
    if log_format == "json":
        assert json.loads(short_way)["path"] == PATH


def test_a_level_above_writes_nothing(waiting: Waiting) -> None:
    with as_served() as stream:
        logging.getLogger().setLevel("WARNING")
        access_lines.log_answer("GET", PATH, 200, time.perf_counter(), GIVEN)
        waiting.write()

    assert stream.getvalue() == ""


def test_where_another_handler_listens_it_gets_a_record(waiting: Waiting) -> None:
    records: list[logging.LogRecord] = []
    other = logging.Handler()
    other.emit = records.append  # type: ignore[assignment]
    with as_served() as stream:
        logging.getLogger().addHandler(other)
        access_lines.log_answer("GET", PATH, 304, time.perf_counter(), GIVEN)

    assert len(records) == 1
    assert len(stream.getvalue().splitlines()) == 1


def test_lines_are_written_by_a_thread_of_their_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access_lines, "PATIENCE_SECONDS", 0.0)
    written = Written()
    handler: logging.StreamHandler[TextIO] = logging.StreamHandler(written)

    Waiting().add(Line("GET", PATH, 200, 0.0, 0.1, 0.0, GIVEN), handler)

    assert written.happened.wait(10)
    assert "1970-01-01T00:00:00.000000Z" in written.getvalue()


def test_a_stream_that_is_closed_stops_nobody(waiting: Waiting) -> None:
    with as_served() as stream:
        access_lines.log_answer("GET", PATH, 200, time.perf_counter(), GIVEN)
        stream.close()

        waiting.write()


class Written(io.StringIO):
    """A stream that tells when something was written."""

    def __init__(self) -> None:
        super().__init__()
        self.happened = threading.Event()

    def flush(self) -> None:
        if self.getvalue():
            self.happened.set()
