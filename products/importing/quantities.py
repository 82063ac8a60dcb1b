"""Free texts of packages, “6 x 33 cl”, read as quantities; measured numbers. Pure."""

import re
from decimal import Decimal
from functools import lru_cache

# To the UNECE code and how many of it one unit of the text is.
UNITS = {
    "g": ("GRM", "1"),
    "gr": ("GRM", "1"),
    "grams": ("GRM", "1"),
    "kg": ("KGM", "1"),
    "ml": ("MLT", "1"),
    "cl": ("MLT", "10"),
    "dl": ("MLT", "100"),
    "l": ("LTR", "1"),
    "grm": ("GRM", "1"),
    "kgm": ("KGM", "1"),
    "mlt": ("MLT", "1"),
    "ltr": ("LTR", "1"),
    "h87": ("H87", "1"),
}
_AMOUNT = (
    r"(?:(?P<times>\d{1,3}) ?[x×*] ?)?(?P<number>\d{1,9}(?:[.,]\d{1,9})?)"
    r" ?(?P<unit>[a-z]+|h87)"
)
# The estimated sign of packages is often typed as a lone “e”.
WHOLE = re.compile(rf"{_AMOUNT}\.?(?: [e\u212e])?", re.ASCII)
# “3.5 oz (100 g)”: the metric half is a number on the package too.
METRIC_ASIDE = re.compile(rf"[^()]*(?:oz|lb)\.? ?\({_AMOUNT}\)", re.ASCII)
_PLACES = Decimal("0.0001")


@lru_cache(maxsize=20_000)
def net_content(text: str) -> dict[str, str] | None:
    """Return the quantity of `text`, or none where it is not sure."""
    lowered = " ".join(text.lower().split())
    matched = WHOLE.fullmatch(lowered) or METRIC_ASIDE.fullmatch(lowered)
    if matched is None or matched["unit"] not in UNITS:
        return None
    unit, factor = UNITS[matched["unit"]]
    number = Decimal(matched["number"].replace(",", "."))
    total = number * int(matched["times"] or 1) * Decimal(factor)
    return {"value": plain(total), "unit": unit} if total else None


def plain(number: Decimal) -> str:
    """Return a number as text, without exponent nor idle zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(number: Decimal) -> str:
    """
    Return a measured number with at most four decimals.

    Some came through 32-bit floats: 1.2999999523163 was typed 1.3.
    """
    return plain(number.quantize(_PLACES))
