"""Where a product is made: roles, shares, and what an origin claim needs. Pure."""

from products.places.origin import Cost, french_cost_share_pct, made_in
from products.places.places import (
    CLAIMS,
    ROLES,
    Place,
    coarse,
    countries_by_name,
    place,
)
from products.places.rules import Located, check

__all__ = [
    "CLAIMS", "ROLES", "Cost", "Located", "Place", "check", "coarse",
    "countries_by_name", "french_cost_share_pct", "made_in", "place",
]  # fmt: skip
