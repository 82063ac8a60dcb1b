"""What does not fit in a footprint: of each rule, a case that passes and one not."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from products.drafts import Benchmark, Flag
from products.footprint.comparing import compare, compare_stated, unit_text
from products.footprint.kinds import is_beverage, is_clothing
from products.footprint.rules import check
from products.footprint.stages import Footprint, Quantity, Stage, ours, shares_pct
from products.panels import eco

DAY = date(2026, 11, 22)
KILOGRAM = Quantity(Decimal(1), "KGM")


def stages(**amounts: str) -> tuple[Stage, ...]:
    return tuple(Stage(code, Decimal(amount)) for code, amount in amounts.items())


def footprint(**members: Any) -> Footprint:
    whole: dict[str, Any] = {
        "total": Decimal(10),
        "stages": stages(raw_materials="6", transport="4"),
        "scope": "cradle_to_gate",
        "declared_unit": KILOGRAM,
        "net_content": Quantity(Decimal(500), "GRM"),
        "method": "PEF 3.1",
        "reference_year": 2025,
        "primary_ratio": Decimal("0.4"),
        "quality_rating": Decimal("1.6"),
    }
    return Footprint(**{**whole, **members})


def found(**members: Any) -> list[Flag]:
    return check(footprint(**members), on=DAY)


def rules(**members: Any) -> list[str]:
    return [flag.rule for flag in found(**members)]


def test_a_whole_footprint_fits() -> None:
    assert rules() == []
    assert check(Footprint(), on=DAY) == []


# The rule, what it finds, and what passes it.
CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "eco.stages_do_not_add_up",
        {"stages": stages(raw_materials="6", transport="4.11")},
        {"stages": stages(raw_materials="6", transport="4.10")},
    ),
    (
        "eco.stage_negative",
        {"stages": stages(raw_materials="-1", transport="11")},
        {
            "scope": "cradle_to_grave",
            "stages": stages(raw_materials="11", end_of_life="-1"),
        },
    ),
    (
        "eco.stage_negative",
        {
            "stages": (
                Stage("raw_materials", Decimal(-2), Decimal(-1)),
                Stage("transport", Decimal(12)),
            )
        },
        {
            "stages": (
                Stage("raw_materials", Decimal(-2), Decimal(-3)),
                Stage("transport", Decimal(12)),
            )
        },
    ),
    (
        "eco.stage_out_of_scope",
        {"stages": stages(raw_materials="6", use="4")},
        {"stages": stages(raw_materials="6", transport="4", use="0")},
    ),
    (
        "eco.stage_out_of_scope",
        {"stages": stages(raw_materials="6", end_of_life="4")},
        {
            "stages": stages(raw_materials="6", end_of_life="4"),
            "scope": "cradle_to_grave",
        },
    ),
    ("eco.scope_unknown", {"scope": "gate_to_gate"}, {"scope": ""}),
    (
        "eco.unit_of_another_kind",
        {"net_content": Quantity(Decimal(1), "LTR")},
        {"net_content": Quantity(Decimal(1), "TNE")},
    ),
    (
        "eco.unit_impossible",
        {"declared_unit": Quantity(Decimal(1), "EUR")},
        {"declared_unit": Quantity(Decimal(1000), "GRM")},
    ),
    (
        "eco.unit_impossible",
        {"declared_unit": Quantity(Decimal(0), "KGM")},
        {"declared_unit": None},
    ),
    ("eco.total_unit_impossible", {"unit": "EUR"}, {"unit": "KGM"}),
    ("eco.year_impossible", {"reference_year": 2027}, {"reference_year": 2026}),
    ("eco.year_impossible", {"reference_year": 20}, {"reference_year": 1990}),
    (
        "eco.ratio_impossible",
        {"primary_ratio": Decimal("1.01")},
        {"primary_ratio": Decimal(1)},
    ),
    (
        "eco.ratio_impossible",
        {"primary_ratio": Decimal("-0.1")},
        {"primary_ratio": Decimal(0)},
    ),
    (
        "eco.rating_impossible",
        {"quality_rating": Decimal("0.9")},
        {"quality_rating": Decimal(1)},
    ),
    (
        "eco.rating_impossible",
        {"quality_rating": Decimal("5.1")},
        {"quality_rating": Decimal(5)},
    ),
    (
        "eco.total_negative",
        {"total": Decimal(-1), "stages": ()},
        {
            "total": Decimal(-1),
            "stages": (Stage("raw_materials", Decimal(-1), Decimal(-2)),),
        },
    ),
    (
        "eco.total_absurd",
        {"total": Decimal(1_000_001), "stages": ()},
        {"total": Decimal(1_000_000), "stages": ()},
    ),
    (
        "eco.stage_unknown",
        {"stages": stages(raw_materials="6", magic="4")},
        {"stages": stages(raw_materials="6", packaging="4")},
    ),
    (
        "eco.stage_twice",
        {"stages": (*stages(use="6"), *stages(use="4")), "scope": ""},
        {"stages": stages(use="6", end_of_life="4"), "scope": ""},
    ),
    ("eco.energy_class_unknown", {"energy_class": "H"}, {"energy_class": "a"}),
    (
        "eco.repairability_impossible",
        {"repairability": Decimal("10.1")},
        {"repairability": Decimal(10)},
    ),
]


@pytest.mark.parametrize(
    ("name", "members", "passing"),
    [pytest.param(*case, id=f"{n} {case[0]}") for n, case in enumerate(CASES)],
)
def test_a_rule_finds_what_it_is_for_and_nothing_else(
    name: str, members: dict[str, Any], passing: dict[str, Any]
) -> None:
    (flag,) = found(**members)
    assert flag.rule == name
    assert all(eco.words(flag))
    assert rules(**passing) == []


def test_a_flag_names_field_and_value() -> None:
    (flag,) = found(stages=stages(raw_materials="6", transport="5"))

    assert flag.fields == ("eco.pcf_by_stage", "eco.pcf_total")
    assert flag.values == {"sum": "11", "total": "10"}
    assert flag.severity == "error"


def test_a_thousand_wrong_stages_give_a_few_flags() -> None:
    many = tuple(Stage(f"magic-{n}", Decimal(0)) for n in range(1000))

    assert len(found(stages=many, total=Decimal(0))) == 5


@pytest.mark.parametrize(
    ("theirs", "name"),
    [
        ("agriculture", "raw_materials"),
        ("processing", "manufacturing"),
        ("transportation", "transport"),
        ("consumption", "use"),
        ("packaging", "packaging"),
    ],
)
def test_a_stage_of_agribalyse_has_our_name(theirs: str, name: str) -> None:
    assert ours(theirs) == name


def test_shares_are_given_of_a_total_above_nothing_that_adds_up() -> None:
    parts = stages(raw_materials="6", transport="4")

    assert shares_pct(Decimal(10), parts) == [Decimal("60.0"), Decimal("40.0")]
    for total in (None, Decimal(0), Decimal(-10), Decimal(20)):
        assert shares_pct(total, parts) == [None, None]


def benchmark(**members: Any) -> Benchmark:
    whole = {
        "category": "en:sodas", "method": "PEF 3.1", "scope": "cradle_to_gate",
        "unit": "1 KGM", "p25": "8", "median": "10", "p75": "12", "products": 40,
    }  # fmt: skip
    return Benchmark(**{**whole, **members})


@pytest.mark.parametrize(
    ("total", "evaluation"),
    [("8", "good"), ("8.01", "average"), ("12", "average"), ("12.01", "bad")],
)
def test_a_footprint_stands_by_the_quartiles(total: str, evaluation: str) -> None:
    compared = compare(footprint(total=Decimal(total)), [benchmark()])

    assert compared is not None
    assert compared.evaluation == evaluation


def test_where_most_are_the_same_nobody_is_among_the_lowest() -> None:
    same = [benchmark(p25="10", median="10", p75="10")]

    assert [
        one.evaluation
        for total in ("9.9", "10", "10.1")
        if (one := compare(footprint(total=Decimal(total)), same))
    ] == ["good", "average", "bad"]


@pytest.mark.parametrize(
    "members",
    [
        {"total": Decimal(-10)},
        {"total": Decimal(2_000_000)},
        {"unit": "GRM"},
        {"scope": "gate_to_gate"},
        {"declared_unit": Quantity(Decimal(1), "KG")},
    ],
    ids=str,
)
def test_what_cannot_be_true_is_not_compared(members: dict[str, Any]) -> None:
    stated = footprint(stages=(), **members)
    alike = benchmark(scope=stated.scope, unit=unit_text(stated.declared_unit))

    assert compare(stated, [alike]) is not None
    assert compare_stated(stated, [alike]) is None
    assert compare_stated(footprint(), [benchmark()]) is not None


@pytest.mark.parametrize(
    "members",
    [
        {"method": "PEF 3.0"},
        {"scope": "cradle_to_grave"},
        {"unit": "1 LTR"},
        {"unit": "100 KGM"},
        {"products": 4},
        {"p25": "?"},
    ],
    ids=str,
)
def test_what_was_measured_otherwise_is_not_compared(members: dict[str, Any]) -> None:
    assert compare(footprint(), [benchmark(**members)]) is None


@pytest.mark.parametrize(
    "members",
    [{"total": None}, {"method": ""}, {"scope": ""}, {"declared_unit": None}],
    ids=str,
)
def test_without_method_scope_or_unit_there_is_no_comparison(
    members: dict[str, Any],
) -> None:
    assert compare(footprint(**members), [benchmark()]) is None


def test_the_finest_category_is_taken() -> None:
    coarse, fine = benchmark(category="en:beverages"), benchmark()

    compared = compare(footprint(), [coarse, fine])

    assert compared is not None
    assert compared.benchmark == fine


def test_the_kind_of_a_product_is_told_by_its_categories() -> None:
    assert is_beverage(["en:snacks", "en:beverages"])
    assert is_beverage(["Boissons"])
    assert not is_beverage(["en:plant-based-foods-and-beverages", "en:breads"])
    assert is_clothing(["en:wool-jumpers"])
    assert not is_clothing(["en:breads"])
