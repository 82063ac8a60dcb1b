"""The reading processes: killed, stopped, busy, orphaned, forked, and what follows."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings

from scanning import photos
from scanning.errors import ImageTooHard, ReadersBusy, ReadingTimedOut
from scanning.photos import asking
from scanning.photos.limits import Limits
from scanning.photos.readers import (
    AllBusy,
    Pool,
    Reader,
    ReaderNotStarted,
    ReaderTookTooLong,
)
from tests.scanning.photos.drawing import EAN, photo, saved, symbol

ADDRESS_SPACE = 1_500_000_000
PATIENT = Limits(wall_seconds=20)
HASTY = Limits(wall_seconds=1)
LABEL = saved(photo(symbol()))


@pytest.fixture
def pool() -> Iterator[Pool]:
    """Yield a pool of two processes that is stopped in the end."""
    pool = Pool(size=2, queue=2, address_space_bytes=ADDRESS_SPACE)
    yield pool
    pool.stop()


@pytest.fixture
def lone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Pool]:
    """Make the service use a pool of one process, which the test may torment."""
    pool = Pool(size=1, queue=0, address_space_bytes=ADDRESS_SPACE)
    pool.engines()
    monkeypatch.setattr(asking, "_pool", pool)
    yield pool
    pool.stop()


def is_read(answer: dict[str, Any]) -> bool:
    return [code["text"] for code in answer["seen"]] == [EAN]


def eventually(is_so: Callable[[], bool], seconds: float = 10.0) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if is_so():
            return True
        time.sleep(0.02)
    return is_so()


def has_ended(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def run(script: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_processes_start_when_they_are_needed(pool: Pool) -> None:
    assert pool.pids() == []
    assert is_read(pool.ask(LABEL, PATIENT))
    assert len(pool.pids()) == 1


def test_one_process_reads_one_photo_after_the_other(pool: Pool) -> None:
    assert all(is_read(pool.ask(LABEL, PATIENT)) for _number in range(5))
    assert len(pool.pids()) == 1


def test_photos_are_read_side_by_side(pool: Pool) -> None:
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _n: pool.ask(LABEL, PATIENT), range(4)))

    assert all(is_read(answer) for answer in answers)
    assert len(pool.pids()) == 2


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT])
def test_a_process_that_dies_while_it_reads_is_one_refusal(
    lone: Pool, end: signal.Signals
) -> None:
    (pid,) = lone.pids()
    os.kill(pid, signal.SIGSTOP)

    def hit() -> None:
        os.kill(pid, end)
        os.kill(pid, signal.SIGCONT)

    timer = threading.Timer(0.3, hit)
    timer.start()
    with pytest.raises(ImageTooHard):
        photos.read(LABEL)
    timer.join()

    assert [code.text for code in photos.read(LABEL)] == [EAN]
    assert lone.pids() != [pid]


def test_a_process_killed_while_idle_costs_nobody_anything(pool: Pool) -> None:
    pool.engines()
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGKILL)
    assert eventually(lambda: has_ended(pid))

    assert is_read(pool.ask(LABEL, PATIENT))


def test_a_photo_that_takes_too_long_is_refused_and_its_process_killed(
    lone: Pool, settings: LazySettings
) -> None:
    settings.PHOTO_WALL_SECONDS = 1
    (pid,) = lone.pids()
    os.kill(pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(ReadingTimedOut):
        photos.read(LABEL)

    assert time.monotonic() - started < 3
    assert has_ended(pid)
    settings.PHOTO_WALL_SECONDS = 20
    assert [code.text for code in photos.read(LABEL)] == [EAN]


def test_a_photo_that_takes_long_does_not_hold_up_the_others(pool: Pool) -> None:
    pool.start()
    reader = pool._idle[0]
    assert eventually(lambda: bool(reader.engines() and pool._idle[1].engines()))
    os.kill(reader.pid, signal.SIGSTOP)

    def ask(_number: int) -> tuple[str, float]:
        started = time.monotonic()
        try:
            pool.ask(LABEL, Limits(wall_seconds=3))
        except ReaderTookTooLong:
            return "killed", time.monotonic() - started
        return "read", time.monotonic() - started

    with ThreadPoolExecutor(2) as threads:
        outcomes = dict(threads.map(ask, range(2)))

    assert set(outcomes) == {"read", "killed"}
    assert outcomes["read"] < 1.5 < outcomes["killed"]


def test_too_many_photos_at_once_are_refused(
    lone: Pool, settings: LazySettings
) -> None:
    settings.PHOTO_WALL_SECONDS = 2
    (pid,) = lone.pids()
    os.kill(pid, signal.SIGSTOP)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(photos.read, LABEL)
        assert eventually(lambda: not lone._idle)
        started = time.monotonic()
        with pytest.raises(ReadersBusy) as caught:
            photos.read(LABEL)
        assert time.monotonic() - started < 1
        with pytest.raises(ReadingTimedOut):
            first.result()

    assert caught.value.status == 503
    assert caught.value.extra["retry_after"] > 0


def test_those_who_wait_get_their_turn() -> None:
    pool = Pool(size=1, queue=8, address_space_bytes=ADDRESS_SPACE)
    try:
        with ThreadPoolExecutor(6) as threads:
            answers = list(threads.map(lambda _n: pool.ask(LABEL, PATIENT), range(6)))
    finally:
        pool.stop()

    assert all(is_read(answer) for answer in answers)


def test_who_waits_too_long_is_told_so() -> None:
    pool = Pool(size=1, queue=8, address_space_bytes=ADDRESS_SPACE)
    try:
        with pool._lent(1), pytest.raises(AllBusy):
            pool.ask(LABEL, HASTY)
    finally:
        pool.stop()


def test_nothing_is_left_of_a_process(pool: Pool) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    ended: list[int] = []
    for _number in range(2):
        assert is_read(pool.ask(LABEL, PATIENT))
        ended += pool.pids()
        os.kill(ended[-1], signal.SIGSTOP)
        with pytest.raises(ReaderTookTooLong):
            pool.ask(LABEL, HASTY)
    ended += pool.pids()
    pool.stop()

    assert len(list(Path("/proc/self/fd").iterdir())) == before
    for pid in ended:
        with pytest.raises(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)


def test_a_process_that_does_not_start_is_no_fault_of_the_photo(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    reader = Reader(ADDRESS_SPACE)
    try:
        with pytest.raises(ReaderNotStarted):
            reader.ask(LABEL, PATIENT)
    finally:
        reader.kill()


def test_without_a_process_there_is_no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = Pool(size=1, queue=0, address_space_bytes=ADDRESS_SPACE)
    monkeypatch.setattr(asking, "_pool", pool)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")

    assert photos.available() == []
    photos.warm()
    with pytest.raises(ReadersBusy):
        photos.read(LABEL)


def test_processes_can_be_started_before_the_first_photo(lone: Pool) -> None:
    lone.stop()
    photos.warm()

    assert len(lone.pids()) == 1
    assert photos.available() == [name for name in photos.available() if name]


def test_a_process_knows_no_secret_and_no_django() -> None:
    reader = Reader(ADDRESS_SPACE)
    try:
        reader.engines()
        environment = Path(f"/proc/{reader.pid}/environ").read_bytes()
        libraries = Path(f"/proc/{reader.pid}/maps").read_text()
    finally:
        reader.kill()
    script = (
        "import sys; from scanning.photos import child; child._prepared(); "
        "print('django' in sys.modules, 'structlog' in sys.modules)"
    )

    assert b"FLASHSESAME" not in environment
    assert "sqlite" not in libraries
    assert run(script).stdout.split() == ["False", "False"]


def test_a_process_may_write_nothing_and_take_no_more_memory() -> None:
    reader = Reader(700_000_000)
    try:
        reader.engines()
        limits = Path(f"/proc/{reader.pid}/limits").read_text()
    finally:
        reader.kill()
    allowed = {line[:26].strip(): line[26:].split()[0] for line in limits.splitlines()}

    assert allowed["Max address space"] == "700000000"
    assert allowed["Max file size"] == "0"
    assert allowed["Max core file size"] == "0"


@pytest.mark.parametrize("is_reading", [False, True], ids=["idle", "reading"])
def test_processes_end_with_their_caller(is_reading: bool) -> None:
    # With no budget and no patience it would go on for minutes.
    ask = (
        "from tests.scanning.photos import drawing; "
        "limits = Limits(cpu_ms=60_000, wall_seconds=2); data = drawing.qr_finders(); "
        "threading.Thread(target=pool.ask, args=(data, limits), daemon=True).start(); "
        "time.sleep(0.3); "
    )
    outcome = run(
        "import os, threading, time; from scanning.photos.readers import Pool; "
        "from scanning.photos.limits import Limits; "
        "pool = Pool(size=2, queue=0, address_space_bytes=1_500_000_000); "
        "pool.start(); pool.engines(); "
        + (ask if is_reading else "")
        + "print(*pool.pids(), flush=True); os.kill(os.getpid(), 9)"
    )
    pids = [int(pid) for pid in outcome.stdout.split()]

    assert len(pids) == 2
    assert eventually(lambda: all(has_ended(pid) for pid in pids))


def test_a_fork_has_processes_of_its_own() -> None:
    # As a web server that loads the application first, or Celery's prefork pool.
    script = """
import json, os, django
django.setup()
from scanning import photos
from scanning.photos import asking
from tests.scanning.photos.drawing import LABEL, EAN
def texts(): return [code.text for code in photos.read(LABEL)]
assert texts() == [EAN]
ours = asking.pool().pids()
read, write = os.pipe()
if os.fork() == 0:
    os.write(write, json.dumps([texts(), asking.pool().pids()]).encode())
    asking.pool().stop()
    os._exit(0)
os.wait()
theirs = json.loads(os.read(read, 9999))
print(json.dumps([texts(), ours, asking.pool().pids(), theirs]))
""".replace("LABEL, EAN", "EAN, photo, saved, symbol").replace(
        "def texts()", "LABEL = saved(photo(symbol()))\ndef texts()"
    )
    outcome = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert outcome.returncode == 0, outcome.stderr
    again, before, after, (in_fork, of_fork) = json.loads(outcome.stdout)

    assert again == in_fork == [EAN]
    assert before == after
    assert not set(before) & set(of_fork)
