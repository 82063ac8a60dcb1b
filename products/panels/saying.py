"""Numbers, amounts and names in the sentences of the panels. A leaf of this package."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext

from companies import countries
from companies import wording as company_wording
from companies.wording import NO_BREAK
from products import stored, wording
from products.drafts import Flag

# A sentence and its consequence, marked where they stand, by the code of the rule.
Words = Mapping[str, tuple[str, str]]
Formats = Mapping[str, Callable[[str], str]]


def number(text: str) -> str:
    """Return a number as the active language writes it; anything else as it is."""
    found = stored.number(text)
    return text if found is None else company_wording.number(f"{found:f}")


def percent(text: str) -> str:
    """Return a number of percent with its sign."""
    return f"{number(text)}{NO_BREAK}%"


def money(amount: str, currency: str) -> str:
    """Return an amount with its currency; without one where none was said."""
    found = stored.number(amount)
    if found is None:
        return amount
    if not currency:
        return company_wording.number(f"{found:f}", places=2)
    return company_wording.money(f"{found:f}", currency)


def quantity(value: Decimal | None, unit: str) -> str:
    """Return a quantity with its unit in words."""
    shown = company_wording.unit_text(unit)
    return f"{number(f'{value:f}') if value is not None else '?'}{NO_BREAK}{shown}"


def country(code: str) -> str:
    """Return the name of a country in the active language, or what was said of it."""
    names = countries.names().get(code)
    if names is None:
        return code
    return names[1] if company_wording.language() == "en" else names[0]


def day(text: str) -> str:
    """Return a date in words."""
    try:
        return company_wording.day(date.fromisoformat(text))
    except ValueError:
        return text


def kilograms(text: str) -> str:
    """Return a mass of CO₂ equivalents."""
    return f"{number(text)}{NO_BREAK}kg{NO_BREAK}CO₂e"


def words(flag: Flag, sentences: Words, formats: Formats) -> tuple[str, str]:
    """
    Return the sentence of a flag and its consequence, its values as they read.

    Raise `KeyError` for a rule that has no words: a test looks that there is none.
    """
    sentence, consequence = sentences[flag.rule]
    said = {
        name: formats[name](value) if name in formats else value
        for name, value in flag.values.items()
    }
    return gettext(sentence) % said, gettext(consequence) % said


CODE: Callable[[str], str] = wording.code
