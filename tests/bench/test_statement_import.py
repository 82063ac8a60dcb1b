"""The measurement of imports runs, and its figures are of lines that were recorded."""

import os
import re
import subprocess
import sys

from django.conf import settings


def test_imports_are_measured() -> None:
    outcome = subprocess.run(
        [
            sys.executable,
            "bench/statement_import.py",
            "--lines",
            "5",
            "40",
            "--forms",
            "xlsx",
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "FLASHSESAME_BOOTSTRAP": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    ratios = re.findall(r"peak memory, largest/smallest = [0-9.]+", outcome.stdout)
    assert len(ratios) == 1
    assert len(re.findall(r"^ +40 ", outcome.stdout, re.M)) == 1
