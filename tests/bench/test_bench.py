"""The benchmarks run, and their controls come out bad. No time is asserted."""

import re

import pytest

from bench import load
from bench.load import Load
from tests.bench import running

NESTED = re.compile(r"nested against hot +([0-9.]+)")


@pytest.fixture(scope="module")
def printed() -> str:
    """Return what the shortest comparison prints."""
    options = ["--sqlite", "--rounds", "1", "--seconds", "0.2", "--products", "3"]
    return running.printed("bench/sheet_read.py", *options)


def test_every_subject_is_measured_without_a_wrong_answer(printed: str) -> None:
    for title in (
        "WSGI, constant bytes",
        "WSGI, one select",
        "WSGI, sheet hot, 304",
        "WSGI, sheet hot",
        "WSGI, sheet cold",
        "WSGI, nested serializers",
        "ASGI, sheet hot",
        "ASGI, sheet cold",
    ):
        line = next(
            line for line in printed.splitlines() if line.startswith(f"{title:26}")
        )
        assert line.split()[-1] == "0"


def test_the_assembled_sheet_costs_more_than_the_stored_one(printed: str) -> None:
    found = NESTED.search(printed)

    assert found is not None, printed
    assert float(found[1]) > 10


def test_the_assembled_sheet_is_about_as_long_as_the_stored_one(printed: str) -> None:
    found = re.search(
        r"a sheet has ([0-9]+) bytes, the assembled one ([0-9]+)", printed
    )

    assert found is not None, printed
    assert 0.7 < int(found[2]) / int(found[1]) < 1.2


def test_a_request_names_its_headers() -> None:
    asked = load.head("/here", {"If-None-Match": '"a"'})

    assert (
        asked == b'GET /here HTTP/1.1\r\nHost: 127.0.0.1\r\nIf-None-Match: "a"\r\n\r\n'
    )


def test_a_percentile_of_nothing_is_zero() -> None:
    assert Load(0, 0, 1.0, []).percentile(99) == 0.0


def test_a_percentile_is_in_milliseconds() -> None:
    latencies = [number / 1000 for number in range(1, 101)]

    assert Load(100, 0, 1.0, latencies).percentile(50) == pytest.approx(50.5)


def test_deferred_writers_are_refused_and_ours_are_not() -> None:
    printed = running.printed("bench/sqlite_writers.py", "--seconds", "0.3")
    counts = {
        line[:24].strip(): [int(number) for number in line[24:].split()[:3]]
        for line in printed.splitlines()
        if line.startswith("WAL")
    }

    commits, refused, lost = counts["WAL, immediate (ours)"]
    assert commits > 0
    assert (refused, lost) == (0, 0)
    assert counts["WAL, deferred"][1] > 0


def test_scans_counted_in_batches_cost_less_than_one_by_one() -> None:
    printed = running.printed("bench/scan_counting.py", "--scans", "600")
    costs = [float(found) for found in re.findall(r"([0-9.]+) µs a scan", printed)]

    assert "counted 3000 of 3000" in printed
    assert costs == sorted(costs)
