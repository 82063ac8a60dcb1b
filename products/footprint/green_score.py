"""
The Green-Score of a food or a beverage.

Source: the formulas published with the score by Open Food Facts, over the EF single
score of Agribalyse (mPt for one kilogram). What is not known of the origins costs 5
points and of the packaging 15: that is said, or ignorance would look like measurement.
"""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import NamedTuple

VERSION = "Agribalyse 3"
GRADES = (
    (90, "a-plus"), (75, "a"), (60, "b"), (45, "c"), (30, "d"), (15, "e"),
)  # fmt: skip
WORST = "f"
# The least and the most points of each adjustment.
ADJUSTMENTS = {
    "production_system": (0, 20),
    "origins": (-5, 20),
    "threatened_species": (-10, 0),
    "packaging": (-15, 0),
}
# The two parts of which `origins` may be given.
ORIGINS = {"origins_policy": (-5, 5), "origins_transport": (0, 15)}
UNKNOWN = {"origins": -5, "packaging": -15}
# Below, the fourth power only costs digits: the score is 100.
LEAST_EF = Decimal("1e-6")


class GreenScore(NamedTuple):
    """A score with its parts; `assumed` names the adjustments that nobody stated."""

    score: int
    grade: str
    lca_score: int
    adjustments: Mapping[str, int]
    assumed: tuple[str, ...]


def lca_score(ef: Decimal, *, is_beverage: bool) -> int:
    """
    Return the score of the life cycle, 0 to 100, from an EF single score in mPt/kg.

    Raise `ValueError` for one below zero.
    """
    if ef < 0:
        raise ValueError(f"{ef} is no EF single score")
    with localcontext(prec=28):
        found = _beverage(ef) if is_beverage else _food(ef)
        whole = int(found.to_integral_value(ROUND_HALF_UP))
    return max(0, min(100, whole))


def _food(ef: Decimal) -> Decimal:
    if ef < LEAST_EF:
        return Decimal(100)
    return 100 - 20 * (10 * ef + 1).ln() / (2 + 1 / (100 * ef**4)).ln()


def _beverage(ef: Decimal) -> Decimal:
    return 150 - 36 * (100 * ef + 1).ln()


def grade(score: int) -> str:
    """Return the letter of a score, `a-plus` to `f`."""
    return next((letter for least, letter in GRADES if score >= least), WORST)


def green_score(
    ef: Decimal, *, is_beverage: bool, adjustments: Mapping[str, int]
) -> GreenScore:
    """
    Return the Green-Score of an EF single score in mPt/kg with its adjustments.

    An adjustment that is not given counts as 0, origins and packaging as unknown.
    Raise `ValueError` for an adjustment that there is not, or beyond its bounds.
    """
    known = _known(adjustments)
    assumed = tuple(code for code in UNKNOWN if code not in known)
    whole = {code: known.get(code, UNKNOWN.get(code, 0)) for code in ADJUSTMENTS}
    base = lca_score(ef, is_beverage=is_beverage)
    score = base + sum(whole.values())
    return GreenScore(score, grade(score), base, whole, assumed)


def _known(adjustments: Mapping[str, int]) -> dict[str, int]:
    """Return the adjustments in one form: the two parts of the origins added."""
    for code, points in adjustments.items():
        least, most = {**ADJUSTMENTS, **ORIGINS}.get(code, (1, 0))
        if not least <= points <= most:
            raise ValueError(f"{code} cannot be {points}")
    known = {
        code: points for code, points in adjustments.items() if code not in ORIGINS
    }
    parts = [adjustments[code] for code in ORIGINS if code in adjustments]
    if "origins" not in known and len(parts) == len(ORIGINS):
        known["origins"] = sum(parts)
    return known
