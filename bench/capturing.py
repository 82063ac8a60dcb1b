"""Captures: whole documents, in a process and a data folder of their own."""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
QUICK, THOROUGH = (100, 1_000), (1_000, 10_000)


def run(arguments: Sequence[str]) -> None:
    """Measure and print."""
    parser = ArgumentParser(
        prog="event_capture.py", description="What capturing EPCIS events costs."
    )
    parser.add_argument(
        "--thorough", action="store_true", help="1,000 and 10,000 events"
    )
    parser.add_argument("--events", type=int, nargs="+", help="sizes of the documents")
    options = parser.parse_args(arguments)
    sizes = options.events or (THOROUGH if options.thorough else QUICK)
    _say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    _say(
        f"{'events':>8}{'MB':>8}{'capture s':>11}{'longest s':>11}{'peak MB':>9}"
        f"{'of it run':>11}{'journey ms':>12}{'queries':>9}"
    )
    for size in sizes:
        found = _one_run(size)
        _say(
            f"{size:8}{found['bytes'] / 1e6:8.2f}{found['seconds']:11.2f}"
            f"{found['longest']:11.2f}{found['peak_mb']:9.1f}"
            f"{found['peak_mb'] - found['idle_mb']:11.1f}"
            f"{found['journey_ms']:12.1f}{found['queries']:9}"
        )


def _one_run(size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="flashsesame-") as folder:
        variables = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("FLASHSESAME_")
            },
            "FLASHSESAME_DATA_DIR": folder,
            # Without a broker the hint to the workers is refused, and says so.
            "FLASHSESAME_LOG_LEVEL": "CRITICAL",
        }
        outcome = subprocess.run(
            [sys.executable, "-m", "bench.capturing_run", str(size)],
            cwd=BASE_DIR,
            env=variables,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
    found: dict[str, Any] = json.loads(outcome.stdout)
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
