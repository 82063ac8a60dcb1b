"""The contract's command runs, counts and fails as it says. No time is asserted."""

import random
import re

from bench import contract
from tests.bench.running import printed


def test_the_contract_is_kept_over_http() -> None:
    said = printed("bench/resolver_contract.py", "--fuzz", "60")

    found = re.search(r"score +([0-9]+)/113", said)
    assert found is not None, said
    assert int(found[1]) >= contract.LEAST_PASSED
    shalls = re.search(r"SHALL +([0-9]+)/([0-9]+)", said)
    assert shalls is not None
    assert shalls[1] == shalls[2]
    assert "fuzz         60 addresses (seed 2026), 5xx: 0" in said
    assert "µs CPU" in said


def test_a_random_address_can_stand_in_a_request_line() -> None:
    draw = random.Random(1)

    for _number in range(500):
        target = contract._random_target(draw)
        assert target.startswith("/")
        assert target.isascii()
        assert target.isprintable()
        assert " " not in target
