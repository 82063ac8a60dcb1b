"""The price breakdown: what adds up tells a share, what does not tells none."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.price import LABOUR, MARGINS, TAX, analyse

VECTORS = json.loads(
    (Path(__file__).parents[1] / "vectors" / "price_breakdown.json").read_text()
)["vectors"]
CODES = ["raw_materials", "energy", "transport", *LABOUR, *MARGINS, TAX]
AMOUNTS = st.decimals(Decimal("-5"), Decimal(500), places=2)
COMPONENTS = st.lists(st.tuples(st.sampled_from(CODES), AMOUNTS), max_size=8)
PRICES = st.none() | st.decimals(Decimal(0), Decimal(1000), places=2)
RATES = st.none() | st.sampled_from([Decimal(0), Decimal("5.5"), Decimal(20)])
FULL = [
    ("raw_materials", "20"),
    ("labour_direct", "15"),
    ("labour_indirect", "5"),
    ("brand_margin", "20"),
    ("retail_margin", "40"),
    ("tax_vat", "20"),
]


def amounts(pairs: list[tuple[str, str]]) -> list[tuple[str, Decimal]]:
    return [(code, Decimal(amount)) for code, amount in pairs]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_a_published_breakdown_is_judged_as_its_readers_did(
    vector: dict[str, Any],
) -> None:
    expected = vector["expected"]

    told = analyse(
        amounts(list(vector["components"].items())),
        price_ttc=None,
        vat_rate=None,
        stated_cost=Decimal(vector["stated_true_cost"]),
    )

    assert told.completeness == expected["completeness"]
    assert told.total == Decimal(expected["sum"])
    stated = Decimal(vector["stated_true_cost"])
    gap = ((told.total - stated) / stated * 100).quantize(Decimal("0.01"))
    assert gap == Decimal(expected["gap_to_stated_cost_pct"])


def test_a_full_breakdown_tells_share_and_minute() -> None:
    told = analyse(
        amounts(FULL), price_ttc=Decimal(120), vat_rate=Decimal(20), work_minutes=80
    )

    assert told.completeness == "full"
    assert told.total == Decimal(120)
    assert told.price_ht == Decimal("100.00")
    assert told.labour_cost == Decimal(20)
    assert told.labour_share_pct == Decimal("20.0")
    assert told.minute_cost == Decimal("0.2500")


def test_amounts_of_one_code_are_added() -> None:
    told = analyse(
        amounts([("labour_direct", "1.10"), ("labour_direct", "2.20")]),
        price_ttc=None,
        vat_rate=None,
    )

    assert told.labour_cost == Decimal("3.30")


@pytest.mark.parametrize(
    ("without", "price", "completeness"),
    [
        ((), "121.21", "full"),
        ((), "121.22", "partial"),
        ((), "118.82", "full"),
        ((), "118.81", "partial"),
        (("tax_vat",), "100", "partial"),
        (MARGINS, "60", "partial"),
        (("brand_margin",), "100", "full"),
    ],
)
def test_it_is_full_within_one_percent_with_tax_and_a_margin(
    without: tuple[str, ...], price: str, completeness: str
) -> None:
    pairs = [pair for pair in FULL if pair[0] not in without]

    told = analyse(amounts(pairs), price_ttc=Decimal(price), vat_rate=Decimal(20))

    assert told.completeness == completeness


def test_two_cents_are_forgiven_on_a_small_price() -> None:
    pairs = amounts([("brand_margin", "0.50"), ("tax_vat", "0.10")])

    for price, completeness in (("0.62", "full"), ("0.63", "partial")):
        told = analyse(pairs, price_ttc=Decimal(price), vat_rate=Decimal(20))
        assert told.completeness == completeness


@pytest.mark.parametrize(
    ("cost", "price", "completeness"),
    [
        ("40.4", "120", "cost_only"),
        ("41", "120", "partial"),
        ("40", "48", "partial"),
        ("40", None, "cost_only"),
        ("0", "120", "partial"),
    ],
)
def test_costs_that_meet_the_stated_cost_below_the_price_are_costs_only(
    cost: str, price: str | None, completeness: str
) -> None:
    told = analyse(
        amounts([("raw_materials", "20"), ("labour_direct", "20")]),
        price_ttc=None if price is None else Decimal(price),
        vat_rate=Decimal(20),
        stated_cost=Decimal(cost),
    )

    assert told.completeness == completeness
    has_share = price is not None and completeness == "cost_only"
    assert (told.labour_share_pct is not None) is has_share


def test_a_negative_amount_makes_it_partial() -> None:
    pairs = [*FULL, ("duties", "-0.01")]

    told = analyse(amounts(pairs), price_ttc=Decimal(120), vat_rate=Decimal(20))

    assert told.completeness == "partial"
    assert told.labour_share_pct is None


@pytest.mark.parametrize(
    ("price", "rate"), [(None, "20"), ("120", None), ("0", "20"), (None, None)]
)
def test_without_a_price_before_tax_there_is_no_share(
    price: str | None, rate: str | None
) -> None:
    told = analyse(
        amounts(FULL),
        price_ttc=None if price is None else Decimal(price),
        vat_rate=None if rate is None else Decimal(rate),
    )

    assert told.labour_share_pct is None
    assert told.labour_cost == Decimal(20)


def test_without_labour_nothing_is_said_of_it() -> None:
    told = analyse(
        amounts([pair for pair in FULL if pair[0] not in LABOUR]),
        price_ttc=Decimal(100),
        vat_rate=Decimal(20),
        work_minutes=80,
    )

    assert told.completeness == "full"
    assert told[3:] == (None, None, None)


@pytest.mark.parametrize("minutes", [None, 0])
def test_without_minutes_there_is_no_cost_of_a_minute(minutes: int | None) -> None:
    told = analyse(
        amounts(FULL),
        price_ttc=Decimal(120),
        vat_rate=Decimal(20),
        work_minutes=minutes,
    )

    assert told.minute_cost is None


@given(COMPONENTS, PRICES, RATES, PRICES, st.none() | st.integers(0, 10_000))
def test_a_partial_breakdown_never_has_a_share(
    components: list[tuple[str, Decimal]],
    price: Decimal | None,
    rate: Decimal | None,
    cost: Decimal | None,
    minutes: int | None,
) -> None:
    told = analyse(
        components,
        price_ttc=price,
        vat_rate=rate,
        stated_cost=cost,
        work_minutes=minutes,
    )

    assert told.completeness in {"full", "cost_only", "partial"}
    assert told.total == sum((amount for _code, amount in components), Decimal(0))
    if told.completeness == "partial":
        assert told.labour_share_pct is None
    if told.labour_share_pct is not None:
        assert told.price_ht is not None
        assert told.labour_cost is not None
        assert told.labour_share_pct >= 0


@given(COMPONENTS, st.randoms(use_true_random=False), PRICES, RATES)
def test_the_order_of_the_components_says_nothing(
    components: list[tuple[str, Decimal]],
    random: Any,
    price: Decimal | None,
    rate: Decimal | None,
) -> None:
    shuffled = random.sample(components, len(components))

    assert analyse(components, price_ttc=price, vat_rate=rate) == analyse(
        shuffled, price_ttc=price, vat_rate=rate
    )
