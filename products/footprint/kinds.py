"""Of what kind a product is, as far as a score asks. By the tags of its categories."""

from collections.abc import Iterable

BEVERAGES = frozenset({"beverages", "beverage", "drinks", "boissons", "boisson"})
# Any word of a tag: `en:wool-jumpers` is clothing.
CLOTHING = frozenset(
    {
        "apparel", "chaussettes", "clothes", "clothing", "coats", "dresses", "garments",
        "garment", "habillement", "jackets", "jeans", "jumper", "jumpers", "knitwear",
        "pulls", "scarves", "shirts", "skirts", "socks", "sweaters", "textiles",
        "trousers", "tshirts", "underwear", "vetements", "vêtements",
    }
)  # fmt: skip


def _name(tag: str) -> str:
    return tag.rpartition(":")[2].strip().casefold()


def is_beverage(categories: Iterable[str]) -> bool:
    """
    Say whether a category is that of beverages.

    The whole tag counts: `en:plant-based-foods-and-beverages` holds bread too.
    """
    return any(_name(tag) in BEVERAGES for tag in categories)


def is_clothing(categories: Iterable[str]) -> bool:
    """Say whether a category is one of clothing."""
    return any(
        CLOTHING & set(_name(tag).replace("_", "-").replace(" ", "-").split("-"))
        for tag in categories
    )
