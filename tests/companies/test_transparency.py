"""The transparency index: what earns points, what loses them, and what brings back."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies import catalogue, transparency
from companies.catalogue import Fact
from companies.levels import Level, Status
from companies.transparency import Standing, compute

PARAMETERS = catalogue.index_parameters()


def fact(key: str, weight: int = 1, *verifiers: str, period: str = "as_of") -> Fact:
    return Fact(key, key, key, "string", None, False, period, verifiers, (), weight)


TWO = [fact("a", 3, "auditor"), fact("b", 1, "register")]


def lost(standings: dict[str, Standing]) -> dict[tuple[str, str], str]:
    index = compute(TWO, standings, PARAMETERS)
    return {(one.fact, one.remedy): str(one.points) for one in index.losses}


def test_who_says_nothing_has_nothing() -> None:
    index = compute(TWO, {}, PARAMETERS)

    assert (index.per_mille, index.tier) == (0, "")
    assert [(one.fact, one.remedy) for one in index.losses] == [
        ("a", "state"),
        ("b", "state"),
    ]


def test_everything_at_its_best_level_is_the_whole() -> None:
    best = {
        "a": Standing(Status.KNOWN, Level.THIRD_PARTY_VERIFIED),
        # A register is as far as a register's fact can get.
        "b": Standing(Status.KNOWN, Level.CROSS_CHECKED),
    }

    index = compute(TWO, best, PARAMETERS)

    assert (index.per_mille, index.tier, index.losses) == (1000, "gold", [])


@pytest.mark.parametrize(
    ("standing", "remedy", "points"),
    [
        (Standing(Status.UNKNOWN), "state", "75.00"),
        (Standing(Status.WITHHELD, Level.EVIDENCED), "publish", "75.00"),
        (Standing(Status.KNOWN, Level.EVIDENCED, is_expired=True), "renew", "75.00"),
        (Standing(Status.KNOWN, Level.DECLARED), "document", "45.00"),
        (Standing(Status.NONE, Level.DECLARED), "document", "45.00"),
        (Standing(Status.KNOWN, Level.EVIDENCED), "verify", "30.00"),
        (Standing(Status.KNOWN, Level.CROSS_CHECKED), "verify", "11.25"),
        (
            Standing(Status.KNOWN, Level.EVIDENCED, is_contradicted=True),
            "reconcile",
            "30.00",
        ),
        (
            Standing(Status.KNOWN, Level.THIRD_PARTY_VERIFIED, is_contested=True),
            "answer",
            "45.00",
        ),
        (
            Standing(Status.KNOWN, Level.THIRD_PARTY_VERIFIED, age_months=48),
            "update",
            "18.75",
        ),
    ],
)
def test_each_loss_has_its_remedy(standing: Standing, remedy: str, points: str) -> None:
    assert lost({"a": standing})["a", remedy] == points


def test_a_declared_value_that_is_old_loses_twice() -> None:
    old = Standing(Status.KNOWN, Level.DECLARED, age_months=61)

    found = lost({"a": old})

    assert found["a", "document"] == "45.00"
    assert found["a", "update"] == "15.00"


@pytest.mark.parametrize(
    ("per_mille", "tier"),
    [(0, ""), (399, ""), (400, "bronze"), (599, "bronze"), (600, "silver"),
     (799, "silver"), (800, "gold"), (1000, "gold")],
)  # fmt: skip
def test_a_tier_begins_at_its_least_index(per_mille: int, tier: str) -> None:
    assert transparency.tier_of(per_mille, PARAMETERS) == tier


def test_the_register_s_facts_need_no_third_party() -> None:
    best = {key: transparency.best_level(one) for key, one in catalogue.facts().items()}

    assert best["legal_name"] == Level.CROSS_CHECKED
    assert best["sites"] == Level.CROSS_CHECKED
    assert best["turnover"] == Level.THIRD_PARTY_VERIFIED
    assert best["ghg_per_employee"] == Level.THIRD_PARTY_VERIFIED


STANDINGS = st.builds(
    Standing,
    status=st.sampled_from(Status.values),
    level=st.sampled_from(Level.values),
    is_expired=st.booleans(),
    is_contested=st.booleans(),
    is_contradicted=st.booleans(),
    age_months=st.integers(0, 200),
)


@given(st.dictionaries(st.sampled_from(sorted(catalogue.facts())), STANDINGS))
def test_earned_and_lost_points_add_up(standings: dict[str, Standing]) -> None:
    index = compute(catalogue.facts().values(), standings, PARAMETERS)

    earned = sum(index.earned.values(), Decimal())
    whole = earned + sum((one.points for one in index.losses), Decimal())
    # Each of at most three figures of a fact is rounded to a hundredth.
    assert abs(whole - 100) <= Decimal("0.015") * len(index.earned)
    assert (
        abs(earned * 10 - index.per_mille) <= Decimal("0.5") or index.per_mille == 1000
    )
    assert 0 <= index.per_mille <= 1000


@given(
    st.sampled_from(sorted(catalogue.facts())),
    STANDINGS,
    st.sampled_from(Level.values),
    st.sampled_from(Level.values),
)
def test_a_higher_level_never_costs_points(
    key: str, standing: Standing, one: str, other: str
) -> None:
    lower, higher = sorted((one, other), key=Level.values.index)
    figures = [
        compute(
            catalogue.facts().values(),
            {key: standing._replace(level=level)},
            PARAMETERS,
        ).per_mille
        for level in (lower, higher)
    ]

    assert figures[0] <= figures[1]
