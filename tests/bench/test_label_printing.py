"""The measurement of labels runs, and its figures are of labels that read back."""

import os
import re
import subprocess
import sys

from django.conf import settings


def test_encoders_and_runs_are_measured() -> None:
    outcome = subprocess.run(
        [
            *(sys.executable, "bench/label_printing.py"),
            *("--rounds", "1", "--labels", "5", "30"),
        ],
        cwd=settings.BASE_DIR,
        env={**os.environ, "FLASHSESAME_BOOTSTRAP": "0"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    assert re.search(r"qrcode/zxing-cpp = [0-9.]+", outcome.stdout)
    assert re.search(r"peak memory, largest/smallest = [0-9.]+", outcome.stdout)
    for name in ("qrcode", "zxing-cpp"):
        (line,) = re.findall(rf"^{name} +[0-9.]+ +(\d+)$", outcome.stdout, re.M)
        assert line == "0"
