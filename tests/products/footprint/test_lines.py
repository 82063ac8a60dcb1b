"""How the lists of price, places and footprint read, line by line."""

from typing import Any

import pytest
from django.utils.translation import override

from companies.catalogue import ValueRefused
from products import vocabulary, wording
from tests.products.test_computing import known

GROUP = {
    "country": "PT",
    "workers": 12,
    "minutes": "30",
    "hourly_total_remuneration": "6",
    "living_wage_hourly": "8",
    "benchmark": {"source": "WageIndicator", "year": 2025, "region": "Norte"},
}


@pytest.mark.parametrize(
    ("path", "item", "line"),
    [
        (
            "price.labour_by_place",
            GROUP,
            "PT — 12 workers — 30 min — paid 6.00 an hour — living wage 8.00 an hour"
            " — WageIndicator, Norte, 2025",
        ),
        (
            "price.components",
            {"code": "energy", "amount": "1.2", "place": "Roubaix", "country": "FR"},
            "energy — 1.20 — Roubaix, FR",
        ),
        (
            "places.places",
            {"role": "assembly", "place": "Roubaix", "region": "Nord"},
            "assembly — Roubaix, Nord",
        ),
        (
            "eco.green_score_adjustments",
            {"code": "production_system", "points": 15},
            "production system — +15",
        ),
        (
            "eco.environmental_cost_complements",
            {"code": "microfibers", "points": "80"},
            "microfibres — +80",
        ),
        (
            "eco.environmental_impacts",
            {"code": "cch", "amount": "5.2"},
            "Climate change — 5.2 kg éq. CO₂",
        ),
    ],
    ids=["labour", "component", "place", "adjustment", "complement", "impact"],
)
def test_an_entry_reads_as_one_line(path: str, item: dict[str, Any], line: str) -> None:
    cleaned = vocabulary.clean(path, [item])
    with override("en"):
        described = wording.describe(vocabulary.fields()[path], known(cleaned))

    assert [one.replace("\u00a0", " ") for one in described["lines"]] == [line]


def test_an_impact_has_the_name_that_its_method_gives_it() -> None:
    item = {"code": "wtu", "amount": "1"}
    with override("fr"):
        field = vocabulary.fields()["eco.environmental_impacts"]
        (line,) = wording.describe(field, known([item]))["lines"]

    assert line.startswith("Utilisation de ressources en eau")


@pytest.mark.parametrize(
    ("path", "given", "kept"),
    [
        (
            "places.places",
            [{"country": "FR", "lat": "50.69421", "lng": "-3.17456"}],
            [{"country": "FR", "lat": "50.69", "lng": "-3.17"}],
        ),
        (
            "eco.pcf_by_stage",
            [{"stage": "agriculture", "kg_co2e": "1"}],
            [{"stage": "raw_materials", "kg_co2e": "1"}],
        ),
    ],
    ids=["a point", "a stage of Agribalyse"],
)
def test_what_is_stated_is_kept_in_our_form(path: str, given: Any, kept: Any) -> None:
    assert vocabulary.clean(path, given) == kept


@pytest.mark.parametrize(
    ("path", "item", "code"),
    [
        ("places.places", {"country": "ZZ"}, "not_a_country"),
        ("places.places", {"lat": "90.01"}, "out_of_bounds"),
        ("places.places", {"lng": "-180.01"}, "out_of_bounds"),
        ("price.components", {"code": "energy", "amount": "-1"}, "out_of_bounds"),
        (
            "price.labour_by_place",
            {**GROUP, "benchmark": {"source": "WageIndicator"}},
            "not_a_benchmark",
        ),
    ],
    ids=["country", "latitude", "longitude", "amount", "benchmark"],
)
def test_what_cannot_be_is_refused_when_stated(
    path: str, item: dict[str, Any], code: str
) -> None:
    with pytest.raises(ValueRefused) as refused:
        vocabulary.clean(path, [item])

    assert refused.value.code == code
