"""Computed values: lowest level, oldest date, every state of what they come from."""

from datetime import date
from typing import Any

import pytest

from companies.civil_status import unknown
from products import composing, vocabulary
from products.computing import price
from products.drafts import Draft
from products.durations import minutes

Documents = dict[str, dict[str, Any]]
DAY = date(2026, 11, 22)
FULL = [
    {"code": "labour_direct", "amount": "40"},
    {"code": "brand_margin", "amount": "60"},
    {"code": "tax_vat", "amount": "20"},
]


def known(value: Any, **members: Any) -> dict[str, Any]:
    return {
        **unknown(),
        "status": "known",
        "value": value,
        "level": "third_party_verified",
        "observed_at": "2026-06-01T00:00:00Z",
        **members,
    }


def documents(**fields: dict[str, Any]) -> Documents:
    """Return every field unknown, but for those given as `section__key`."""
    given = {key.replace("__", "."): value for key, value in fields.items()}
    return {**{path: unknown() for path in vocabulary.fields()}, **given}


def test_a_full_breakdown_adds_four_values() -> None:
    sheet = documents(
        price__components=known(FULL, unit="EUR"),
        price__price_ttc=known("120", unit="EUR"),
        price__vat_rate=known("20"),
        manufacturing__work_time=known("PT1H20M"),
    )

    price.add(Draft("", DAY, sheet))

    told = {
        key: (sheet[f"price.{key}"]["value"], sheet[f"price.{key}"].get("unit"))
        for key in (
            "completeness",
            "labour_cost_per_unit",
            "labour_share_of_price_pct",
            "labour_minute_cost",
        )
    }
    assert told == {
        "completeness": ("full", None),
        "labour_cost_per_unit": ("40", "EUR"),
        "labour_share_of_price_pct": ("40.0", "P1"),
        "labour_minute_cost": ("0.5000", "EUR/MIN"),
    }
    share = sheet["price.labour_share_of_price_pct"]
    assert share["source"] == {"kind": "computed", "name": "Flashsésame", "url": None}
    assert share["inputs"] == ["price.components", "price.price_ttc", "price.vat_rate"]


def test_it_has_the_lowest_level_the_oldest_date_and_every_state() -> None:
    sheet = documents(
        price__components=known(
            FULL, level="cross_checked", states=["expired"], unit="EUR"
        ),
        price__price_ttc=known(
            "120", level="declared", observed_at="2026-01-01T00:00:00Z"
        ),
        price__vat_rate=known("20", states=["disputed", "expired"]),
    )

    price.add(Draft("", DAY, sheet))

    share = sheet["price.labour_share_of_price_pct"]
    assert share["level"] == "declared"
    assert share["observed_at"] == "2026-01-01T00:00:00Z"
    assert share["states"] == ["disputed", "expired"]
    cost = sheet["price.labour_cost_per_unit"]
    assert (cost["level"], cost["states"]) == ("cross_checked", ["expired"])


def test_what_is_unknown_lowers_nothing() -> None:
    sheet = documents(price__components=known(FULL, unit="EUR"))

    price.add(Draft("", DAY, sheet))

    assert sheet["price.completeness"]["value"] == "partial"
    assert sheet["price.completeness"]["level"] == "third_party_verified"
    assert sheet["price.labour_share_of_price_pct"] == unknown()
    assert sheet["price.labour_minute_cost"] == unknown()


def test_without_a_unit_of_its_own_it_has_that_of_the_price() -> None:
    sheet = documents(
        price__components=known(FULL), price__price_ttc=known("120", unit="CHF")
    )

    price.add(Draft("", DAY, sheet))

    assert sheet["price.labour_cost_per_unit"]["unit"] == "CHF"


@pytest.mark.parametrize("status", ["unknown", "withheld", "none"])
def test_without_components_nothing_is_computed(status: str) -> None:
    sheet = documents(price__components={**unknown(), "status": status})

    price.add(Draft("", DAY, sheet))

    assert sheet["price.completeness"] == unknown()


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("P1D", 1440),
        ("P2DT3H4M", 3064),
        ("PT45M", 45),
        ("PT2H", 120),
        ("P0D", 0),
        ("P1Y", None),
        ("", None),
        (None, None),
        (45, None),
    ],
)
def test_a_duration_is_counted_in_minutes(duration: Any, expected: int | None) -> None:
    assert minutes(duration) == expected


def gaps(sheet: Documents) -> list[str]:
    missing = composing.missing(Draft("", DAY, sheet))
    return [field.path for field in missing if field.is_mandatory]


def test_a_gap_is_a_mandatory_field_that_nobody_answered() -> None:
    nothing = gaps(documents())
    sheet = documents(
        identity__name=known({"fr": "Pull"}),
        eco__pcf_total={**unknown(), "status": "withheld"},
    )

    assert nothing == [
        "identity.name",
        "identity.category",
        "traceability.journey",
        "places.places",
        "manufacturing.lead_time",
        "manufacturing.work_time",
        "price.labour_cost_per_unit",
        "eco.pcf_total",
    ]
    assert gaps(sheet) == nothing[1:-1]


def test_amounts_in_two_currencies_are_not_compared() -> None:
    sheet = documents(
        price__components=known(FULL, unit="USD"),
        price__price_ttc=known("120", unit="EUR"),
        price__vat_rate=known("20"),
    )

    price.add(Draft("", DAY, sheet))

    assert sheet["price.completeness"]["value"] == "partial"
    assert sheet["price.labour_share_of_price_pct"] == unknown()


def test_costs_that_meet_the_stated_cost_tell_a_share_of_the_price() -> None:
    sheet = documents(
        price__components=known(FULL[:1], unit="EUR"),
        price__price_ttc=known("120", unit="EUR"),
        price__vat_rate=known("20"),
        price__stated_cost=known("40", level="declared"),
    )

    price.add(Draft("", DAY, sheet))

    assert sheet["price.completeness"]["value"] == "cost_only"
    assert sheet["price.completeness"]["level"] == "declared"
    assert "price.stated_cost" in sheet["price.completeness"]["inputs"]
    assert sheet["price.labour_share_of_price_pct"]["value"] == "40.0"
