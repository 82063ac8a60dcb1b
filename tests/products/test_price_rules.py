"""What does not fit in a price, and the pay behind it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from companies.catalogue import ValueRefused
from products.computing import price
from products.drafts import Draft, Flag
from products.panels import price as panel
from products.price import analyse, gap_to_stated_cost_pct
from products.price.labour import group, legal_minimum, living_wage_gap_pct, minima
from products.vocabulary import clean
from tests.products.test_computing import documents, known

DAY = date(2026, 11, 22)
WHOLE = [
    ("raw_materials", "20"), ("labour_direct", "20"), ("brand_margin", "60"),
    ("tax_vat", "20"),
]  # fmt: skip
SOURCE = {"source": "WageIndicator", "year": 2025, "region": "Norte"}
GROUP = {
    "country": "PT",
    "workers": 12,
    "minutes": "30",
    "hourly_total_remuneration": "6",
    "living_wage_hourly": "8",
    "benchmark": SOURCE,
}


def draft(
    components: list[tuple[str, str]] | None = None,
    *,
    groups: list[dict[str, Any]] | None = None,
    country: str = "",
    **members: Any,
) -> Draft:
    """Return a sheet of 120 € with VAT at 20 %, after what follows was added."""
    stated = WHOLE if components is None else components
    entries = [
        {"code": code, "amount": amount, **({"country": country} if country else {})}
        for code, amount in stated
    ]
    fields: dict[str, Any] = {
        "price__components": known(entries, unit="EUR"),
        "price__price_ttc": known("120", unit="EUR"),
        "price__vat_rate": known("20"),
        **members,
    }
    if groups is not None:
        fields["price__labour_by_place"] = known(groups, unit="EUR")
    one = Draft("", DAY, documents(**fields))
    price.add(one)
    return one


def rules(*args: Any, **members: Any) -> list[str]:
    return [flag.rule for flag in draft(*args, **members).flags]


def lines(one: Draft) -> str:
    return " ".join(
        part for panel in panel.panels(one) for part in (panel.text, *panel.lines)
    ).replace("\u00a0", " ")


def with_vat(amount: str) -> list[tuple[str, str]]:
    return [*WHOLE[:3], ("tax_vat", amount)]


def test_a_price_that_adds_up_has_no_flags() -> None:
    assert rules() == []


@pytest.mark.parametrize(("amount", "fits"), [("20.01", True), ("19.98", False)])
def test_the_vat_line_is_right_to_the_cent(amount: str, fits: bool) -> None:
    assert rules(with_vat(amount)) == ([] if fits else ["price.vat_line_mismatch"])


# The rule, and the sheet that breaks it alone or with what it entails.
CASES: list[tuple[list[str], list[tuple[str, str]] | None, dict[str, Any]]] = [
    (["price.component_unknown"], [*WHOLE, ("magic", "0.5")], {}),
    (
        ["price.amount_negative", "price.does_not_add_up"],
        [*WHOLE, ("duties", "-1")],
        {},
    ),
    (
        ["price.component_above_price", "price.does_not_add_up"],
        [*WHOLE, ("duties", "121")],
        {},
    ),
    (["price.does_not_add_up"], [*WHOLE, ("duties", "9")], {}),
    (
        ["price.stated_cost_mismatch"],
        WHOLE[:2],
        {"price__stated_cost": known("45", unit="EUR")},
    ),
    (
        ["price.currencies_mixed"],
        None,
        {"price__price_ttc": known("120", unit="USD")},
    ),
    (
        ["price.currencies_mixed", "price.currency_unknown"],
        [],
        {"price__price_ttc": known("120", unit="euros")},
    ),
    (["price.price_not_positive"], [], {"price__price_ttc": known("0")}),
    (["price.vat_rate_unusual"], [], {"price__vat_rate": known("60")}),
]


@pytest.mark.parametrize(
    ("expected", "components", "members"),
    [pytest.param(*case, id=f"{n} {case[0][0]}") for n, case in enumerate(CASES)],
)
def test_a_rule_finds_what_it_is_for(
    expected: list[str],
    components: list[tuple[str, str]] | None,
    members: dict[str, Any],
) -> None:
    found = draft(components, **members).flags

    assert [flag.rule for flag in found] == expected
    for flag in found:
        text, consequence = panel.words(flag)
        assert text
        assert consequence
        assert flag.fields


def test_a_partial_breakdown_shows_no_percentage_anywhere() -> None:
    one = draft([*WHOLE, ("duties", "9")], manufacturing__work_time=known("PT1H"))

    assert one.known("price.completeness") == "partial"
    assert "%" not in lines(one)
    assert "%" in lines(draft())


def test_a_component_that_cannot_be_read_makes_it_partial() -> None:
    one = draft([*WHOLE, ("duties", "beaucoup")])

    assert one.known("price.completeness") == "partial"
    assert one.known("price.labour_share_of_price_pct") is None


def test_the_jeans_of_the_press_cost_a_quarter_euro_a_minute() -> None:
    told = analyse(
        [("labour_direct", Decimal("9.60"))],
        price_ttc=None,
        vat_rate=None,
        work_minutes=42,
    )

    assert told.minute_cost == Decimal("0.2286")
    assert gap_to_stated_cost_pct(Decimal("34.22"), Decimal(34)) == Decimal("0.65")
    assert gap_to_stated_cost_pct(Decimal(1), Decimal(0)) is None


def flag_of(one: Draft, rule: str) -> Flag | None:
    return next((flag for flag in one.flags if flag.rule == rule), None)


@pytest.mark.parametrize(
    ("minutes", "country", "is_flagged"),
    [
        ("PT99M", "FR", False),
        ("PT1H40M", "FR", True),
        ("PT1H40M", "", False),
        ("PT1H40M", "CN", False),
    ],
)
def test_an_hour_below_the_legal_minimum_of_its_place_is_flagged(
    minutes: str, country: str, is_flagged: bool
) -> None:
    """At 20 € and 12.02 € an hour, 99 minutes are right and 100 are not."""
    one = draft(country=country, manufacturing__work_time=known(minutes))

    found = flag_of(one, "price.labour_below_minimum")
    assert (found is not None) is is_flagged
    if found is not None:
        assert found.values["minimum"] == "12.02"
        assert "SMIC" in panel.words(found)[0]


def test_the_minimum_is_that_of_the_day_and_currency() -> None:
    for day, hourly in (
        (date(2024, 12, 1), "11.88"),
        (date(2026, 1, 1), "12.02"),
    ):
        found = legal_minimum("FR", "EUR", on=day)
        assert found is not None
        assert found.hourly == Decimal(hourly)
    assert legal_minimum("FR", "EUR", on=date(2020, 1, 1)) is None
    assert legal_minimum("FR", "USD", on=DAY) is None
    assert all(one.source for one in minima())


@pytest.mark.parametrize(
    ("members", "gap"),
    [
        ({}, "25.0"),
        ({"hourly_total_remuneration": "9"}, "0.0"),
        ({"hourly_total_remuneration": None}, None),
        ({"living_wage_hourly": "0"}, None),
        ({"workers": 4}, None),
        ({"workers": None}, None),
        ({"workers": 5}, "25.0"),
        ({"benchmark": None}, None),
        ({"benchmark": {**SOURCE, "source": ""}}, None),
        ({"benchmark": {**SOURCE, "region": ""}}, None),
        ({"benchmark": {**SOURCE, "year": 2027}}, None),
        ({"benchmark": {**SOURCE, "year": None}}, None),
    ],
    ids=str,
)
def test_a_gap_needs_a_benchmark_with_source_year_and_region_and_five_workers(
    members: dict[str, Any], gap: str | None
) -> None:
    found = living_wage_gap_pct(group({**GROUP, **members}), on=DAY)

    assert found == (None if gap is None else Decimal(gap))


def test_the_largest_gap_is_on_the_sheet_with_its_benchmark() -> None:
    one = draft(groups=[GROUP, {**GROUP, "country": "TN", "workers": 40,
                                "hourly_total_remuneration": "4"}])  # fmt: skip

    document = one.documents["price.labour_living_wage_gap_pct"]
    assert (document["value"], document["inputs"]) == (
        "50.0",
        ["price.labour_by_place"],
    )
    assert "WageIndicator, Norte, 2025" in lines(one)


def test_the_pay_of_a_small_group_is_published_nowhere() -> None:
    small = {**GROUP, "workers": 4, "hourly_total_remuneration": "6.66"}
    one = Draft("", DAY, documents(price__labour_by_place=known([small])))
    one.documents["price.labour_by_place"]["discrepancy"] = [known([small])]

    price.add(one)

    assert "6.66" not in str(one.documents)
    assert "6.66" not in lines(one)
    assert flag_of(one, "price.group_too_small") is not None


def test_the_pay_of_a_small_group_is_refused_when_stated() -> None:
    with pytest.raises(ValueRefused) as refused:
        clean("price.labour_by_place", [{**GROUP, "workers": 4}])

    assert refused.value.code == "group_too_small"
    assert clean("price.labour_by_place", [GROUP]) == [GROUP]


@pytest.mark.parametrize(
    ("members", "rule"),
    [
        ({"benchmark": None}, "price.living_wage_unsourced"),
        (
            {"country": "FR", "hourly_total_remuneration": "11"},
            "price.pay_below_minimum",
        ),
        ({"minutes": "61"}, "price.minutes_above_work_time"),
    ],
    ids=["no benchmark", "below the minimum", "too many minutes"],
)
def test_what_does_not_fit_in_the_pay_is_flagged(
    members: dict[str, Any], rule: str
) -> None:
    work = known("PT1H")
    groups = [{**GROUP, **members}]

    assert rules(groups=groups, manufacturing__work_time=work) == [rule]
    assert rules(groups=[GROUP], manufacturing__work_time=work) == []


def test_the_minimum_itself_is_not_below_the_minimum() -> None:
    paid = [("labour_direct", "12.02"), ("brand_margin", "87.98"), ("tax_vat", "20")]

    work = known("PT60M", unit="MIN")
    assert "price.labour_below_minimum" not in rules(
        paid, country="FR", manufacturing__work_time=work
    )
    less = [("labour_direct", "12.01"), *paid[1:]]
    assert "price.labour_below_minimum" in rules(
        less, country="FR", manufacturing__work_time=work
    )
