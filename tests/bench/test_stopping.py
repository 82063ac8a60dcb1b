"""A measurement that is told to stop ends what it started, and once only."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench import chaos, fleet, soaking
from bench.stopping import end_in_order


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


def run_and_stop(*ends: Callable[[], object]) -> None:
    """Start what must end by `ends`, the last one first, and be told to stop."""
    with ExitStack() as started:
        for end in ends:
            started.callback(end)
        end_in_order()
        tell()


def tell() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def test_sigterm_ends_what_was_started() -> None:
    ended: list[str] = []

    with pytest.raises(SystemExit, match="Stopped"):
        run_and_stop(lambda: ended.append("server"))

    assert ended == ["server"]


def test_a_second_one_does_not_interrupt_the_stopping() -> None:
    ended: list[str] = []

    with pytest.raises(SystemExit, match="Stopped"):
        run_and_stop(lambda: ended.append("the first server"), tell)

    assert ended == ["the first server"]


@pytest.mark.parametrize("run", [chaos.run, soaking.run], ids=["chaos", "soak"])
def test_the_long_measurements_end_in_order(
    run: Callable[[list[str]], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def standing(_folder: Path, _options: object) -> object:
        tell()
        raise AssertionError("nobody stopped")

    monkeypatch.setattr(fleet, "standing", standing)

    with pytest.raises(SystemExit, match="Stopped"):
        run([])
