"""
What a claim of origin rests on.

Sources: Union Customs Code, article 60 (last substantial transformation); rules of the
mark Origine France Garantie (half of the unit cost, and what gives the product its
essential features, in France).
"""

from collections.abc import Iterable, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import NamedTuple

from products.places.places import Place

FRANCE = "FR"
FRENCH_LEAST = Decimal(50)
TENTH = Decimal("0.1")


class Cost(NamedTuple):
    """A part of the cost, margins and VAT left out; no country where none is said."""

    amount: Decimal
    country: str


def made_in(several: Iterable[Place]) -> str:
    """
    Return the country of the last substantial transformation, as it is declared.

    Empty where no place has that role, or places in several countries have it.
    """
    found = {
        one.country
        for one in several
        if one.role == "last_processing" and one.is_known_country
    }
    return found.pop() if len(found) == 1 else ""


def french_cost_share_pct(costs: Sequence[Cost]) -> Decimal | None:
    """
    Return what part of the cost is placed in France, in percent.

    What has no place counts as not French, so the true share may be higher. Rounded
    down: what reads as half is half.
    """
    if any(one.amount < 0 for one in costs):
        return None
    total = sum((one.amount for one in costs), Decimal(0))
    french = sum((one.amount for one in costs if one.country == FRANCE), Decimal(0))
    share = french / total * 100 if total else None
    return share.quantize(TENTH, ROUND_DOWN) if share is not None else None


def is_half_french(costs: Sequence[Cost]) -> bool:
    """Say whether half of the cost at least is placed in France, unrounded."""
    total = sum((one.amount for one in costs), Decimal(0))
    french = sum((one.amount for one in costs if one.country == FRANCE), Decimal(0))
    return total > 0 and french * 100 >= total * FRENCH_LEAST
