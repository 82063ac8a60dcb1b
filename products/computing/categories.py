"""What kind of product a sheet is about, where a score asks. A leaf of this package."""

from products import stored
from products.drafts import Draft
from products.footprint import kinds

CATEGORY = "identity.category"
# What only a food has.
OF_FOODS = ("nutrition.energy_kj", "nutrition.fat", "nutrition.ingredients")


def is_food(draft: Draft) -> bool:
    """Say whether it is known to be a food: by its category, and by what is in it."""
    categories = stored.texts(draft.known(CATEGORY))
    if not categories or kinds.is_clothing(categories):
        return False
    return any(draft.known(path) is not None for path in OF_FOODS)
