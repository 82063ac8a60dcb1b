"""What the demonstration reads in its files, and what it leaves out."""

from typing import Any

import pytest

from config.demonstration import (
    data,
    fictitious,
    geography,
    open_food_facts,
    quantities,
)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("350 g", "350", "GRM"),
        ("0,164 kg", "0.164", "KGM"),
        ("1 l.", "1", "LTR"),
        ("75 cl", "750", "MLT"),
        ("6 x 33 cl", "1980", "MLT"),
        ("2 × 125g", "250", "GRM"),
        ("160 g e", "160", "GRM"),
        ("3.5 OZ (100g)", "100", "GRM"),
    ],
)
def test_a_quantity_is_read_from_the_package(text: str, value: str, unit: str) -> None:
    assert quantities.net_content(text) == {"value": value, "unit": unit}


@pytest.mark.parametrize(
    "text", ["", "1", "56 Pieces", "3 oz", "0 g", "80 g (poids de poisson : 52 g)"]
)
def test_a_quantity_that_is_not_sure_is_not_stated(text: str) -> None:
    assert quantities.net_content(text) is None


def test_a_place_is_stated_without_its_address() -> None:
    record = {
        "manufacturing_places": "Traiteur - 73000 Chambéry,Savoie,France",
        "origins": "Unión Europea,No Unión Europea",
        "emb_codes": "FR 93.047.034 EC,EMB 93047I,EMB B-00736",
        "emb_codes_tags": [],
    }

    assert geography.places(record) == [
        {"role": "transformation", "place": "Savoie", "country": "FR"},
        {
            "role": "last_processing",
            "country": "FR",
            "facility_id": "FR 93.047.034 EC",
        },
        {"role": "packaging", "country": "FR", "facility_id": "EMB 93047I"},
    ]


def test_no_source_says_two_things_of_one_field() -> None:
    for item in [*fictitious.items(), *open_food_facts.select().items]:
        said = [(wanted.field, wanted.source.kind) for wanted in item.statements]
        assert len(said) == len(set(said)), item.name
    for firm in fictitious.firms():
        said = [(wanted.field, wanted.source.kind) for wanted in firm.statements]
        assert len(said) == len(set(said)), firm.name


def test_what_cannot_be_loaded_is_counted_by_reason(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    good: dict[str, Any] = {"name": "Thé", "last_modified_t": 1_700_000_000}
    impossible = {"fruits-vegetables-legumes-estimate-from-ingredients": 250.0}
    files = {
        "off_products.json": {
            "products": [
                {**good, "code": "9520001001024", "nutriments_100g": impossible},
                {**good, "code": "9520001001025"},
                {**good, "code": "2000000000008"},
            ]
        },
        "off_products_fr.json": {
            "observed_on": "2018-01-01",
            "products": [{"name": "Thé", "code": "9520001001024"}],
        },
    }
    monkeypatch.setattr(data, "read", files.__getitem__)

    selected = open_food_facts.select()

    assert [item.gtin for item in selected.items] == ["09520001001024"]
    assert selected.skipped == {
        "no GTIN": 1,
        "in-store number": 1,
        "twice": 1,
        "nutrition.fruits_vegetables_legumes_pct: out_of_bounds": 1,
    }
