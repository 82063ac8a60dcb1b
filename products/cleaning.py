"""
What a person or a file gives, turned into the one form that is stored. Pure.

Each function takes anything and raises `ValueRefused` with a stable code.
"""

import re
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from companies import countries
from companies.catalogue import ValueRefused, decimal_text, integer

DURATION = re.compile(r"P(?=.)([0-9]{1,6}D)?(T(?=.)([0-9]{1,6}H)?([0-9]{1,6}M)?)?")
VARIANT_CODE = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]{1,20}")
CODE = re.compile(r"[A-Za-z0-9:_.+ -]{1,120}")
# What Agribalyse calls the stages of the life cycle, and what we call them.
AGRIBALYSE_STAGES = {
    "agriculture": "raw_materials",
    "processing": "manufacturing",
    "transportation": "transport",
    "consumption": "use",
}
# The pay of fewer workers would be that of persons.
SMALLEST_GROUP = 5
# `a-plus`, and what other scales may have; never a text of its own.
LONGEST_GRADE = 20


def as_text(value: Any) -> str:
    """Take a text, its white space made single."""
    if not isinstance(value, str) or not value.strip():
        raise ValueRefused("not_a_text")
    if len(value) > 10_000:
        raise ValueRefused("too_long")
    return " ".join(value.split())


def as_lang_text(value: Any) -> dict[str, str]:
    """Take one text for every language, or a text by language."""
    if isinstance(value, str):
        return {"fr": as_text(value)}
    if not isinstance(value, dict) or not value:
        raise ValueRefused("not_a_text")
    return {str(language): as_text(text) for language, text in value.items()}


def as_codes(value: Any) -> list[str]:
    """Take a list of codes."""
    if not isinstance(value, list) or not value:
        raise ValueRefused("not_a_list")
    return [as_text(item) for item in value]


def as_code(value: Any) -> str:
    """Take a code."""
    text = as_text(value)
    if not CODE.fullmatch(text):
        raise ValueRefused("not_a_code")
    return text


def as_variant_code(value: Any) -> str:
    """Take a consumer product variant: AI 22, up to 20 of GS1’s 82 characters."""
    text = as_text(value)
    if not VARIANT_CODE.fullmatch(text):
        raise ValueRefused("not_a_variant_code")
    return text


def as_amount(value: Any) -> str:
    """Take a number that is not negative."""
    text = decimal_text(value)
    if text.startswith("-"):
        raise ValueRefused("out_of_bounds")
    return text


def as_percent(value: Any) -> str:
    """Take a share of a hundred."""
    text = as_amount(value)
    if Decimal(text) > 100:
        raise ValueRefused("out_of_bounds")
    return text


def as_quantity(value: Any) -> dict[str, str]:
    """Take an amount and its unit."""
    if not isinstance(value, dict) or set(value) != {"value", "unit"}:
        raise ValueRefused("not_a_quantity")
    return {"value": as_amount(value["value"]), "unit": as_code(value["unit"])}


def as_url(value: Any) -> str:
    """Take an https address."""
    text = as_text(value)
    if not text.startswith("https://"):
        raise ValueRefused("not_a_url")
    return text


def as_duration(value: Any) -> str:
    """Take an ISO 8601 duration of days, hours and minutes."""
    text = as_text(value)
    if not DURATION.fullmatch(text):
        raise ValueRefused("not_a_duration")
    return text


def as_grade(value: Any) -> dict[str, Any]:
    """Take a letter, with its score where there is one."""
    if not isinstance(value, dict) or not isinstance(value.get("grade"), str):
        raise ValueRefused("not_a_grade")
    if not isinstance(value.get("score", 0), int | str | None):
        raise ValueRefused("not_a_grade")
    if len(value["grade"]) > LONGEST_GRADE:
        raise ValueRefused("not_a_grade")
    return value


def as_list(value: Any) -> list[dict[str, Any]]:
    """Take the entries of a list; an empty one says nothing."""
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueRefused("not_a_list")
    if not value:
        raise ValueRefused("not_a_list")
    return value


def as_product(value: Any) -> dict[str, str]:
    """Take another product: its number, its name, and since when."""
    if not isinstance(value, dict) or set(value) != {"gtin", "name", "since"}:
        raise ValueRefused("not_a_product")
    return {
        "gtin": as_text(value["gtin"]),
        "name": as_text(value["name"]),
        "since": as_day(value["since"]),
    }


def as_country(value: Any) -> str:
    """Take a country of ISO 3166-1 by its two letters."""
    if not isinstance(value, str) or value not in countries.names():
        raise ValueRefused("not_a_country")
    return value


def as_words(value: Any) -> Any:
    """Take a code, or a text by language."""
    return as_lang_text(value) if isinstance(value, dict) else as_text(value)


def as_instant(value: Any) -> str:
    """Take an instant with its offset: a day alone does not order two steps."""
    try:
        moment = datetime.fromisoformat(as_text(value))
    except ValueError as error:
        raise ValueRefused("not_an_instant") from error
    if moment.tzinfo is None:
        raise ValueRefused("not_an_instant")
    return as_text(value)


def as_day(value: Any) -> str:
    """Take a day."""
    try:
        return date.fromisoformat(as_text(value)).isoformat()
    except ValueError as error:
        raise ValueRefused("not_a_date") from error


def as_latitude(value: Any) -> str:
    """Take degrees north."""
    return as_degrees(value, 90)


def as_longitude(value: Any) -> str:
    """Take degrees east."""
    return as_degrees(value, 180)


def as_degrees(value: Any, most: int) -> str:
    """Take a coordinate, to about one kilometre: workshops are people’s homes too."""
    text = decimal_text(value)
    if abs(Decimal(text)) > most:
        raise ValueRefused("out_of_bounds")
    return f"{Decimal(text).quantize(Decimal('0.01')):f}"


def as_stage(value: Any) -> str:
    """Take a stage of the life cycle, also by the name that Agribalyse gives it."""
    code = as_code(value)
    return AGRIBALYSE_STAGES.get(code, code)


def as_benchmark(value: Any) -> dict[str, Any]:
    """Take where the figure of a living wage comes from."""
    if not isinstance(value, dict) or set(value) != {"source", "year", "region"}:
        raise ValueRefused("not_a_benchmark")
    return {
        "source": as_text(value["source"]),
        "year": integer(value["year"]),
        "region": as_text(value["region"]),
    }


def as_workers(value: Any) -> int:
    """Take the size of a group of which no person’s pay can be told."""
    count = integer(value)
    if count < SMALLEST_GROUP:
        raise ValueRefused("group_too_small")
    return count
