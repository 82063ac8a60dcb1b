"""
The countries of ISO 3166-1 and their names: data, read once. Pure.

Source: `countries.json`, which names its own.
"""

import json
import unicodedata
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("countries.json")


@cache
def names() -> dict[str, tuple[str, str]]:
    """Return the name of each country in French and in English, by its two letters."""
    found = json.loads(FILE.read_text(encoding="utf-8"))["countries"]
    return {code: (french, english) for code, (french, english) in found.items()}


def choices(language: str) -> list[tuple[str, str]]:
    """Return codes with their names in `fr` or `en`, in the order of the names."""
    at = 1 if language == "en" else 0
    named = [(code, several[at]) for code, several in names().items()]
    return sorted(named, key=lambda one: unicodedata.normalize("NFKD", one[1]))
