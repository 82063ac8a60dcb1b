"""The measurement of imports runs, and its figures are of lines that were recorded."""

import re

from tests.bench.running import printed


def test_imports_are_measured() -> None:
    said = printed("bench/statement_import.py", "--lines", "40", "--forms", "xlsx")

    ratios = re.findall(r"peak memory, largest/smallest = [0-9.]+", said)
    assert len(ratios) == 1
    assert len(re.findall(r"^ +40 ", said, re.M)) == 1
