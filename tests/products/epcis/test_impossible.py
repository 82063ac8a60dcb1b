"""What no event, and no events together, can have done."""

from typing import Any

import pytest

from products.epcis import reading
from tests.products.epcis import world

GOOD = world.seen("03-04T10:00", world.PORTO, world.ITEM)
SPUN = world.made("02-01T10:00", world.ROUBAIX, [world.FIBRE], [world.YARN])
WOVEN = world.made("02-03T10:00", world.PORTO, [world.YARN], [world.LOT])


def codes(*events: Any) -> list[str]:
    found = reading.read(list(events), now=world.NOW)
    return [problem.code for problem in found.problems]


def sensed(metadata: dict[str, Any], **report: Any) -> dict[str, Any]:
    element = {
        "sensorMetadata": metadata,
        "sensorReport": [{"type": "Temperature", **report}],
    }
    return {**GOOD, "sensorElementList": [element]}


@pytest.mark.parametrize(
    ("event", "code"),
    [
        ({**GOOD, "eventTime": "2027-01-01T00:00:00Z"}, "in_the_future"),
        ({**GOOD, "recordTime": "2027-01-01T00:00:00Z"}, "in_the_future"),
        ({**GOOD, "recordTime": "2026-03-04T09:00:00Z"}, "recorded_before"),
        ({**GOOD, "eventTime": "2026-02-30T00:00:00Z"}, "not_an_instant"),
        ({**GOOD, "eventTime": "2026-03-04T10:00:00"}, "not_an_instant"),
        ({**GOOD, "eventTime": "0001-01-01T00:00:00+14:00"}, "not_an_instant"),
        # Where it happened, it was the year before the first one.
        (
            {
                **GOOD,
                "eventTime": "0001-01-01T00:00:00Z",
                "eventTimeZoneOffset": "-12:00",
            },
            "not_an_instant",
        ),
        ({**GOOD, "recordTime": "9999-12-31T23:59:59Z"}, "not_an_instant"),
        (
            {**GOOD, "errorDeclaration": {"declarationTime": "9999-12-31T23:59:59Z"}},
            "not_an_instant",
        ),
        ({**GOOD, "eventTimeZoneOffset": "+15:00"}, "not_an_offset"),
        ({**GOOD, "epcList": [world.ITEM, world.ITEM]}, "duplicate_item"),
        ({**GOOD, "epcList": []}, "missing_what"),
        ({**GOOD, "bizStep": "urn:epcglobal:cbv:bizstep:flying"}, "unknown_word"),
        ({**GOOD, "ilmd": {"cbvmda:lotNumber": "L"}}, "ilmd_without_add"),
        ({**GOOD, "persistentDisposition": {}}, "missing"),
        (sensed({}, value="warm"), "not_a_number"),
        (sensed({}, minValue=3, maxValue=2), "minimum_above_maximum"),
        (sensed({}, minValue=1, maxValue=2, meanValue=3), "out_of_range"),
        (sensed({}, percRank=101), "out_of_range"),
        (sensed({}, sDev=-1), "out_of_range"),
        (sensed({"time": "2027-01-01T00:00:00Z"}), "in_the_future"),
        (
            sensed(
                {"startTime": "2026-03-02T00:00:00Z", "endTime": "2026-03-01T00:00:00Z"}
            ),
            "ends_before_it_begins",
        ),
        ({**SPUN, "outputEPCList": [world.FIBRE]}, "output_is_input"),
        ({**SPUN, "outputEPCList": []}, "missing_what"),
        ({**world.packed("03-04T10:00", world.PALLET)}, "parent_is_child"),
        ({**world.packed("03-04T10:00")}, "missing_what"),
        ({**GOOD, "type": "DanceEvent"}, "unknown_type"),
        (
            {**GOOD, "quantityList": [{"epcClass": world.LOT, "quantity": -1}]},
            "negative_quantity",
        ),
        (
            {**GOOD, "errorDeclaration": {"declarationTime": "2026-03-01T00:00:00Z"}},
            "recorded_before",
        ),
    ],
)
def test_an_impossible_event_is_refused(event: dict[str, Any], code: str) -> None:
    assert codes(event) == [code]


def test_the_same_things_that_are_possible_pass() -> None:
    assert (
        codes(
            GOOD,
            SPUN,
            WOVEN,
            sensed({"startTime": "2026-03-01T00:00:00Z"}, minValue=1, maxValue=1),
            world.packed("03-04T10:00", world.ITEM),
            world.packed("03-05T10:00", action="DELETE"),
            {**SPUN, "transformationID": "urn:x:1", "outputEPCList": []},
        )
        == []
    )


def test_spelling_does_not_hide_that_an_output_is_its_input() -> None:
    spelt = {**SPUN, "outputEPCList": ["urn:epc:class:lgtin:9521234.000800.FIBRE-1"]}

    assert codes(spelt) == ["output_is_input"]


def test_a_cycle_of_transformations_is_refused_and_nothing_of_it_kept() -> None:
    back = world.made("02-05T10:00", world.PORTO, [world.LOT], [world.FIBRE])

    found = reading.read([SPUN, WOVEN, back], now=world.NOW)

    kinds = {problem.code for problem in found.problems}
    assert kinds == {"cyclic_transformation", "used_before_made"}
    assert found.events == ()


def test_what_is_used_before_it_is_made_is_refused() -> None:
    early = world.made("01-15T10:00", world.PORTO, [world.YARN], [world.LOT])

    assert codes(SPUN, early) == ["used_before_made"]


def test_a_lot_made_in_two_parts_may_be_used_between_them() -> None:
    again = world.made("02-04T10:00", world.ROUBAIX, [world.FIBRE], [world.YARN])

    assert codes(SPUN, WOVEN, again) == []


def test_a_box_cannot_lie_in_what_lies_in_it() -> None:
    box, crate = (
        f"https://id.gs1.org/00/{n}"
        for n in ("040123450000002225", "040123450000003338")
    )
    into = world.packed("03-01T10:00", box, pallet=crate)
    back = world.packed("03-02T10:00", crate, pallet=box)
    emptied = world.packed("03-01T12:00", action="DELETE", pallet=crate)

    assert codes(into, back) == ["cyclic_aggregation"]
    assert codes(into, emptied, back) == []


def test_one_name_cannot_be_that_of_two_events() -> None:
    name = {"eventID": "urn:uuid:4c64ed8a-0000-4000-8000-000000000001"}

    assert codes({**GOOD, **name}, {**SPUN, **name}) == ["event_id_twice"]
    assert codes({**GOOD, **name}, {**GOOD, **name}) == []


def test_an_event_declared_wrong_contradicts_nothing() -> None:
    back = world.made("02-05T10:00", world.PORTO, [world.LOT], [world.FIBRE])
    declared = {**back, "errorDeclaration": {"declarationTime": "2026-02-06T10:00:00Z"}}

    assert codes(SPUN, WOVEN, back, declared) == []


def test_a_chain_of_thousands_is_no_deep_recursion() -> None:
    lots = [f"https://id.gs1.org/01/{world.GTIN}/10/L{n}" for n in range(1_401)]
    chain = [
        world.made(f"02-01T{n // 60 % 24:02}:{n % 60:02}", "", [lots[n]], [lots[n + 1]])
        for n in range(1_400)
    ]

    assert codes(*chain) == []
