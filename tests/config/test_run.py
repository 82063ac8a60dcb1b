import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from config.bootstrap import BASE_DIR
from config.demonstration import loader
from config.embedded import preparation, server
from config.management.commands import run
from config.testing.processes import free_port
from tests import migrated, processes

pytestmark = pytest.mark.heavy

# Patience, and no measure: a loaded machine takes its time over the demonstration.
START_SECONDS = 180.0
STOP_SECONDS = 20.0


class Running:
    """`manage.py run` as a process of its own, on its own folder and port."""

    def __init__(
        self, folder: Path, port: int, *options: str, is_measured: bool = True
    ) -> None:
        self.folder, self.port = folder, port
        self.output = folder.with_suffix(".txt")
        given = processes.inherited if is_measured else processes.unmeasured
        environment = given(os.environ) | {
            "FLASHSESAME_DATA_DIR": str(folder),
            "FLASHSESAME_BOOTSTRAP": "0",
        }
        with self.output.open("a") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "run", f"--port={port}", *options],
                cwd=BASE_DIR,
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
            )

    def said(self) -> str:
        return self.output.read_text()

    def wait_until(self, is_true: Callable[[], object]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not is_true():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def get(self, path: str) -> Any:
        url = f"http://127.0.0.1:{self.port}{path}"
        with urllib.request.urlopen(url, timeout=STOP_SECONDS) as answer:
            return json.load(answer)

    def end(self, wish: signal.Signals) -> int:
        self.process.send_signal(wish)
        return self.process.wait(STOP_SECONDS)

    def ending(self) -> int:
        return self.process.wait(START_SECONDS)


@pytest.fixture
def prepared(tmp_path: Path, ready_database: Path) -> Path:
    """Return a data folder whose database has its tables and no row."""
    migrated.copy(ready_database, tmp_path / "data" / "flashsesame.sqlite3")
    return tmp_path / "data"


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, ready_database: Path
) -> Iterator[Running]:
    """Start the whole service once for the tests that only look at it."""
    folder = tmp_path_factory.mktemp("run") / "data"
    migrated.copy(ready_database, folder / "flashsesame.sqlite3")
    service = Running(folder, free_port(), "--no-demo")
    try:
        service.wait_until(lambda: "Ready after" in service.said())
        yield service
    finally:
        service.process.kill()
        service.process.wait()


def test_it_answers_and_says_that_it_is_alive(running: Running) -> None:
    assert running.get("/healthz")["status"] == "ok"


def test_its_worker_runs_the_periodic_sweep(running: Running) -> None:
    def is_ready() -> bool:
        try:
            return bool(running.get("/readyz")["ready"])
        except urllib.error.HTTPError:
            return False

    running.wait_until(is_ready)


def test_a_second_one_on_the_same_folder_is_told_who_runs(running: Running) -> None:
    second = Running(running.folder, free_port(), "--no-demo")

    assert second.ending() == 1
    assert f"already running on {running.folder}: process {running.process.pid}" in (
        second.said()
    )


def test_a_taken_port_is_told_before_anything_is_started(
    running: Running, tmp_path: Path
) -> None:
    second = Running(tmp_path / "data", running.port, "--no-demo")

    assert second.ending() == 1
    assert f"Port {running.port} of 127.0.0.1 is in use" in second.said()
    assert not (tmp_path / "data" / "flashsesame.sqlite3").exists()


def test_it_stops_in_order_and_starts_again_on_the_same_data(tmp_path: Path) -> None:
    first = Running(tmp_path / "data", free_port(), "--no-demo")
    first.wait_until(lambda: "Ready after" in first.said())
    assert "Preparing the database" in first.said()

    assert first.end(signal.SIGINT) == 0
    assert first.said().rstrip().endswith("Stopped")
    assert "Traceback" not in first.said()
    first.output.write_text("")

    again = Running(tmp_path / "data", first.port, "--no-demo")
    again.wait_until(lambda: "Ready after" in again.said())
    assert "Preparing the database" not in again.said()
    assert again.end(signal.SIGTERM) == 0


def test_a_killed_one_leaves_its_folder_free(prepared: Path) -> None:
    first = Running(prepared, free_port(), "--no-demo")
    first.wait_until(lambda: "Ready after" in first.said())
    first.end(signal.SIGKILL)
    first.output.write_text("")

    again = Running(prepared, first.port, "--no-demo")
    again.wait_until(lambda: "Ready after" in again.said())
    assert again.end(signal.SIGINT) == 0


def test_ctrl_c_before_it_serves_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(preparation, "claim_data_folder", interrupt)

    call_command("run")

    assert "Stopped before it served" in capsys.readouterr().out


def test_production_is_told_what_to_start_instead(settings: Settings) -> None:
    settings.FLASHSESAME_MODE = "production"

    with pytest.raises(CommandError, match=r"uvicorn config\.asgi:application"):
        call_command("run")


def test_a_folder_that_cannot_be_written_is_told(settings: Settings) -> None:
    settings.DATA_DIR = Path("/proc/nowhere")

    with pytest.raises(CommandError, match="FLASHSESAME_DATA_DIR"):
        call_command("run")


def test_an_impossible_address_is_told() -> None:
    with pytest.raises(server.PortRefused, match="Cannot listen on 127"):
        server.listen("127.0.0.1", 70_000)


def test_a_port_of_root_s_is_told() -> None:
    said = server._refusal("127.0.0.1", 80, PermissionError())

    assert "reserved for root" in said


def test_a_listening_port_sends_small_answers_at_once() -> None:
    with server.listen("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("127.0.0.1", "http://127.0.0.1:8000"),
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("shop.example", "http://shop.example:8000"),
    ],
)
def test_an_address_is_one_that_this_machine_reaches(host: str, url: str) -> None:
    assert server.address(host, 8000) == url


def test_the_second_signal_forces(monkeypatch: pytest.MonkeyPatch) -> None:
    codes: list[int] = []
    monkeypatch.setattr(os, "_exit", codes.append)
    signals = server.Signals()

    signals._handle(signal.SIGINT, None)
    assert codes == []
    signals._handle(signal.SIGINT, None)
    assert codes == [server.FORCED_EXIT_CODE]


def test_a_server_that_does_not_answer_is_not_waited_for_without_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(run, "HEALTH_PATIENCE_SECONDS", 0.2)

    assert not run.answers(f"http://127.0.0.1:{free_port()}/healthz")


@pytest.mark.parametrize("is_loaded", [True, False])
def test_the_demonstration_is_loaded_when_it_is_not_there(
    monkeypatch: pytest.MonkeyPatch, is_loaded: bool
) -> None:
    called: list[str] = []
    monkeypatch.setattr(preparation, "call_command", called.append)
    monkeypatch.setattr(loader, "is_loaded", lambda: is_loaded)

    preparation.load_demonstration(str)

    assert called == ([] if is_loaded else ["load_demo"])


@pytest.mark.django_db
def test_a_database_that_is_up_to_date_is_left_alone() -> None:
    assert not preparation.migrate(pytest.fail)
