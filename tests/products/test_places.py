"""Places of production: roles, shares, numbers, and what an origin claim needs."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from products import places
from products.computing import places as computing
from products.drafts import Draft
from products.panels import places as panel
from products.places import Cost, Located, check, french_cost_share_pct, made_in
from products.places.identifiers import is_of_country, is_valid, scheme
from products.places.origin import is_half_french
from tests.products.test_computing import documents, known

DAY = date(2026, 11, 22)
GLN = "9520009000012"
SIRET = "99999999800019"
CERTIFIED = ("Origine France Garantie",)


def place(**members: Any) -> places.Place:
    return places.place({"role": "assembly", "country": "FR", **members})


LAST = place(role="last_processing")


def rules(*several: places.Place, **members: Any) -> list[str]:
    located = Located(several, members.pop("claim", ""), **members)
    return [flag.rule for flag in check(located)]


@pytest.mark.parametrize(
    ("number", "name"),
    [
        (GLN, "gln"),
        ("952 000 900 0012", "gln"),
        (SIRET, "siret"),
        ("FR 35.238.001 CE", "eu_approval"),
        ("fr 35.238.001 ce", "eu_approval"),
        ("DE BY 10099 EG", "eu_approval"),
        ("EMB 35238A", "emb"),
        ("CN2021250D1DTN7", "os_id"),
        ("12345", ""),
        ("atelier 3", ""),
        ("٣٣٣", ""),
    ],
)
def test_a_number_is_known_by_its_form(number: str, name: str) -> None:
    assert scheme(number) == name


def test_a_check_digit_is_computed() -> None:
    assert is_valid(GLN)
    assert is_valid(SIRET)
    assert not is_valid(GLN[:-1] + "3")
    assert not is_valid(SIRET[:-1] + "0")


@pytest.mark.parametrize(
    ("number", "country", "is_right"),
    [
        (SIRET, "FR", True),
        (SIRET, "RE", True),
        (SIRET, "PT", False),
        ("FR 35.238.001 CE", "FR", True),
        ("FR 35.238.001 CE", "DE", False),
        ("UK 1234 EC", "GB", True),
        ("CN2021250D1DTN7", "CN", True),
        ("CN2021250D1DTN7", "FR", False),
        (GLN, "PT", True),
    ],
)
def test_a_number_may_tell_its_country(
    number: str, country: str, is_right: bool
) -> None:
    assert is_of_country(number, country) is is_right


# The rule, places that break it, places that do not.
CASES: list[tuple[str, list[dict[str, Any]], list[dict[str, Any]]]] = [
    (
        "places.shares_above_whole",
        [{"share_pct": "60.5"}, {"share_pct": "39.6"}],
        [{"share_pct": "60.5"}, {"share_pct": "39.5"}, {"role": "packaging",
          "share_pct": "100"}],
    ),
    ("places.country_missing", [{"country": ""}], [{}]),
    ("places.country_unknown", [{"country": "ZZ"}], [{"country": "NZ"}]),
    ("places.country_unknown", [{"country": "fr"}], [{"country": "GF"}]),
    ("places.role_unknown", [{"role": "magic"}], [{"role": "warehouse"}]),
    ("places.facility_unknown", [{"facility_id": "3"}], [{"facility_id": GLN}]),
    (
        "places.facility_wrong",
        [{"facility_id": "9520009000013"}],
        [{"facility_id": SIRET}],
    ),
    (
        "places.facility_elsewhere",
        [{"facility_id": SIRET, "country": "PT"}],
        [{"facility_id": GLN, "country": "PT"}],
    ),
    (
        "places.point_elsewhere",
        [{"lat": "-48.8", "lng": "2.3"}],
        [{"lat": "48.8", "lng": "2.3"}],
    ),
    ("places.point_incomplete", [{"lat": "48.8"}], [{"lat": "48.8", "lng": "2.3"}]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "wrong", "right"),
    [pytest.param(*case, id=f"{n} {case[0]}") for n, case in enumerate(CASES)],
)
def test_a_rule_finds_what_it_is_for_and_nothing_else(
    rule: str, wrong: list[dict[str, Any]], right: list[dict[str, Any]]
) -> None:
    (flag,) = check(Located(tuple(place(**one) for one in wrong), ""))
    assert flag.rule == rule
    assert all(panel.words(flag))
    assert rules(*(place(**one) for one in right)) == []


def test_made_in_is_the_country_of_the_last_processing() -> None:
    portuguese = place(role="last_processing", country="PT")

    assert made_in([place(country="CN"), portuguese]) == "PT"
    assert made_in([place()]) == ""
    assert made_in([LAST, portuguese]) == ""
    assert made_in([LAST, LAST]) == "FR"
    assert rules(place(), claim="made_in") == ["places.made_in_unplaced"]
    assert rules(LAST, claim="made_in") == []


def costs(french: str, other: str) -> tuple[Cost, ...]:
    return Cost(Decimal(french), "FR"), Cost(Decimal(other), "")


def test_what_has_no_place_counts_as_not_french() -> None:
    assert french_cost_share_pct(costs("30", "70")) == Decimal("30.0")
    assert french_cost_share_pct([]) is None
    assert french_cost_share_pct(costs("-1", "2")) is None


def test_half_is_enough_and_a_cent_less_is_not() -> None:
    assert is_half_french(costs("50", "50"))
    assert not is_half_french(costs("49.99", "50.01"))
    assert french_cost_share_pct(costs("49.99", "50.01")) == Decimal("49.9")


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"costs": costs("50", "50"), "schemes": CERTIFIED}, []),
        (
            {"costs": costs("49", "51"), "schemes": CERTIFIED},
            ["places.ofg_cost_below_half"],
        ),
        ({"schemes": CERTIFIED}, ["places.ofg_cost_unknown"]),
        ({"costs": costs("50", "50")}, ["places.ofg_without_certificate"]),
    ],
    ids=["agrees", "below half", "no cost", "no certificate"],
)
def test_origine_france_garantie_needs_half_of_the_cost_and_a_certificate(
    members: dict[str, Any], expected: list[str]
) -> None:
    flags = check(Located((LAST,), "ofg", **members))

    assert [flag.rule for flag in flags] == expected
    assert all(all(panel.words(flag)) for flag in flags)


def test_origine_france_garantie_is_not_made_elsewhere() -> None:
    found = rules(
        place(role="last_processing", country="PT"),
        claim="ofg",
        costs=costs("50", "50"),
        schemes=CERTIFIED,
    )

    assert found == ["places.ofg_made_elsewhere"]


def test_an_unknown_claim_is_flagged() -> None:
    assert rules(claim="fait_avec_amour") == ["places.claim_unknown"]
    assert rules(claim="pgi") == []


def sheet(**members: Any) -> Draft:
    return Draft(
        "",
        DAY,
        documents(
            places__places=known(
                [
                    {
                        "role": "last_processing",
                        "place": "Roubaix",
                        "country": "FR",
                        "lat": "50.69421",
                        "lng": "3.17456",
                    }
                ]
            ),
            **members,
        ),
    )


def test_points_are_published_to_a_kilometre() -> None:
    one = sheet()
    one.documents["places.places"]["discrepancy"] = [
        known([{"lat": "50.69421", "lng": "3.17456"}])
    ]

    computing.add(one)

    document = one.documents["places.places"]
    for several in (document, *document["discrepancy"]):
        assert several["value"][0]["lat"] == "50.69"
        assert several["value"][0]["lng"] == "3.17"


def test_the_french_share_leaves_out_margins_and_vat() -> None:
    components = [
        {"code": "raw_materials", "amount": "30", "place": "roubaix"},
        {"code": "energy", "amount": "10", "country": "FR"},
        {"code": "transport", "amount": "10"},
        {"code": "brand_margin", "amount": "50", "place": "Roubaix"},
        {"code": "tax_vat", "amount": "20", "place": "Roubaix"},
    ]
    one = sheet(price__components=known(components), price__completeness=known("full"))

    computing.add(one)

    assert one.documents["places.french_cost_share_pct"]["value"] == "80.0"
    assert one.documents["places.made_in"]["value"] == "FR"
    assert [one.key for one in panel.panels(one)] == ["made_in", "french_cost"]


def test_a_breakdown_that_does_not_add_up_tells_no_french_share() -> None:
    one = sheet(
        price__components=known([{"code": "energy", "amount": "1", "country": "FR"}]),
        price__completeness=known("partial"),
    )

    computing.add(one)

    assert one.documents["places.french_cost_share_pct"]["status"] == "unknown"


def test_without_places_nobody_has_said() -> None:
    one = Draft("", DAY, documents())

    computing.add(one)

    (only,) = panel.panels(one)
    assert only.evaluation == "unknown"
    assert one.flags == []
