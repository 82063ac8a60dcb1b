"""The measurement of kills runs, and audits what is left. No time is asserted."""

import pytest

from tests.bench import running

pytestmark = pytest.mark.services


def test_a_killed_sequencer_leaves_a_whole_log() -> None:
    printed = running.printed("bench/ledger_kills.py", "--kills", "2")

    assert "killed 2 times" in printed
    assert "no gap, none doubled or lost" in printed
