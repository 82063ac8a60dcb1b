"""The race for the end of a prompt is measured, and finds the naive form out."""

import re

import pytest

from tests.bench.running import printed


@pytest.mark.services
def test_one_end_each_and_the_naive_form_is_found_out() -> None:
    said = printed("bench/settling_race.py", "--prompts", "40")

    assert re.search(r"one conditional update +40 +0 +0 +0 +0\n", said)
    assert re.search(r"control: read, then write +40", said)
