"""
What the list of ingredients tells the rules: red meat, sweeteners, added sugar. Pure.

Lists are read in French and English, by words; what they do not say in so many words
is not guessed.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from products.nutrition.foods import Food

# Regulation (EC) 1333/2008, the sweeteners without energy; polyols, erythritol among
# them, are others.
SWEETENER_NUMBERS = frozenset(
    {"950", "951", "952", "954", "955", "957", "959", "960", "961", "962", "969"}
)
SWEETENER_NAMES = re.compile(
    r"ac[ée]sulfame|aspartame?\b|cyclamate|saccharin|sucralose|thaumatin"
    r"|n[ée]oh[ée]sp[ée]ridin|st[ée]vi|n[ée]otame|advantame",
    re.IGNORECASE,
)
E_NUMBER = re.compile(r"\be[ -]?(9[0-9]{2})(?![0-9])", re.IGNORECASE)
# A share stands before or after its ingredient, within the same commas.
SHARE = re.compile(r"(\d{1,3}(?:[.,]\d{1,4})?)\s*%")
# A comma between two digits is a French decimal one.
PART = re.compile(r"[;()\[\]{}]|,(?!\d)|(?<!\d),|[.](?!\d)")
RED_MEAT = re.compile(
    r"\b(b(?:œ|oe)ufs?|beef|veau|veal|porcs?|pork|agneau|lamb|mouton|mutton|cheval"
    r"|horse ?meat|ch[èe]vre|goat meat|sanglier|wild boar|chevreuil|venison|cerf"
    r"|jambons?|hams?|lardons?|bacon|bison)\b",
    re.IGNORECASE,
)
# Of the animal, but not its meat.
NO_MEAT = re.compile(
    r"ar[ôo]me|flavou?r|g[ée]latine?|bouillon|broth|stock|extra(?:it|ct)|lait|milk"
    r"|fromage|cheese|boyau|casing|sans |without|free",
    re.IGNORECASE,
)
SUGARS = re.compile(
    r"\b(sucres?|sugars?|sirops?|syrups?|dextrose|glucose|fructose|saccharose|sucrose"
    r"|maltose|miel|honey|m[ée]lasses?|molasses|cassonade|lactose)\b",
    re.IGNORECASE,
)
# What speaks of sugar and adds none.
NO_SUGAR_ADDED = re.compile(
    r"(sans|without|no|z[ée]ro|free of)\s+(added\s+)?(sucres?|sugars?)(\s+ajout[ée]s?)?"
    r"|sugar[ -]free|(contient|contains)\b[^.;]{0,60}(naturel|natural)\w*[^.;]*"
    r"|(sucres?|sugars?)\s+(naturellement|naturally)[^.;]*",
    re.IGNORECASE,
)


def red_meat_share(text: str) -> Decimal | None:
    """Return how many percent of the food are said to be red meat, none if unsaid."""
    shares = [share for share in _red_meats(text) if share <= 100]
    return sum(shares, Decimal(0)) if shares else None


def _red_meats(text: str) -> Iterator[Decimal]:
    parts = [part for part in PART.split(text) if part.strip()]
    for number, part in enumerate(parts):
        if not RED_MEAT.search(part) or NO_MEAT.search(part):
            continue
        after = parts[number + 1] if number + 1 < len(parts) else ""
        # “viande de bœuf (12 %)”: the share alone in its brackets.
        is_alone = SHARE.fullmatch(after.strip()) is not None
        share = SHARE.search(part) or (SHARE.search(after) if is_alone else None)
        if share:
            yield Decimal(share[1].replace(",", "."))


def has_sweeteners(food: Food) -> bool:
    """Say whether a non-nutritive sweetener is named; erythritol is none."""
    numbers = E_NUMBER.findall(" ".join([food.ingredients, *(food.additives or ())]))
    if SWEETENER_NUMBERS & set(numbers):
        return True
    return bool(SWEETENER_NAMES.search(food.ingredients))


def knows_sweeteners(food: Food) -> bool:
    """Say whether anything is stated that would name a sweetener."""
    return bool(food.ingredients) or food.additives is not None


def has_added_sugar(text: str) -> str:
    """Return the word by which the list names an added sugar, or an empty text."""
    found = SUGARS.search(NO_SUGAR_ADDED.sub(" ", text))
    return found[0] if found else ""
