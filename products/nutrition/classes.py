"""
To which class of the Nutri-Score a food belongs, and why. Pure.

Categories are tags of the public taxonomy of Open Food Facts, `en:cheeses` or
`fr:fromages`, or bricks of GS1 GPC; which tags make a class is in `food_classes.json`.
"""

import json
import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from products.nutrition.foods import Food
from products.nutrition.ingredients import has_sweeteners, red_meat_share
from products.nutrition.scoring import BEVERAGE, CHEESE, FAT, GENERAL, RED_MEAT, WATER

FILE = Path(__file__).with_name("food_classes.json")
NOT_APPLICABLE = "not_applicable"
# The first that matches decides: a drink is a drink even where it is made of milk.
ORDER = (NOT_APPLICABLE, WATER, BEVERAGE, CHEESE, FAT, RED_MEAT)
# Of ingredients: above so many percent of red meat, the class is that of red meat.
RED_MEAT_ABOVE_PCT = 10
# What plain water has nothing of.
NOT_OF_WATER = ("sugars", "carbohydrates", "energy_kj", "energy_kcal")
# What people and exports write where there is no category.
NO_CATEGORY = frozenset({"", "null", "none", "unknown"})
LANGUAGE = re.compile(r"^[a-z]{2,3}:")
GPC = re.compile(r"^(?:gpc:)?(1[0-9]{7})$")


class Classified(NamedTuple):
    """A class, or `not_applicable`, or empty; `by` and `found` say what decided."""

    food_class: str
    by: str
    found: str


class _Group(NamedTuple):
    tags: frozenset[str]
    unless: frozenset[str]
    gpc: frozenset[str]


def classify(food: Food) -> Classified:
    """
    Return the class of a food.

    Without any category there is none, except for what the ingredients tell. A
    category that belongs to no other class is of the general one, and so is unnamed
    meat: that of poultry is not red.
    """
    tags = [tag for tag in food.categories if slug(tag) not in NO_CATEGORY]
    for name in ORDER:
        found = member(name, tags)
        if found is not None:
            return _checked(food, name, found)
    share = red_meat_share(food.ingredients)
    if share is not None and share > RED_MEAT_ABOVE_PCT:
        return Classified(RED_MEAT, "ingredients", f"{share:f}")
    if not tags:
        return Classified("", "nothing", "")
    return Classified(GENERAL, "no_other_class", tags[-1])


def _checked(food: Food, name: str, found: str) -> Classified:
    """Take flavoured or sweetened water for the beverage that it is."""
    stated = food.nutrients.stated()
    if name == WATER and (
        any(stated.get(one, 0) > 0 for one in NOT_OF_WATER) or has_sweeteners(food)
    ):
        return Classified(BEVERAGE, "category", found)
    return Classified(name, "category", found)


def member(group: str, tags: Sequence[str]) -> str | None:
    """Return the finest of `tags` that puts a food in a group, or none."""
    wanted = _groups()[group]
    by_slug = {slug(tag): tag for tag in tags}
    if wanted.unless & by_slug.keys():
        return None
    for name in reversed(by_slug):
        brick = GPC.match(name)
        if name in wanted.tags or (brick and brick[1] in wanted.gpc):
            return by_slug[name]
    return None


# Every product is asked about every group, and products share their tags.
@lru_cache(maxsize=4096)
def slug(tag: str) -> str:
    """Return a tag without language, accents and capitals: `fr:Thés glacés`."""
    plain = LANGUAGE.sub("", tag.strip().lower().replace("œ", "oe"))
    decomposed = unicodedata.normalize("NFKD", plain)
    letters = "".join(one for one in decomposed if not unicodedata.combining(one))
    return re.sub(r"[^a-z0-9:]+", "-", letters).strip("-")


@cache
def _groups() -> dict[str, _Group]:
    entries = json.loads(FILE.read_text(encoding="utf-8"))
    return {
        name: _Group(*(frozenset(entry[key]) for key in ("tags", "unless", "gpc")))
        for name, entry in entries.items()
        if isinstance(entry, dict)
    }
