"""
Imports: whole files, checked and recorded, each in a process of its own.

A run goes the real way: uploaded by the service, read, checked and recorded in pieces
that reach the disk and the database. Its peak memory is that of its process.
"""

import json
import os
import subprocess
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

BASE_DIR = Path(__file__).resolve().parent.parent
QUICK, THOROUGH = (2_000, 10_000), (10_000, 100_000)
FORMS = ("csv", "xlsx")


def run(arguments: Sequence[str]) -> None:
    """Measure and print."""
    options = _options(arguments)
    _say(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n")
    for form in options.forms:
        _measure(form, options.lines)


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(
        prog="statement_import.py", description="What an import of statements costs."
    )
    parser.add_argument(
        "--thorough", action="store_true", help="10,000 and 100,000 lines"
    )
    parser.add_argument("--lines", type=int, nargs="+", help="sizes of the files")
    parser.add_argument("--forms", nargs="+", choices=FORMS, help="csv, xlsx or both")
    options = parser.parse_args(arguments)
    options.lines = options.lines or (THOROUGH if options.thorough else QUICK)
    options.forms = options.forms or FORMS
    return options


def _measure(form: str, sizes: Sequence[int]) -> None:
    """Print what files of growing size cost, and how their memory grows."""
    _say(
        f"{form:8}{'lines':>9}{'file MB':>9}{'check s':>9}{'record s':>10}"
        f"{'longest s':>11}{'peak MB':>9}{'of it run':>11}"
    )
    peaks = []
    for size in sizes:
        found = _one_run(form, size)
        peaks.append(found["peak_mb"])
        _say(
            f"{'':8}{size:9}{found['bytes'] / 1e6:9.2f}{found['check']:9.1f}"
            f"{found['record']:10.1f}{found['longest']:11.2f}{found['peak_mb']:9.1f}"
            f"{found['peak_mb'] - found['idle_mb']:11.1f}"
        )
    _say(f"peak memory, largest/smallest = {peaks[-1] / peaks[0]:.2f}\n")


def _one_run(form: str, size: int) -> dict[str, Any]:
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
            [sys.executable, "-m", "bench.importing_run", form, str(size)],
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
