"""The measurement of counts runs, and every count is what was sent last."""

import re

from tests.bench.running import printed


def test_counts_are_measured() -> None:
    said = printed("bench/stock_update.py", "--rounds", "1", "--lines", "300")

    assert re.search(r"bulk/alone = [0-9.]+", said)
