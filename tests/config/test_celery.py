import threading
import time
from collections.abc import Callable, Iterator

import pytest
import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from config.celery import NoWorkerHere, TaskExited, app
from config.embedded import parts, state
from config.embedded.parts import Beat, Keeper, Part, Worker

PATIENCE_SECONDS = 10.0
Configure = Callable[[str, object], None]
seen: list[str | None] = []


@shared_task(name="tests.note_request")
def note_request() -> None:
    """Note which request the task was sent for."""
    seen.append(structlog.contextvars.get_contextvars().get("request_id"))


@shared_task(name="tests.leave")
def leave() -> None:
    """Do what a task must never do."""
    raise SystemExit(3)


@pytest.fixture
def configure() -> Iterator[Configure]:
    """Return a function that changes a setting of Celery until the test ends."""
    before: dict[str, object] = {}

    def change(name: str, value: object) -> None:
        before.setdefault(name, getattr(app.conf, name))
        setattr(app.conf, name, value)

    yield change
    for name, value in before.items():
        setattr(app.conf, name, value)


@pytest.fixture(autouse=True)
def real_queue(configure: Configure, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Publish for real, into this process's memory, and start from nothing."""
    configure("task_always_eager", False)
    configure("broker_url", "memory://localhost//")
    monkeypatch.setenv("CELERY_SKIP_CHECKS", "1")
    monkeypatch.setattr(parts, "WATCH_SECONDS", 0.05)
    monkeypatch.setattr(parts, "RESTART_PAUSE_SECONDS", 0.05)
    seen.clear()
    structlog.contextvars.clear_contextvars()
    yield
    state.forget()
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def announced() -> list[str]:
    return []


@pytest.fixture
def worker(announced: list[str]) -> Iterator[Keeper]:
    """Run a real worker in this process."""
    keeper = Keeper({"worker": lambda: Worker(app)}, announce=announced.append)
    keeper.start()
    yield keeper
    assert keeper.stop()


def wait_until(is_true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_true():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


def test_a_message_nobody_would_read_is_refused() -> None:
    with pytest.raises(NoWorkerHere, match=r"tests\.note_request was not sent"):
        note_request.delay()


def test_a_refused_message_is_a_broker_that_cannot_be_reached() -> None:
    assert issubclass(NoWorkerHere, OperationalError)


def test_eager_tasks_need_no_worker(configure: Configure) -> None:
    configure("task_always_eager", True)
    structlog.contextvars.bind_contextvars(request_id="here")

    note_request.delay()

    assert seen == ["here"]
    assert structlog.contextvars.get_contextvars() == {"request_id": "here"}


def test_a_task_called_as_a_function_is_one() -> None:
    note_request()

    assert seen == [None]


@pytest.mark.usefixtures("worker")
def test_a_task_knows_the_request_that_sent_it_and_the_next_one_does_not() -> None:
    structlog.contextvars.bind_contextvars(request_id="a-scan")
    note_request.delay()
    structlog.contextvars.clear_contextvars()
    wait_until(lambda: len(seen) == 1)
    for _ in range(8):
        note_request.delay()
    wait_until(lambda: len(seen) == 9)

    assert seen == ["a-scan", *[None] * 8]


@pytest.mark.usefixtures("worker")
def test_tasks_that_exit_do_not_wear_the_worker_out() -> None:
    for _ in range(2 * parts.WORKER_THREADS):
        leave.delay()
    note_request.delay()

    wait_until(lambda: seen)
    assert state.worker_alive()


def test_an_exit_is_an_ordinary_failure() -> None:
    with pytest.raises(TaskExited, match=r"tests\.leave exited with 3"):
        leave.apply(throw=True)


@pytest.mark.usefixtures("worker")
def test_beat_sends_what_is_due_and_stops(configure: Configure) -> None:
    schedule = {"probe": {"task": note_request.name, "schedule": 0.1}}
    configure("beat_schedule", schedule)
    beat = Beat(app)
    thread = threading.Thread(target=beat.run)
    thread.start()

    wait_until(lambda: len(seen) > 1)
    beat.stop()
    thread.join(PATIENCE_SECONDS)

    assert not thread.is_alive()


def test_beat_stopped_before_it_was_built_never_starts() -> None:
    beat = Beat(app)
    beat.stop()

    beat.run()


class Fragile(Part):
    """A part that breaks until it has been started often enough."""

    starts = 0

    def __init__(self) -> None:
        self.stopping = threading.Event()

    def run(self) -> None:
        Fragile.starts += 1
        if Fragile.starts < 3:
            raise RuntimeError("broken")
        self.stopping.wait()

    def stop(self) -> None:
        self.stopping.set()


def test_a_part_that_ends_is_started_again_and_that_is_said(
    announced: list[str],
) -> None:
    Fragile.starts = 0
    keeper = Keeper({"beat": Fragile}, announce=announced.append)
    keeper.start()

    wait_until(lambda: Fragile.starts == 3 and state.beat_alive())

    assert announced == ["The beat has ended; starting it again."] * 2
    assert keeper.stop()
    assert state.beat_alive() is None


def test_a_part_that_does_not_end_is_not_waited_for_without_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(parts, "STOP_PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(Fragile, "starts", 3)
    part = Fragile()
    monkeypatch.setattr(part, "stop", lambda: None)
    keeper = Keeper({"worker": lambda: part}, announce=lambda _: None)
    keeper.start()

    assert not keeper.stop()
    part.stopping.set()


def test_a_process_without_worker_and_beat_says_so() -> None:
    assert state.worker_alive() is None
    assert state.beat_alive() is None
    assert not state.is_embedded()
