"""What the sheet says of a journey, in French and in English."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from companies.civil_status import unknown
from products import vocabulary
from products.drafts import Draft, Panel
from products.epcis import cbv
from products.epcis.walking import journey
from products.panels import traceability
from tests.products.epcis import world
from tests.products.epcis.world import FIBRE, LOT, LYON, PORTO, ROUBAIX, YARN

COLD = [
    {
        "sensorReport": [
            {"type": "Temperature", "minValue": -1.5, "maxValue": 4, "uom": "CEL"}
        ]
    }
]
EVENTS = world.recorded(
    world.made("02-01T23:30", ROUBAIX, [FIBRE], [YARN]),
    world.made("02-03T10:00", PORTO, [YARN], [LOT]),
    {
        **world.seen("02-05T10:00", PORTO, LOT, step="shipping"),
        "sensorElementList": COLD,
    },
    world.seen("02-07T10:00", LYON, LOT, step="receiving"),
)
TOLD = journey(EVENTS, world.thing(LOT), known=world.KNOWN)


def known(value: Any, **members: Any) -> dict[str, Any]:
    told = {"status": "known", "value": value, "level": "declared"}
    return {**unknown(), **told, **members}


def draft(**fields: dict[str, Any]) -> Draft:
    documents = {path: unknown() for path in vocabulary.fields()}
    documents |= {f"traceability.{key}": value for key, value in fields.items()}
    return Draft(world.GTIN, date(2026, 11, 22), documents)


def whole() -> Draft:
    summary = TOLD.summary()
    return draft(
        journey=known(TOLD.items()),
        steps=known(summary["steps"]),
        countries=known(summary["countries"]),
        distance=known(summary["distance_km"], unit="KMT"),
        verified_ratio=known("0.67"),
        stands_on=known("LOT-1"),
        lead_time_computed=known(summary["lead_time"]),
    )


def said(one: Draft, language: str) -> list[Panel]:
    with override(language):
        return traceability.panels(one)


def test_the_head_says_how_far_how_long_and_of_which_lot() -> None:
    head = said(whole(), "en")[0]

    assert head.text == (
        "3 documented steps. Told of LOT-1 alone; another lot may have another journey."
    )
    assert head.lines == (
        "2 countries: France, Portugal",
        "2,595\u00a0km as the crow flies",
        "1 day 10\u00a0h 30\u00a0min from the first transformation to the last "
        "commissioning",
        "67\u00a0% of the steps are signed by whoever did them",
    )


def test_the_steps_are_listed_in_order_with_their_gaps() -> None:
    steps = said(whole(), "en")[1]

    assert steps.lines == (
        "Undocumented step: where this comes from (Roubaix, France)",
        "Feb. 1, 2026 — Transformed — Roubaix, France — from 1 input",
        "Undocumented step: the way from Roubaix, France to Porto, Portugal",
        "Feb. 3, 2026 — Transformed — Porto, Portugal — from 1 input",
        "Feb. 5, 2026 to Feb. 7, 2026 — Shipped and received — "
        "Porto, Portugal → Lyon, France — between "
        "\N{MINUS SIGN}1.5\u00a0°C and 4\u00a0°C",
    )


def test_french_dates_begin_the_month_with_an_ordinal() -> None:
    lines = said(whole(), "fr")[1].lines

    assert lines[1].startswith("1er février 2026 — Transformation — Roubaix, France")
    assert lines[3].startswith("3 février 2026 — ")


def test_a_day_is_that_of_the_clock_on_the_place() -> None:
    item = {"at": "2026-03-04T23:30:00-08:00", "step": "shipping"}

    steps = said(draft(journey=known([item])), "en")[1]

    assert steps.lines[0].startswith("March 4, 2026")


def test_what_is_missing_has_a_panel_of_its_own() -> None:
    gaps = said(whole(), "en")[2]

    assert (gaps.key, gaps.evaluation) == ("gaps", "unknown")
    assert gaps.text == "2 links of this journey are not documented."
    assert len(gaps.lines) == 2


def test_a_journey_that_nobody_tells_is_said_to_be_unknown() -> None:
    (panel,) = said(draft(), "en")

    assert (panel.evaluation, panel.lines) == ("unknown", ())
    assert panel.text.startswith("Nobody has said")


def test_a_journey_that_is_withheld_is_not_told() -> None:
    withheld = {**unknown(), "status": "withheld"}

    assert said(draft(journey=withheld), "en") == []


def test_a_part_of_the_way_without_coordinates_makes_it_a_least() -> None:
    items = [{"step": "a", "lat": "1.00"}, {"step": "b"}]

    head = said(draft(journey=known(items), distance=known("12")), "en")[0]

    assert head.lines == ("At least 12\u00a0km as the crow flies",)


@pytest.mark.parametrize(
    ("share", "line"),
    [
        ("0", "No step is signed by whoever did it"),
        ("1", "Every step is signed by whoever did it"),
    ],
)
def test_none_and_all_are_said_in_words(share: str, line: str) -> None:
    items = [{"step": "a"}]
    one = draft(journey=known(items), verified_ratio=known(share))

    assert said(one, "en")[0].lines == (line,)


def test_a_long_journey_says_how_much_of_it_is_not_shown() -> None:
    one = draft(journey=known([{"step": f"step {n}"} for n in range(60)]))

    lines = said(one, "en")[1].lines

    assert lines[0] == "10 earlier steps are not shown"
    assert (lines[1], lines[-1]) == ("step 10", "step 59")


@pytest.mark.parametrize(
    "item",
    [
        {"at": 3, "step": [], "place": {}, "country": 7, "inputs": "x"},
        {"kind": "gap", "missing": "never", "from": 3, "to": []},
        {"kind": "gap", "missing": ["transport"]},
        {"kind": "move", "to": "Lyon", "cold_chain": {"min": {}, "max": "warm"}},
        {"at": "2026-13-45", "step": {}, "lat": None},
    ],
)
def test_whatever_an_older_version_stored_stops_no_sheet(item: dict[str, Any]) -> None:
    for language in ("fr", "en"):
        assert said(draft(journey=known([item])), language)


def test_every_step_of_the_vocabulary_has_both_labels() -> None:
    for kind in ("bizStep", "disposition"):
        for word in cbv.WORDS[kind]:
            assert all(cbv.LABELS[kind][word][code] for code in ("fr", "en"))
