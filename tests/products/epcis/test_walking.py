"""The journey of one thing: back to its inputs, up to its pallet, never to siblings."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common import canonical
from products.epcis import reading
from products.epcis.gathering import Party
from products.epcis.walking import Journey, Known, journey
from tests.products.epcis import world
from tests.products.epcis.world import (
    FIBRE,
    ITEM,
    LOT,
    LYON,
    PALLET,
    PORTO,
    ROUBAIX,
    SIBLING,
    YARN,
    made,
    packed,
    recorded,
    seen,
    times,
)

SPUN = made("02-01T10:00", ROUBAIX, [FIBRE], [YARN])
WOVEN = made("02-03T10:00", PORTO, [YARN], [LOT])
BEGUN = world.event(
    "Object",
    "02-05T10:00",
    PORTO,
    action="ADD",
    bizStep="commissioning",
    epcList=[ITEM, SIBLING],
    ilmd={"cbvmda:lotNumber": "LOT-1"},
)


def walk(start: str, *contents: dict[str, Any], **members: Any) -> Journey:
    return journey(
        recorded(*contents, **members), world.thing(start), known=world.KNOWN
    )


def gaps(found: Journey) -> list[str]:
    return [gap.code for gap in found.gaps]


def test_the_published_garment_has_six_steps_four_places_and_29_125_days() -> None:
    path = world.VECTORS / "epcis" / "eu_textile" / "fjordline-aurora-lifecycle.jsonld"
    document = reading.read(path.read_bytes(), now=world.NOW)
    start = world.thing("https://id.gs1.org/01/09521234003007/21/AUR-2026-000001")

    found = journey(recorded(*(event.content for event in document.events)), start)

    summary = found.summary()
    assert (summary["steps"], summary["places"]) == (6, 4)
    assert (summary["lead_time_days"], summary["lead_time"]) == ("29.125", "P29DT3H")
    assert times(found) == ["02-05", "02-12", "02-20", "03-04", "03-06", "03-12"]
    assert found.steps[-1].recorded.event.biz_step == "shipping"
    assert gaps(found) == ["origin", "transport", "transport", "transport"]


def test_an_item_leads_back_to_its_lot_its_yarn_and_its_fibre() -> None:
    found = walk(ITEM, BEGUN, WOVEN, SPUN)

    assert times(found) == ["02-01", "02-03", "02-05"]
    assert found.lead_time_days == "4"


def test_without_a_commissioning_nothing_ties_a_serial_to_a_lot() -> None:
    found = walk(ITEM, seen("02-05T10:00", PORTO, f"{LOT}/21/A1"), WOVEN, SPUN)

    assert times(found) == ["02-05"]
    assert gaps(found) == ["origin"]


def test_a_lot_is_no_story_of_its_items_nor_of_another_lot() -> None:
    other = made("02-04T10:00", LYON, [FIBRE], [world.OTHER_LOT])
    sold = seen("03-04T10:00", LYON, SIBLING, step="retail_selling")

    assert times(walk(LOT, SPUN, WOVEN, BEGUN, other, sold)) == [
        "02-01",
        "02-03",
        "02-05",
    ]


def test_what_is_made_of_a_thing_is_another_story() -> None:
    resold = seen("02-10T10:00", LYON, YARN)

    # The rest of the yarn was sold after this lot was woven of it.
    assert times(walk(LOT, SPUN, WOVEN, resold)) == ["02-01", "02-03"]
    assert times(walk(YARN, SPUN, WOVEN, resold)) == ["02-01", "02-10"]


def test_a_pallet_is_followed_only_while_the_thing_lies_on_it() -> None:
    found = walk(
        ITEM,
        seen("03-01T10:00", ROUBAIX, PALLET),
        packed("03-02T10:00", ITEM, SIBLING),
        seen("03-03T10:00", PORTO, PALLET),
        packed("03-04T10:00", ITEM, action="DELETE"),
        seen("03-05T10:00", LYON, PALLET),
        seen("03-06T10:00", LYON, ITEM),
    )

    assert times(found) == ["03-02", "03-03", "03-04", "03-06"]


def test_siblings_on_the_pallet_are_never_drawn_in() -> None:
    alien = made("02-01T10:00", LYON, [FIBRE], [SIBLING])
    other = packed("03-02T11:00", "https://id.gs1.org/01/09521234008019/10/OTHER")

    found = walk(ITEM, packed("03-02T10:00", ITEM, SIBLING), alien, other)

    assert times(found) == ["03-02"]


@pytest.mark.parametrize(
    "leaving",
    [
        packed("03-04T10:00", action="DELETE"),
        packed("03-04T10:00", ITEM, pallet="https://id.gs1.org/00/040123450000002225"),
    ],
    ids=["all-unpacked", "packed-elsewhere"],
)
def test_a_thing_leaves_its_pallet_without_being_named_or_by_being_packed_again(
    leaving: dict[str, Any],
) -> None:
    later = seen("03-05T10:00", LYON, PALLET)

    found = walk(ITEM, packed("03-02T10:00", ITEM), leaving, later)

    assert times(found) == ["03-02", "03-04"]


def test_pallets_on_pallets_are_followed_up() -> None:
    truck = "https://id.gs1.org/00/040123450000002225"
    loaded = packed("03-03T10:00", PALLET, pallet=truck)

    found = walk(
        ITEM, packed("03-02T10:00", ITEM), loaded, seen("03-04T10:00", LYON, truck)
    )

    assert times(found) == ["03-02", "03-03", "03-04"]


def test_steps_follow_instants_and_not_the_text_of_the_time() -> None:
    early = {
        **seen("03-04T23:30", PORTO, ITEM),
        "eventTime": "2026-03-05T00:10:00+02:00",
    }
    late = seen("03-04T23:30", PORTO, ITEM)

    found = walk(ITEM, late, {**early, "eventTimeZoneOffset": "+02:00"})

    assert [item["at"] for item in found.items() if "at" in item] == [
        "2026-03-05T00:10:00+02:00",
        "2026-03-04T23:30:00+00:00",
    ]


def test_a_shipping_and_its_receiving_are_one_move() -> None:
    found = walk(
        ITEM,
        BEGUN,
        seen("03-01T10:00", PORTO, ITEM, step="shipping"),
        seen("03-03T10:00", LYON, ITEM, step="receiving"),
    )

    assert [step.arrival is not None for step in found.steps] == [False, True]
    move = found.items()[-1]
    assert (move["kind"], move["place"], move["to"]["place"]) == (
        "move",
        "Porto",
        "Lyon",
    )
    assert move["until"] == "2026-03-03T10:00:00+00:00"
    assert gaps(found) == []
    assert found.countries == ("PT", "FR")
    assert found.distance_km == "1199"


def test_a_receiving_after_something_else_is_a_step_of_its_own() -> None:
    found = walk(
        ITEM,
        seen("03-01T10:00", PORTO, ITEM, step="shipping"),
        seen("03-02T10:00", PORTO, ITEM, step="transporting"),
        seen("03-03T10:00", LYON, ITEM, step="receiving"),
    )

    assert len(found.steps) == 3
    assert gaps(found) == ["origin"]


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("storing", "storing", "transport"),
        ("shipping", "storing", "arrival"),
        ("storing", "receiving", "departure"),
    ],
)
def test_a_way_that_nobody_documents_is_a_gap(
    first: str, second: str, code: str
) -> None:
    found = walk(
        ITEM,
        BEGUN,
        seen("03-01T10:00", PORTO, ITEM, step=first),
        seen("03-03T10:00", LYON, ITEM, step=second),
    )

    assert gaps(found) == [code]
    gap = found.items()[-2]
    assert (gap["kind"], gap["missing"]) == ("gap", code)
    assert (gap["from"]["place"], gap["to"]["place"]) == ("Porto", "Lyon")
    assert "at" not in gap


def test_an_event_declared_wrong_leaves_the_path_and_is_shown_corrected() -> None:
    wrong = {**seen("03-01T10:00", ROUBAIX, ITEM), "eventID": "urn:x:wrong"}
    right = {**seen("03-01T10:00", PORTO, ITEM), "eventID": "urn:x:right"}
    declared = {
        **wrong,
        "errorDeclaration": {
            "declarationTime": "2026-03-02T10:00:00Z",
            "correctiveEventIDs": ["urn:x:right"],
        },
    }

    found = walk(ITEM, BEGUN, wrong, declared, right)

    assert [step.site.town for step in found.steps] == ["Porto", "Porto"]
    shown = [item for item in found.items() if item["kind"] == "corrected"]
    assert len(shown) == 1
    assert shown[0]["corrected_by"] == [found.steps[-1].recorded.hash]
    assert found.summary()["corrected"] == 1


def test_what_comes_of_a_wrong_transformation_is_not_told() -> None:
    declared = {
        **WOVEN,
        "errorDeclaration": {"declarationTime": "2026-02-04T10:00:00Z"},
    }

    assert times(walk(LOT, SPUN, WOVEN, declared)) == []


def test_the_parts_of_one_long_transformation_belong_together() -> None:
    name = {"transformationID": "urn:x:run-7"}
    taken = {**made("02-03T10:00", PORTO, [YARN], []), **name}
    given_ = {**made("02-04T10:00", PORTO, [], [LOT]), **name}

    found = walk(LOT, SPUN, taken, given_)

    assert times(found) == ["02-01", "02-03", "02-04"]


def test_temperatures_of_a_step_are_its_coldest_and_warmest() -> None:
    report = [
        {"type": "Temperature", "minValue": -2.5, "maxValue": 4, "uom": "CEL"},
        {
            "type": "Temperature",
            "value": 41,
            "uom": "FAH",
            "exception": "ALARM_CONDITION",
        },
        {"type": "Temperature", "value": -9999, "uom": "CEL"},
        {"type": "RelativeHumidity", "value": 80, "uom": "P1"},
    ]
    cold = {**BEGUN, "sensorElementList": [{"sensorReport": report}]}

    item = walk(ITEM, cold).items()[-1]

    assert item["cold_chain"] == {
        "min": "-2.5",
        "max": "5",
        "unit": "CEL",
        "alarm": True,
    }


def test_a_step_counts_as_signed_only_when_its_own_actor_signed() -> None:
    shop = {"signed_by": "shop", "captured_by": Party("shop", "Boutique")}
    own = recorded(seen("03-02T10:00", LYON, ITEM), **shop)
    foreign = recorded(BEGUN, **shop)

    found = journey([*own, *foreign], world.thing(ITEM), known=world.KNOWN)

    assert found.verified_ratio == "0.5"
    assert journey([], world.thing(ITEM)).verified_ratio is None


def test_the_sender_of_goods_is_named_by_the_event() -> None:
    pgln = "https://id.gs1.org/417/9521234000136"
    source = [{"type": "possessing_party", "source": pgln}]
    shipped = {**seen("03-02T10:00", LYON, ITEM, step="shipping"), "sourceList": source}
    known = Known(parties={pgln: Party("mill", "Filature du Nord")})

    found = journey(recorded(shipped), world.thing(ITEM), known=known)
    nameless = journey(recorded(shipped), world.thing(ITEM))

    assert found.items()[-1]["actor"] == "Filature du Nord"
    assert "actor" not in nameless.items()[-1]


def test_a_place_described_by_the_event_itself_is_shown_to_the_kilometre() -> None:
    place = {
        "id": "urn:x:p",
        "ex:city": "Lyon",
        "ex:countryCode": "FR",
        "ex:latitude": 45.7640,
        "ex:longitude": 4.8357,
        "ex:street": "1 rue X",
    }

    item = walk(ITEM, {**BEGUN, "readPoint": place}).items()[-1]

    told = {key: item[key] for key in ("place", "country", "lat", "lng")}
    assert told == {"place": "Lyon", "country": "FR", "lat": "45.76", "lng": "4.84"}
    assert "rue" not in json.dumps(item)


def test_the_items_can_be_published() -> None:
    cold = [{"sensorReport": [{"type": "Temperature", "value": 3.5, "uom": "CEL"}]}]
    found = walk(ITEM, {**BEGUN, "sensorElementList": cold}, WOVEN, SPUN)

    assert canonical.dumps(found.items())
    assert canonical.dumps(found.summary())


LOTS = st.sampled_from([FIBRE, YARN, LOT, world.OTHER_LOT, ITEM, SIBLING, PALLET])
ANY = st.builds(
    lambda day, kind, one, other: {
        "made": made(f"02-{day:02}T10:00", PORTO, [one], [other]),
        "packed": packed(f"02-{day:02}T10:00", one, pallet=other),
        "unpacked": packed(f"02-{day:02}T10:00", one, action="DELETE", pallet=other),
        "seen": seen(f"02-{day:02}T10:00", LYON, one, other, step="shipping"),
    }[kind],
    st.integers(1, 6),
    st.sampled_from(["made", "packed", "unpacked", "seen"]),
    LOTS,
    LOTS,
)


@settings(max_examples=60)
@given(st.lists(ANY, max_size=14), LOTS, st.randoms(use_true_random=False))
def test_no_tangle_of_events_loops_and_their_order_does_not_matter(
    contents: list[dict[str, Any]], start: str, random: Any
) -> None:
    found = walk(start, *contents)
    random.shuffle(contents)

    assert walk(start, *contents).items() == found.items()
    moments = [step.recorded.event.event_time for step in found.steps]
    assert moments == sorted(moments)
    assert canonical.dumps(found.items())
