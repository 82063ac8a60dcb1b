"""What is stated of a food, in the units that the rules read. Pure."""

from decimal import Decimal
from typing import NamedTuple

SODIUM_IN_SALT = Decimal("2.5")
KJ_IN_KCAL = Decimal("4.184")
# Printed salt is rounded: within these it is the same statement as the sodium.
SAME_SALT_G = Decimal("0.05")
SAME_SALT_SHARE = Decimal("0.05")


class Nutrients(NamedTuple):
    """
    Nutrients of 100 g or 100 ml, or of a serving; `None` where nobody stated them.

    Energy in kJ and kcal, `fvl_pct` (fruit, vegetables, legumes) in percent, all
    others in grams. `carbohydrates` are those of European labels, without fibre.
    """

    energy_kj: Decimal | None = None
    energy_kcal: Decimal | None = None
    fat: Decimal | None = None
    saturated_fat: Decimal | None = None
    carbohydrates: Decimal | None = None
    sugars: Decimal | None = None
    fiber: Decimal | None = None
    proteins: Decimal | None = None
    salt: Decimal | None = None
    sodium: Decimal | None = None
    starch: Decimal | None = None
    polyols: Decimal | None = None
    erythritol: Decimal | None = None
    alcohol: Decimal | None = None
    organic_acids: Decimal | None = None
    ala: Decimal | None = None
    epa_dha: Decimal | None = None
    fvl_pct: Decimal | None = None

    def stated(self) -> dict[str, Decimal]:
        """Return the nutrients that somebody stated, by name."""
        return {
            name: value
            for name, value in self._asdict().items()
            if isinstance(value, Decimal)
        }

    def per_100(self, serving: Decimal) -> "Nutrients":
        """Return the nutrients of 100 g or ml, where these are of `serving` g or ml."""
        amounts = {
            name: value * 100 / serving
            for name, value in self.stated().items()
            if name != "fvl_pct"
        }
        return self._replace(**amounts)


class Food(NamedTuple):
    """
    A food as its statements tell it.

    `basis` is `100g`, `100ml`, `serving` or empty; `preparation` `as_sold`, `prepared`
    or empty. `serving` and `pack` are in g, or in ml where the `…_in_ml` says so.
    `additives` is none while nobody listed them; an empty one says there is none.
    """

    nutrients: Nutrients = Nutrients()
    categories: tuple[str, ...] = ()
    basis: str = ""
    preparation: str = ""
    serving: Decimal | None = None
    serving_in_ml: bool = False
    pack: Decimal | None = None
    ingredients: str = ""
    additives: tuple[str, ...] | None = None
    claims: tuple[str, ...] = ()


def salt_of(nutrients: Nutrients) -> Decimal | None:
    """
    Return the salt in grams, unrounded: sodium × 2.5 wherever sodium is stated.

    Regulation (EU) 1169/2011, annex I. A printed salt is rounded, and the rounding
    moves points; one that contradicts the sodium is believed before it.
    """
    if nutrients.sodium is None:
        return nutrients.salt
    unrounded = nutrients.sodium * SODIUM_IN_SALT
    return nutrients.salt if contradicts_sodium(nutrients) else unrounded


def contradicts_sodium(nutrients: Nutrients) -> bool:
    """Say whether salt and sodium are both stated, and are not the same."""
    if nutrients.sodium is None or nutrients.salt is None:
        return False
    gap = abs(nutrients.sodium * SODIUM_IN_SALT - nutrients.salt)
    return gap > max(SAME_SALT_G, abs(nutrients.salt) * SAME_SALT_SHARE)
