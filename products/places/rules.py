"""What does not fit in the places of production and in a claim of origin."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from companies.crosschecks.places import BOXES
from products.drafts import Flag, flagged
from products.places import identifiers
from products.places.origin import (
    FRANCE,
    FRENCH_LEAST,
    Cost,
    french_cost_share_pct,
    is_half_french,
    made_in,
)
from products.places.places import CLAIMS, ROLES, Place
from products.stored import plain

PLACES = "places.places"
CLAIM = "places.origin_claim"
COMPONENTS = "price.components"
CERTIFICATES = "certificates.certificates"
MOST_OF_A_RULE = 5


class Located(NamedTuple):
    """What is said of where a product is made, read from the sheet."""

    places: tuple[Place, ...]
    claim: str
    # None while the breakdown is not known or does not add up.
    costs: tuple[Cost, ...] | None = None
    # The schemes of the certificates.
    schemes: tuple[str, ...] = ()


def check(located: Located) -> list[Flag]:
    """Return what does not fit, a few findings by rule."""
    return [flag for rule in RULES for flag in islice(rule(located), MOST_OF_A_RULE)]


def _roles(located: Located) -> Iterator[Flag]:
    for one in located.places:
        if one.role and one.role not in ROLES:
            yield flagged("places.role_unknown", PLACES, role=one.role, place=one.name)


def _shares(located: Located) -> Iterator[Flag]:
    """Sum the shares of each role: they are parts of one whole."""
    sums: dict[str, Decimal] = {}
    for one in located.places:
        share = one.share_pct
        if share is None:
            continue
        if not 0 <= share <= 100:
            yield flagged(
                "places.share_out_of_bounds",
                PLACES,
                severity="error",
                place=one.name,
                share=plain(share),
            )
        sums[one.role] = sums.get(one.role, Decimal(0)) + share
    for role, total in sums.items():
        if total > 100:
            yield flagged(
                "places.shares_above_whole",
                PLACES,
                severity="error",
                role=role,
                sum=plain(total),
            )


def _countries(located: Located) -> Iterator[Flag]:
    for one in located.places:
        if not one.country:
            yield flagged(
                "places.country_missing", PLACES, place=one.name, role=one.role
            )
        elif not one.is_known_country:
            yield flagged(
                "places.country_unknown",
                PLACES,
                severity="error",
                place=one.name,
                country=one.country,
            )


def _facilities(located: Located) -> Iterator[Flag]:
    for one in located.places:
        number = one.facility_id
        if not number:
            continue
        scheme = identifiers.scheme(number)
        if not scheme:
            yield flagged("places.facility_unknown", PLACES, number=number)
        elif not identifiers.is_valid(number):
            yield flagged(
                "places.facility_wrong",
                PLACES,
                severity="error",
                number=number,
                scheme=scheme,
            )
        elif one.is_known_country and not identifiers.is_of_country(
            number, one.country
        ):
            yield flagged(
                "places.facility_elsewhere",
                PLACES,
                number=number,
                scheme=scheme,
                country=one.country,
            )


def _points(located: Located) -> Iterator[Flag]:
    for one in located.places:
        if (one.lat is None) != (one.lng is None):
            yield flagged("places.point_incomplete", PLACES, place=one.name)
        if one.lat is None or one.lng is None or one.country not in BOXES:
            continue
        if not any(
            west <= one.lng <= east and south <= one.lat <= north
            for west, south, east, north in BOXES[one.country]
        ):
            yield flagged(
                "places.point_elsewhere",
                PLACES,
                place=one.name,
                country=one.country,
                lat=plain(one.lat),
                lng=plain(one.lng),
            )


def _claim(located: Located) -> Iterator[Flag]:
    claim = located.claim
    if claim and claim not in CLAIMS:
        yield flagged("places.claim_unknown", CLAIM, claim=claim)
    if claim == "made_in" and not made_in(located.places):
        yield flagged("places.made_in_unplaced", CLAIM, PLACES)


def _french_claim(located: Located) -> Iterator[Flag]:
    """Origine France Garantie: half of the unit cost in France, and a certificate."""
    if located.claim != "ofg":
        return
    country = made_in(located.places)
    if country and country != FRANCE:
        yield flagged(
            "places.ofg_made_elsewhere",
            CLAIM,
            PLACES,
            severity="error",
            country=country,
        )
    share = french_cost_share_pct(located.costs) if located.costs else None
    if share is None or located.costs is None:
        yield flagged("places.ofg_cost_unknown", CLAIM, COMPONENTS)
    elif not is_half_french(located.costs):
        yield flagged(
            "places.ofg_cost_below_half",
            CLAIM,
            COMPONENTS,
            severity="error",
            share=plain(share),
            least=FRENCH_LEAST,
        )
    if not any("origine france garantie" in one.casefold() for one in located.schemes):
        yield flagged("places.ofg_without_certificate", CLAIM, CERTIFICATES)


RULES: tuple[Callable[[Located], Iterator[Flag]], ...] = (
    _french_claim,
    _claim,
    _shares,
    _countries,
    _roles,
    _facilities,
    _points,
)
