"""Two durations: calendar time and human work, declared beside computed."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from companies.civil_status import computed, unknown
from products import durations, vocabulary
from products.computing import durations as computing
from products.drafts import Draft
from products.durations import Timed, check, compare, computed_minutes, iso, minutes
from products.panels import manufacturing
from tests.products.test_computing import documents, known

DAY = date(2026, 11, 22)
LEAD = "manufacturing.lead_time"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("P29DT3H", 41940),
        ("29.125", 41940),
        ("P29.125D", 41940),
        ("PT90S", 2),
        ("P29DT2H59M60S", 41940),
        ("P0D", 0),
        ("P", None),
        ("-3", None),
        ("99999999", None),
        (29.125, None),
        (None, None),
        ({}, None),
    ],
    ids=repr,
)
def test_a_computed_duration_may_be_fine(value: Any, expected: int | None) -> None:
    assert computed_minutes(value) == expected


@given(st.integers(0, 10**8))
def test_minutes_written_out_are_read_back(total: int) -> None:
    assert minutes(iso(total)) == total


@pytest.mark.parametrize("declared", ["P24DT1M", "P15DT23H59M", "P1D", "P100D"])
def test_more_than_a_fifth_away_is_disputed(declared: str) -> None:
    found = compare(declared, "P20D")

    assert found is not None
    assert found.is_disputed


def test_exactly_a_fifth_away_is_not_disputed() -> None:
    for declared in ("P24D", "P16D"):
        found = compare(declared, "P20D")
        assert found is not None
        assert not found.is_disputed


@pytest.mark.parametrize(
    ("timed", "rules"),
    [
        (Timed(1440, 42), []),
        (Timed(40, 42), ["manufacturing.work_above_lead"]),
        (Timed(40, 42, workers_in_parallel=2), []),
        (Timed(42, 42), []),
        (Timed(None, 42), []),
        (Timed(1440, 42, (("a", Decimal(40)), ("b", Decimal(2)))), []),
        (
            Timed(1440, 42, (("a", Decimal(40)),)),
            ["manufacturing.stages_do_not_add_up"],
        ),
        (
            Timed(1440, 42, (("a", Decimal(43)), ("b", Decimal(-1)))),
            ["manufacturing.stage_negative"],
        ),
        (Timed(1440, 0), ["manufacturing.work_is_zero"]),
        (Timed(101 * 365 * 1440, 1), ["manufacturing.lead_absurd"]),
        (Timed(1440, 42, workers_in_parallel=0), ["manufacturing.workers_absurd"]),
    ],
    ids=[
        "fits", "work above lead", "two at once", "equal", "no lead", "adds up",
        "stage missing", "below zero", "no work", "a century", "nobody",
    ],
)  # fmt: skip
def test_a_rule_finds_what_does_not_fit(timed: Timed, rules: list[str]) -> None:
    flags = check(timed)

    assert [flag.rule for flag in flags] == rules
    assert all(all(manufacturing.words(flag)) for flag in flags)


def draft(declared: str | None, found: Any, signed: int = 2) -> Draft:
    sheet = documents()
    if declared:
        sheet[LEAD] = known(declared, level="declared")
    sheet[computing.COMPUTED] = computed(
        "evidenced", value=found, signed_events=signed, observed_at="2026-03-06"
    )
    one = Draft("", DAY, sheet)
    computing.add(one)
    return one


def test_two_signed_events_set_a_declared_lead_time_beside() -> None:
    one = draft("P29D", "29.125")

    document = one.documents[LEAD]
    assert document["value"] == "P29DT3H"
    (declared,) = document["discrepancy"]
    assert declared["value"] == "P29D"
    assert "disputed" not in declared.get("states", [])
    assert one.flags == []


def test_one_too_far_away_is_disputed_and_both_are_shown() -> None:
    one = draft("P10D", "P29DT3H")

    (declared,) = one.documents[LEAD]["discrepancy"]
    assert declared["states"] == ["disputed"]
    assert [flag.rule for flag in one.flags] == ["manufacturing.lead_time_disputed"]
    lines = manufacturing.panels(one)[0].lines
    assert any("10" in line for line in lines)
    assert any("29" in line for line in lines)


def test_with_one_signed_event_the_declared_lead_time_stands() -> None:
    document = draft("P10D", "P29DT3H", signed=1).documents[LEAD]

    assert document["value"] == "P10D"
    assert [one["value"] for one in document["discrepancy"]] == ["P29DT3H"]


def test_without_a_declared_one_the_events_tell() -> None:
    document = draft(None, "P29DT3H", signed=0).documents[LEAD]

    assert (document["value"], document["level"]) == ("P29DT3H", "evidenced")


def test_two_that_agree_are_one() -> None:
    assert "discrepancy" not in draft("P29DT3H", "29.125").documents[LEAD]


def test_a_computed_lead_time_that_says_nothing_changes_nothing() -> None:
    assert draft("P10D", "soon").documents[LEAD]["value"] == "P10D"


def test_the_stages_tell_a_total_that_nobody_gave() -> None:
    sheet = documents(
        manufacturing__work_time_by_stage=known(
            [{"stage": "a", "minutes": 40}, {"stage": {"fr": "b"}, "minutes": 25}]
        )
    )
    one = Draft("", DAY, sheet)

    computing.add(one)

    assert sheet["manufacturing.work_time"]["value"] == "PT1H5M"
    assert sheet["manufacturing.work_time"]["inputs"] == [durations.STAGES]
    assert one.flags == []


def test_the_work_is_told_stage_by_stage() -> None:
    sheet = documents(
        manufacturing__lead_time={**unknown(), "status": "withheld"},
        manufacturing__work_time=known("PT1H5M"),
        manufacturing__work_time_by_stage=known(
            [
                {"stage": {"fr": "tissage", "en": "weaving"}, "minutes": 40},
                {"stage": "assembly", "minutes": 25},
                {"stage": "assembly", "minutes": "long"},
            ]
        ),
    )
    one = Draft("", DAY, sheet)
    computing.add(one)

    with override("en"):
        (panel,) = manufacturing.panels(one)

    assert panel.text.replace("\u00a0", " ") == "1 h 5 min of human work for each unit."
    lines = [line.replace("\u00a0", " ") for line in panel.lines]
    assert lines == ["weaving — 40 min", "assembly — 25 min"]


@pytest.mark.parametrize("minutes", ["12.5", "-3"])
def test_stages_of_half_minutes_or_below_zero_tell_no_total(minutes: str) -> None:
    sheet = documents(
        manufacturing__work_time_by_stage=known([{"stage": "a", "minutes": minutes}])
    )

    computing.add(Draft("", DAY, sheet))

    assert sheet["manufacturing.work_time"] == unknown()


def test_nothing_known_says_so() -> None:
    one = Draft("", DAY, {path: unknown() for path in vocabulary.fields()})

    computing.add(one)

    (panel,) = manufacturing.panels(one)
    assert panel.evaluation == "unknown"
