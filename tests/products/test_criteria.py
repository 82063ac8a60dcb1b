"""When a product does better than another: the rule alone, without rows."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products import criteria
from products.criteria import Candidate, Measure, choose, weigh

DAY = date(2026, 11, 22)
NUTRI = {"a": 0, "b": 1, "c": 2, "d": 3, "e": 4}


def measure(value: str | int, basis: str = "", on: str = "2026-11-01") -> Measure:
    return Measure(Decimal(value), basis, on, "declared")


def product(
    gtin: str = "2",
    *,
    family: int | None = None,
    in_stock: bool | None = None,
    **measures: Measure,
) -> Candidate:
    return Candidate(gtin, family, gtin, measures, in_stock)


def grade(letter: str, basis: str = "2023 general") -> Measure:
    return measure(NUTRI[letter], basis)


def gtins(mine: Candidate, *pool: Candidate) -> list[str]:
    return [one.candidate.gtin for one in choose(mine, pool, DAY)]


def test_a_better_letter_is_a_reason() -> None:
    found = weigh({"nutri_score": grade("d")}, product(nutri_score=grade("b")), DAY)

    assert found is not None
    assert (found.better, found.worse) == (("nutri_score",), ())


@pytest.mark.parametrize(
    ("mine", "other"),
    [
        pytest.param(
            {"footprint": measure(2, "a")},
            {"footprint": measure(1, "b")},
            id="another method",
        ),
        pytest.param(
            {"nutri_score": grade("d")},
            {"nutri_score": grade("a", "2017 general")},
            id="another version",
        ),
        pytest.param(
            {"footprint": measure("1.09", "a")},
            {"footprint": measure(1, "a")},
            id="too little a difference",
        ),
        pytest.param(
            {"footprint": measure(0, "a")},
            {"footprint": measure(-1, "a")},
            id="no ratio beside nothing",
        ),
        pytest.param(
            {"price": measure(4, "EUR/KGM")},
            {"price": measure(2, "EUR/KGM", "2026-05-25")},
            id="a price of half a year ago",
        ),
        pytest.param(
            {"nutri_score": grade("b"), "price": measure(4, "EUR/KGM")},
            {"price": measure(2, "EUR/KGM")},
            id="it does not tell its grade",
        ),
        pytest.param(
            {"nutri_score": grade("b"), "satisfaction": measure(50)},
            {"nutri_score": grade("d"), "satisfaction": measure(90)},
            id="two letters worse",
        ),
        pytest.param(
            {"nutri_score": grade("b"), "satisfaction": measure(50)},
            {"nutri_score": grade("c"), "satisfaction": measure(90)},
            id="better once and worse once",
        ),
        pytest.param(
            {"footprint": measure(10, "a"), "satisfaction": measure(50)},
            {"footprint": measure("12.6", "a"), "satisfaction": measure(90)},
            id="a footprint more than a quarter larger",
        ),
        pytest.param({}, {"nutri_score": grade("a")}, id="nothing to compare with"),
    ],
)
def test_it_is_no_alternative(
    mine: dict[str, Measure], other: dict[str, Measure]
) -> None:
    assert weigh(mine, Candidate("2", None, "2", other), DAY) is None


def test_a_letter_worse_stands_beside_two_reasons() -> None:
    mine = {
        "nutri_score": grade("b"),
        "footprint": measure(2, "a"),
        "satisfaction": measure(50),
    }
    other = product(
        nutri_score=grade("c"), footprint=measure(1, "a"), satisfaction=measure(55)
    )

    found = weigh(mine, other, DAY)

    assert found is not None
    assert found.better == ("footprint", "satisfaction")
    assert found.worse == ("nutri_score",)


def test_itself_and_its_siblings_are_left_out_and_a_family_is_named_once() -> None:
    mine = product("1", family=7, nutri_score=grade("e"))
    best = grade("a")

    found = gtins(
        mine,
        product("1", nutri_score=best),
        product("2", family=7, nutri_score=best),
        product("4", family=8, nutri_score=best),
        product("3", family=8, nutri_score=best),
    )

    assert found == ["3"]


def test_what_is_in_stock_comes_first_and_what_is_out_last() -> None:
    mine = product("1", nutri_score=grade("e"))

    found = gtins(
        mine,
        product("2", nutri_score=grade("a"), in_stock=False),
        product("3", nutri_score=grade("a")),
        product("4", nutri_score=grade("d"), in_stock=True),
    )

    assert found == ["4", "3", "2"]


@settings(max_examples=40)
@given(st.permutations(range(10, 19)))
def test_equal_ones_come_by_their_number_and_five_at_most(order: list[int]) -> None:
    mine = product("1", nutri_score=grade("c"))
    pool = [product(str(number), nutri_score=grade("b")) for number in order]

    assert gtins(mine, *pool) == ["10", "11", "12", "13", "14"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("1 2 3 4 5", "2 3 4"),
        ("1 2 3 4 5 6", "2.25 3.5 4.75"),
        ("0.1 0.2 0.3 0.4 0.5 0.6 0.7", "0.25 0.4 0.55"),
        ("2 2 2 2 2 2", "2 2 2"),
    ],
)
def test_quartiles_are_exact(values: str, expected: str) -> None:
    given_ = [Decimal(one) for one in values.split()]

    found = [
        criteria.between(given_[index : index + 2], quarters)
        for index, quarters in criteria.positions(len(given_))
    ]

    assert found == [Decimal(one) for one in expected.split()]
