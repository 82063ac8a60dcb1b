"""The measurement of labels runs, and its figures are of labels that read back."""

import re

from tests.bench.running import printed


def test_encoders_and_runs_are_measured() -> None:
    said = printed("bench/label_printing.py", "--rounds", "1", "--labels", "5")

    assert re.search(r"qrcode/zxing-cpp = [0-9.]+", said)
    assert re.search(r"peak memory, largest/smallest = [0-9.]+", said)
    for name in ("qrcode", "zxing-cpp"):
        (line,) = re.findall(rf"^{name} +[0-9.]+ +(\d+)$", said, re.M)
        assert line == "0"
