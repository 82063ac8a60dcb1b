"""What the measurements at the till make of their times. No time is asserted."""

import asyncio
import os

import pytest

from bench import open_streams_run, paying, till_latency_run
from bench.paying import Times, Web


def test_times_are_percentiles_in_milliseconds() -> None:
    times = Times.of([number / 1000 for number in range(1, 101)])

    assert times.p50 == pytest.approx(50.5)
    assert 95 <= times.p95 <= 96
    assert 99 <= times.p99 <= 100


def test_a_row_says_its_ratio_to_the_bare_one() -> None:
    bare, ours = Times(2.0, 3.0, 4.0), Times(7.0, 8.0, 9.5)

    assert ours.line("ours", bare).split() == ["ours", "7.00", "8.00", "9.50", "3.5×"]
    assert bare.line("bare").split() == ["bare", "2.00", "3.00", "4.00"]
    assert len(ours.line("ours", bare)) == len(paying.HEADING)


def test_a_process_says_what_it_holds() -> None:
    here = Web("http://127.0.0.1:1", os.getpid())

    assert here.resident_kib > 1_000
    assert here.threads >= 1
    with pytest.raises(LookupError):
        here._status("NoSuchLine")


def test_no_more_than_so_many_lines_are_opened_at_once() -> None:
    running, most, done = 0, 0, 0

    async def open_one() -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        await asyncio.sleep(0)
        running -= 1
        done += 1

    count = open_streams_run.AT_ONCE * 3
    asyncio.run(open_streams_run._few_at_once(open_one() for _ in range(count)))

    assert done == count
    assert most == open_streams_run.AT_ONCE


def test_each_way_to_the_phone_has_a_title_and_a_bar() -> None:
    assert set(till_latency_run.TITLES) == set(till_latency_run.BARS_MS)
