"""
Labels: the encoders interleaved, then whole runs, each in a process of its own.

A run goes the real way: ordered by the service, made in chunks that reach the disk,
every symbol read back. Its peak memory is that of its process.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Sequence
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import qrcode
import zxingcpp
from qrcode.constants import ERROR_CORRECT_M

BASE_DIR = Path(__file__).resolve().parent.parent
LABELS_A_ROUND = 50
QUICK, THOROUGH = (200, 1_000), (1_000, 10_000)
QUICK_LAYOUTS = ("a4-70x37",)
ALL_LAYOUTS = ("a4-70x37", "a4-38x21", "png-50x30", "svg-50x30")
STEM = "HTTPS://ID.FLASHSESAME.EXAMPLE/01/09520123456788/10/LOT-2026/21/AB"
MODULE_PIXELS = 4
QUIET_MODULES = 4

Encoder = Callable[[str], Any]


def run(arguments: Sequence[str]) -> None:
    """Measure and print; exit with 1 when a label did not read back."""
    options = _options(arguments)
    _say(
        f"qrcode {version('qrcode')}, zxing-cpp {version('zxing-cpp')}, "
        f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n"
    )
    misread = _compare_encoders(options.rounds)
    for layout in options.layouts:
        _measure_runs(layout, options.sizes)
    if misread:
        sys.exit(f"{misread} labels did not read back.")


def _options(arguments: Sequence[str]) -> Namespace:
    parser = ArgumentParser(prog="label_printing.py", description="What labels cost.")
    parser.add_argument(
        "--thorough", action="store_true", help="10,000 labels, on every kind of sheet"
    )
    parser.add_argument("--rounds", type=int, help="rounds of the two encoders")
    parser.add_argument("--labels", type=int, nargs="+", help="sizes of the runs")
    options = parser.parse_args(arguments)
    options.rounds = options.rounds or (20 if options.thorough else 5)
    options.sizes = options.labels or (THOROUGH if options.thorough else QUICK)
    options.layouts = ALL_LAYOUTS if options.thorough else QUICK_LAYOUTS
    return options


def _compare_encoders(rounds: int) -> int:
    """Print both encoders' processor time a label; return how many misread."""
    times: dict[str, list[float]] = {"qrcode": [], "zxing-cpp": []}
    encoders: dict[str, Encoder] = {"qrcode": _by_qrcode, "zxing-cpp": _by_zxing}
    misread = dict.fromkeys(encoders, 0)
    for number in range(rounds):
        first = number * LABELS_A_ROUND
        texts = [f"{STEM}{at:06}" for at in range(first, first + LABELS_A_ROUND)]
        for name, encode in encoders.items():
            began = time.process_time()
            matrices = [encode(text) for text in texts]
            times[name].append((time.process_time() - began) / len(texts))
            misread[name] += _misread(texts, matrices)
    _say(f"{'one QR code, level M':24}{'CPU ms':>9}{'misread':>9}")
    for name, seconds in times.items():
        _say(f"{name:24}{median(seconds) * 1000:9.2f}{misread[name]:9}")
    ratios = [
        slow / fast
        for slow, fast in zip(times["qrcode"], times["zxing-cpp"], strict=True)
    ]
    _say(f"qrcode/zxing-cpp = {median(ratios):.1f}\n")
    return sum(misread.values())


def _by_qrcode(text: str) -> Any:
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_M, border=0)
    code.add_data(text)
    code.make(fit=True)
    return np.array(code.modules, dtype=bool)


def _by_zxing(text: str) -> Any:
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    return np.array(code.to_image(scale=1, add_quiet_zones=False)) == 0


def _misread(texts: Iterable[str], matrices: Iterable[Any]) -> int:
    return sum(
        [code.text for code in zxingcpp.read_barcodes(_picture(matrix))] != [text]
        for text, matrix in zip(texts, matrices, strict=True)
    )


def _picture(matrix: Any) -> Any:
    square = np.ones((MODULE_PIXELS, MODULE_PIXELS), dtype=bool)
    dark = np.pad(np.kron(matrix, square), QUIET_MODULES * MODULE_PIXELS)
    return np.where(dark, 0, 255).astype(np.uint8)


def _measure_runs(layout: str, sizes: Sequence[int]) -> None:
    """Print what runs of growing size cost, and how their memory grows."""
    _say(
        f"{layout:24}{'labels':>9}{'s':>8}{'CPU ms/label':>14}{'file MB':>9}"
        f"{'peak MB':>9}{'of it run':>11}"
    )
    peaks = []
    for size in sizes:
        found = _one_run(layout, size)
        peaks.append(found["peak_mb"])
        _say(
            f"{'':24}{size:9}{found['seconds']:8.1f}"
            f"{found['cpu'] / size * 1000:14.2f}{found['bytes'] / 1e6:9.2f}"
            f"{found['peak_mb']:9.1f}{found['peak_mb'] - found['idle_mb']:11.1f}"
        )
    _say(f"peak memory, largest/smallest = {peaks[-1] / peaks[0]:.2f}\n")


def _one_run(layout: str, size: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="flashsesame-") as folder:
        variables = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("FLASHSESAME_")
            },
            "FLASHSESAME_DATA_DIR": folder,
            "FLASHSESAME_BASE_URL": "https://id.flashsesame.example",
            "FLASHSESAME_MAX_LABELS": str(size),
            # Without a broker the hint to the workers is refused, and says so.
            "FLASHSESAME_LOG_LEVEL": "CRITICAL",
        }
        outcome = subprocess.run(
            [sys.executable, "-m", "bench.printing_run", layout, str(size)],
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
