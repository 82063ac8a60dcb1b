"""The scores of a sheet: computed where the inputs allow, beside what is declared."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override

from companies.civil_status import unknown
from products.computing import eco
from products.drafts import Benchmark, Draft
from products.footprint import environmental_cost
from products.panels import eco as panel
from tests.products.test_computing import documents, known

DAY = date(2026, 11, 22)
FOOD = {
    "identity__category": known(["en:snacks"]),
    "nutrition__fat": known("3"),
    "eco__ef_single_score": known("0.5347352491"),
}
IMPACTS = [
    {"code": code, "amount": "0.001"}
    for code, category in environmental_cost.categories().items()
    if category.weighting
]
GARMENT = {
    "eco__environmental_impacts": known(IMPACTS),
    "eco__environmental_cost_complements": {**unknown(), "status": "none"},
    "eco__durability_coefficient": known("1"),
}


def draft(**fields: Any) -> Draft:
    one = Draft("", DAY, documents(**fields))
    eco.add(one)
    return one


def rules(one: Draft) -> list[str]:
    return [flag.rule for flag in one.flags]


def said(one: Draft, key: str) -> str:
    with override("en"):
        found = next((each for each in panel.panels(one) if each.key == key), None)
    if found is None:
        return ""
    return " ".join((found.text, *found.lines)).replace("\u00a0", " ")


def test_a_green_score_is_computed_and_says_what_is_not_known() -> None:
    one = draft(**FOOD)

    document = one.documents["eco.green_score"]
    assert (document["value"]["grade"], document["value"]["score"]) == ("d", 31)
    assert document["value"]["assumed"] == ["origins", "packaging"]
    assert document["source"]["kind"] == "computed"
    assert document["inputs"] == ["eco.ef_single_score", "identity.category"]
    assert "takes 15 points, and measures nothing" in said(one, "green_score")


def test_a_beverage_has_a_scale_of_its_own() -> None:
    fields = {**FOOD, "identity__category": known(["en:beverages"])}

    assert draft(**fields).known("eco.green_score")["class"] == "beverage"


@pytest.mark.parametrize(
    "fields",
    [
        {"identity__category": unknown()},
        {"identity__category": known(["en:wool-jumpers"])},
        {"nutrition__fat": unknown()},
        {"eco__ef_single_score": unknown()},
        {"eco__green_score": {**unknown(), "status": "not_applicable"}},
    ],
    ids=["no category", "a jumper", "no food", "no EF score", "not applicable"],
)
def test_without_its_inputs_there_is_no_green_score(fields: dict[str, Any]) -> None:
    one = draft(**{**FOOD, **fields})

    assert one.known("eco.green_score") is None
    assert one.flags == []


def test_a_declared_grade_that_differs_stands_beside() -> None:
    one = draft(**FOOD, eco__green_score=known({"grade": "B", "score": 62}))

    document = one.documents["eco.green_score"]
    assert document["value"]["grade"] == "d"
    assert [other["value"]["grade"] for other in document["discrepancy"]] == ["B"]
    (flag,) = one.flags
    with override("en"):
        sentence, _consequence = panel.words(flag)
    assert sentence.startswith("Declared B, computed D (")


def test_a_declared_grade_that_agrees_is_no_discrepancy() -> None:
    one = draft(**FOOD, eco__green_score=known({"grade": "D"}))

    assert "discrepancy" not in one.documents["eco.green_score"]
    assert one.flags == []


def test_a_declared_grade_alone_is_shown_as_declared() -> None:
    one = draft(eco__green_score=known({"grade": "a-plus", "version": "2.0"}))

    assert said(one, "green_score") == "Green-Score A+, declared (2.0)."


@pytest.mark.parametrize("ef", ["-0.1", "1000.1"])
def test_an_impossible_single_score_gives_none(ef: str) -> None:
    one = draft(**{**FOOD, "eco__ef_single_score": known(ef)})

    assert rules(one) == ["eco.ef_impossible"]
    assert one.known("eco.green_score") is None


@pytest.mark.parametrize(
    "adjustments",
    [
        [{"code": "packaging", "points": -16}],
        [{"code": "luck", "points": 1}],
        [{"code": "packaging", "points": -1}, {"code": "packaging", "points": -2}],
        [{"code": "packaging", "points": "many"}],
    ],
    ids=["too many points", "unknown", "twice", "no number"],
)
def test_impossible_adjustments_give_no_score(adjustments: list[Any]) -> None:
    one = draft(**FOOD, eco__green_score_adjustments=known(adjustments))

    assert rules(one) == ["eco.adjustment_impossible"]
    assert one.known("eco.green_score") is None


def test_an_environmental_cost_is_estimated_from_provided_impacts() -> None:
    one = draft(**GARMENT)

    document = one.documents["eco.environmental_cost_estimate"]
    assert document["version"] == environmental_cost.version()
    assert "we estimate" in said(one, "environmental_cost")
    assert one.flags == []


@pytest.mark.parametrize(
    ("fields", "flag"),
    [
        (
            {"eco__environmental_impacts": known(IMPACTS[1:])},
            "eco.estimate_incomplete",
        ),
        (
            {"eco__environmental_cost_complements": unknown()},
            "eco.estimate_incomplete",
        ),
        ({"eco__durability_coefficient": unknown()}, "eco.estimate_incomplete"),
        ({"eco__durability_coefficient": known("0")}, "eco.durability_impossible"),
    ],
    ids=["an impact", "complements", "durability", "no durability at all"],
)
def test_without_its_inputs_there_is_no_estimate(
    fields: dict[str, Any], flag: str
) -> None:
    one = draft(**{**GARMENT, **fields})

    assert rules(one) == [flag]
    assert one.known("eco.environmental_cost_estimate") is None


def test_an_unknown_complement_gives_no_estimate() -> None:
    complements = known([{"code": "charm", "points": "3"}])
    one = draft(**{**GARMENT, "eco__environmental_cost_complements": complements})

    assert "eco.complement_impossible" in rules(one)
    assert one.known("eco.environmental_cost_estimate") is None


def test_an_impact_of_another_method_does_not_count() -> None:
    more = [*IMPACTS, {"code": "magic", "amount": "9"}, {"code": "etf", "amount": "9"}]
    one = draft(**{**GARMENT, "eco__environmental_impacts": known(more)})

    assert rules(one) == ["eco.impact_unknown"]
    assert one.known("eco.environmental_cost_estimate") == draft(**GARMENT).known(
        "eco.environmental_cost_estimate"
    )


def test_a_declared_cost_stands_with_its_number_beside_our_estimate() -> None:
    one = draft(
        **GARMENT,
        eco__environmental_cost=known("5"),
        eco__environmental_cost_declaration=known("FR-2026-000123"),
        identity__net_content=known({"value": "0.5", "unit": "KGM"}),
    )

    assert one.known("eco.environmental_cost") == "5"
    assert rules(one) == ["eco.environmental_cost_differs"]
    text = said(one, "environmental_cost")
    assert "5 points declared" in text
    assert "FR-2026-000123" in text
    assert "1 points for 100 g" in text
    assert "Estimate of Flashsésame" in text


def test_the_method_is_not_one_for_food() -> None:
    one = draft(
        **FOOD,
        **GARMENT,
        eco__environmental_cost=known("5"),
        eco__environmental_cost_declaration=known("FR-2026-000123"),
    )

    assert rules(one) == ["eco.environmental_cost_of_food"]
    assert one.known("eco.environmental_cost_estimate") is None


def test_a_declared_cost_without_its_number_is_flagged() -> None:
    assert rules(draft(eco__environmental_cost=known("5"))) == [
        "eco.declaration_missing"
    ]


def test_a_footprint_says_how_it_was_measured_and_its_shares() -> None:
    one = draft(
        eco__pcf_total=known("10", unit="KGM"),
        eco__pcf_by_stage=known(
            [
                {"stage": "agriculture", "kg_co2e": "6"},
                {"stage": "transport", "kg_co2e": "4"},
            ]
        ),
        eco__declared_unit=known({"value": "1", "unit": "KGM"}),
        eco__primary_data_ratio=known("0.4"),
        eco__data_quality_rating=known("1.6"),
    )

    text = said(one, "carbon")
    for part in (
        "10 kg CO₂e for 1 kg.",
        "Method: not disclosed",
        "40 % of the data",
        "1.6, from 1 (best) to 5",
        "raw materials — 6 kg CO₂e — 60 %",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (unknown(), "Nobody has disclosed"),
        ({**unknown(), "status": "withheld"}, "is not published"),
        (known("10"), "for which quantity is not said"),
    ],
    ids=["unknown", "withheld", "without a unit"],
)
def test_what_is_not_said_of_a_footprint_is_named(
    document: dict[str, Any], text: str
) -> None:
    assert text in said(draft(eco__pcf_total=document), "carbon")


def test_a_comparison_names_quartiles_number_and_method() -> None:
    one = draft(
        eco__pcf_total=known("3", unit="KGM"),
        eco__method=known("PEF 3.1"),
        eco__scope=known("cradle_to_gate"),
        eco__declared_unit=known({"value": "1", "unit": "KGM"}),
    )
    one.benchmarks = (
        Benchmark("en:sodas", "PEF 3.1", "cradle_to_gate", "1 KGM", "2", "4", "6", 40),
    )

    text = said(one, "comparison")
    for part in ("sodas: 40 products", "2 kg", "half at 4 kg", "6 kg", "PEF 3.1"):
        assert part in text
    one.benchmarks = (one.benchmarks[0]._replace(method="PEF 3.0"),)
    assert said(one, "comparison") == ""
