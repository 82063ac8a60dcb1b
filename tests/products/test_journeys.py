"""Journeys from rows: of an item, of a lot, of what stands for a product."""

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.models import Company
from products import composing, journeys
from products.models import Event, Place, Product
from products.services import publish_sheet
from tests import make
from tests.products.event_documents import (
    MILL,
    SHOP,
    YARN,
    captured,
    declared_wrong,
    document,
    life,
    link,
    observation,
    transformation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


@pytest.fixture
def maker() -> Company:
    """Return who makes the pull."""
    return make.company("Tricoterie")


@pytest.fixture
def pull(maker: Company) -> Product:
    """Return a product whose events nobody captured yet."""
    return make.product(of=maker)


def journey_of(product: Product) -> dict[str, Any]:
    """Return the field of the journey as composed today."""
    draft = composing.gather(product, on=timezone.localdate())
    return draft.documents["traceability.journey"]


def found(product: Product, **number: str) -> journeys.Found:
    """Return the journey of an item or a lot, which is told."""
    journey = journeys.of_thing(product.company_id, product.gtin, **number)
    assert journey is not None
    return journey


def test_an_item_is_followed_back_to_its_fibre(maker: Company, pull: Product) -> None:
    captured(maker, document(*life(pull.gtin)))

    journey = found(pull, serial="A1").journey

    assert [one.recorded.event.biz_step for one in journey.steps] == [
        "commissioning",
        "commissioning",
        "commissioning",
        "shipping",
    ]
    assert journey.lead_time == "P29DT3H"
    assert journey.verified_ratio == "0"


def test_a_lot_is_followed_by_what_its_items_are_said_to_be_of(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin)))

    assert found(pull, lot="LOT-1").journey.steps
    assert journeys.of_thing(maker.pk, pull.gtin, lot="LOT-2") is None


def test_the_events_of_another_lot_are_not_told(maker: Company, pull: Product) -> None:
    captured(maker, document(*life(pull.gtin)))
    captured(maker, document(*life(pull.gtin, lot="LOT-2", serial="B1")))

    ours, theirs = found(pull, serial="A1"), found(pull, serial="B1")

    assert not set(ours.journey.event_hashes) & set(theirs.journey.event_hashes)
    assert len(ours.journey.event_hashes) == 4


def test_what_a_stranger_says_of_a_product_is_not_its_journey(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin)))
    item = link(pull.gtin, serial="A1")
    lie = observation([item], at="2026-03-13T05:00:00Z", step="destroying")
    captured(make.company("Étrangère"), document(lie))

    assert len(found(pull, serial="A1").journey.steps) == 4


def test_what_was_told_before_a_product_was_declared_is_not_its_journey(
    maker: Company,
) -> None:
    gtin = make.gtin()
    captured(make.company("Étrangère"), document(*life(gtin)))
    make.product(gtin, of=maker)

    assert journeys.of_thing(maker.pk, gtin, serial="A1") is None
    assert journeys.of_product_itself(maker.pk, gtin) is None


def test_a_product_of_nobody_has_no_journey() -> None:
    product = make.product()
    captured(make.company(), document(*life(product.gtin)))

    assert journey_of(product)["status"] == "unknown"


def test_a_supplier_s_own_events_are_part_of_the_journey(
    maker: Company, pull: Product
) -> None:
    supplier = make.company("Filature")
    make.product(YARN, of=supplier)
    spun, *knitted = life(pull.gtin)
    captured(supplier, document(spun))
    captured(maker, document(*knitted))

    told = found(pull, serial="A1")

    assert len(told.journey.steps) == 4
    assert {one.captured_by.name for one in told.recorded if one.captured_by} == {
        "Filature",
        "Tricoterie",
    }


def test_an_event_declared_wrong_leaves_the_path_and_is_shown(
    maker: Company, pull: Product
) -> None:
    events = life(pull.gtin)
    captured(maker, document(*events))
    captured(maker, document(declared_wrong(events[-1])))

    items = found(pull, serial="A1").journey.items()

    kinds = [one["kind"] for one in items]
    assert kinds.count("corrected") == 1
    assert [one["biz_step"] for one in items if one["kind"] == "event"] == [
        "commissioning",
        "commissioning",
        "commissioning",
    ]


def test_only_a_place_that_somebody_described_is_named(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin)))
    Place.objects.create(
        company=maker,
        identifier=MILL,
        town="Roubaix",
        country="FR",
        latitude="50.69",
        longitude="3.17",
    )
    Place.objects.create(
        company=make.company("Étrangère"), identifier=SHOP, town="Atlantis"
    )

    items = found(pull, serial="A1").journey.items()

    events = [one for one in items if one["kind"] == "event"]
    assert [one.get("place", "") for one in events] == ["Roubaix", "Roubaix", "", ""]
    assert (events[0]["country"], events[0]["lat"], events[0]["lng"]) == (
        "FR",
        "50.69",
        "3.17",
    )


def test_the_number_of_queries_does_not_grow_with_the_events(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin)))
    with CaptureQueriesContext(
        connection,
    ) as few:
        found(pull, serial="A1")
    for number in range(5):
        captured(
            maker,
            document(*life(pull.gtin, lot=f"N{number}", serial=f"N{number}")),
        )

    with CaptureQueriesContext(connection) as many:
        found(pull, serial="A1")

    assert len(many) == len(few)


def test_products_without_events_cost_one_query_in_all(maker: Company) -> None:
    products = [make.product(of=maker) for _number in range(3)]
    drafts = composing.gather_all(products, on=timezone.localdate())

    with CaptureQueriesContext(connection) as queries:
        journeys.add_all(drafts, products)

    assert len(queries) == 1


def test_the_sheet_tells_the_latest_lot_and_no_serial(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin)))

    draft = composing.gather(pull, on=timezone.localdate())

    journey = draft.documents["traceability.journey"]
    assert journey["status"] == "known"
    assert journey["level"] == "declared"
    assert journey["source"]["kind"] == "computed"
    assert len(journey["event_hashes"]) == journey["events"]
    assert all(one.startswith("ni:///sha-256;") for one in journey["event_hashes"])
    lead_time = draft.documents["traceability.lead_time_computed"]
    assert lead_time["signed_events"] == 0
    assert draft.known("traceability.verified_ratio") == "0"


def test_only_what_is_on_the_path_counts_as_signed(
    maker: Company, pull: Product
) -> None:
    shipped = observation([link(pull.gtin, serial="A1")], at="2026-03-12T06:00:00Z")
    captured(maker, document(*life(pull.gtin), shipped))
    captured(maker, document(declared_wrong(shipped)))
    Event.objects.filter(corrections__isnull=False).update(signed_by="somebody")

    draft = composing.gather(pull, on=timezone.localdate())
    part = found(pull, serial="A1")
    journeys.write(draft, part)

    assert any(one.signed_by for one in part.recorded)
    lead_time = draft.documents["traceability.lead_time_computed"]
    assert lead_time["signed_events"] == 0


def test_what_was_typed_stands_beside_what_was_captured(
    maker: Company, pull: Product
) -> None:
    typed = [{"at": "2026-01-01T00:00:00Z", "step": "knitting", "place": "Lyon"}]
    make.field(pull, "traceability.journey", typed)
    captured(maker, document(*life(pull.gtin)))

    journey = journey_of(pull)

    assert journey["source"]["kind"] == "computed"
    (other,) = journey["discrepancy"]
    assert other["value"][0]["place"] == "Lyon"


def test_a_sheet_with_a_journey_is_published_in_both_languages(
    maker: Company, pull: Product
) -> None:
    captured(maker, document(*life(pull.gtin)))

    assert publish_sheet(product=pull).is_new
    assert not publish_sheet(product=pull).is_new


def test_things_made_of_one_another_end_somewhere(maker: Company) -> None:
    gtin = make.gtin()
    make.product(gtin, of=maker)
    one, two = link(gtin, lot="1"), link(gtin, lot="2")
    captured(maker, document(transformation([one], [two])))
    captured(maker, document(transformation([two], [one], at="2026-02-06T06:00:00Z")))

    assert journeys.of_thing(maker.pk, gtin, lot="1") is not None
    assert Event.objects.count() == 2
