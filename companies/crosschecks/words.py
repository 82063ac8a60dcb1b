"""Numbers and signs in the sentences of the rules, in French and in English."""

import re
from decimal import ROUND_HALF_UP, Decimal

NO_BREAK = "\u00a0"
NARROW = "\u202f"


def fr(number: Decimal | int, *, places: int = 2) -> str:
    """Return a number as French writes it, with `places` decimals at most: 1 234,5."""
    return en(number, places=places).translate({ord(","): NARROW, ord("."): ","})


def en(number: Decimal | int, *, places: int = 2) -> str:
    """Return a number as English writes it, with `places` decimals at most: 1,234.5."""
    exact = Decimal(number)
    step = Decimal(1).scaleb(-places)
    if exact and abs(exact) < step:
        # A rate that is not nothing must not read 0.
        return f"{exact:,.2g}" if abs(exact) >= Decimal("1e-6") else "≈ 0"
    shown = f"{exact.quantize(step, ROUND_HALF_UP):,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def typographic(text: str) -> str:
    """Return a French sentence whose signs and units never begin a line."""
    return re.sub(
        r" (?=[:;!?%»€])|(?<=«) |(?<=[0-9]) (?=(?:EUR|kWh|kg|t|h|mois|jours)\b)",
        NO_BREAK,
        text,
    )
