"""
The catalogue of company facts: data, read once from `fact_catalogue.json`. Pure.

Each fact has a key, labels, a type, a unit, and whether it is mandatory. `clean` turns
what a person or a file gives into the one form that is stored, or refuses it.
"""

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from stdnum.exceptions import ValidationError as NumberRefused

from common import canonical

MAX_DECIMALS = 20
MAX_PARTS = 300
# Levels of lists and objects; what is deeper is no value that anybody reads.
MAX_DEPTH = 16
# In lists: what is a link by its name, and what is one by how it begins.
ADDRESSES = frozenset({"url", "href", "link", "website"})
WEB = re.compile("https?://[^/?#@]")
SCHEME = re.compile(
    "[a-z][a-z0-9+.-]*://|(javascript|vbscript|blob|view-source):|file:/"
    "|data:([a-z]+/|[;,])"
)
FILE = Path(__file__).with_name("fact_catalogue.json")

# Checked by form only: a right checksum proves no existence, so no level is gained.
CHECKSUMS = {
    "national_id": "stdnum.fr.siren",
    "vat_id": "stdnum.eu.vat",
    "lei": "stdnum.lei",
}
# A national number without a country is a SIREN; others are written “BE 0403170701”.
COMPANY_NUMBERS = {
    "AT": "stdnum.at.businessid",
    "BE": "stdnum.be.vat",
    "CH": "stdnum.ch.uid",
    "DE": "stdnum.de.handelsregisternummer",
    "DK": "stdnum.dk.cvr",
    "ES": "stdnum.es.cif",
    "FI": "stdnum.fi.ytunnus",
    "IT": "stdnum.it.iva",
    "LU": "stdnum.lu.tva",
    "NO": "stdnum.no.orgnr",
    "PT": "stdnum.pt.nif",
    "SE": "stdnum.se.orgnr",
}


# The rate is not typed by the company: it comes from whoever asked the employees.
MEASURED = "employee_satisfaction"
# Never declared by anybody: made of other facts (`companies.deriving`).
COMPUTED_ONLY = "ghg_per_employee"


class Detail(NamedTuple):
    """A part of a fact by which it can be checked, beside the value."""

    key: str
    # text, number, integer, date, country, or counts and parts: numbers by name.
    type: str
    label_fr: str
    label_en: str

    def label(self, language: str) -> str:
        """Return the label in `fr` or `en`."""
        return self.label_en if language == "en" else self.label_fr


class Fact(NamedTuple):
    """One entry of the catalogue."""

    key: str
    label_fr: str
    label_en: str
    type: str
    unit: str | None
    is_mandatory: bool
    # `as_of` a day, a `year`, or a `survey`.
    period: str
    verifiable_by: tuple[str, ...]
    checks: tuple[str, ...]
    # How much it counts in the transparency index.
    weight: int
    details: tuple[Detail, ...] = ()
    # Whether “none” or “not applicable” can be an answer.
    may_be_absent: bool = True
    least: int | None = None
    most: int | None = None

    def label(self, language: str) -> str:
        """Return the label in `fr` or `en`."""
        return self.label_en if language == "en" else self.label_fr


class ValueRefused(ValueError):
    """
    The value does not have the form of its fact. `code` names the reason.

    `detail` is the key of the part that is wrong; empty for the value itself.
    """

    def __init__(self, code: str, *, detail: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


@cache
def facts() -> dict[str, Fact]:
    """Return every fact by key, in the order of the file."""
    entries = json.loads(FILE.read_text(encoding="utf-8"))["facts"]
    return {
        entry["key"]: Fact(
            entry["key"],
            entry["label_fr"],
            entry["label_en"],
            entry["type"],
            entry["unit"],
            entry["mandatory"],
            entry["period"],
            tuple(entry["verifiable_by"]),
            tuple(entry["checks"]),
            entry["weight"],
            tuple(
                Detail(one["key"], one["type"], one["label_fr"], one["label_en"])
                for one in entry["details"]
            ),
            entry.get("may_be_absent", True),
            entry.get("min"),
            entry.get("max"),
        )
        for entry in entries
    }


@cache
def index_parameters() -> dict[str, Any]:
    """Return the weights, factors and tiers of the transparency index."""
    parameters: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))[
        "transparency_index"
    ]
    return parameters


def mandatory_keys() -> list[str]:
    """Return the keys that a complete civil status has, in the order of the file."""
    return [fact.key for fact in facts().values() if fact.is_mandatory]


def clean(key: str, value: Any) -> Any:
    """
    Return `value` in the form that is stored: texts, whole numbers, lists and objects.

    Decimals become texts without exponent, dates ISO 8601. Raise `ValueRefused` when
    the value does not fit the fact's type, and `KeyError` for an unknown fact.
    """
    fact = facts()[key]
    cleaner: Callable[[Any], Any] = _CLEANERS.get(fact.type, _text)
    cleaned = cleaner(value)
    if key in CHECKSUMS:
        return _number(key, cleaned)
    if fact.least is not None and Decimal(cleaned) < fact.least:
        raise ValueRefused("out_of_bounds")
    if fact.most is not None and Decimal(cleaned) > fact.most:
        raise ValueRefused("out_of_bounds")
    return cleaned


def _number(key: str, text: str) -> str:
    """Return an identifier in its compact form, or refuse its check digits."""
    country = text[:2].upper()
    is_foreign = key == "national_id" and country in COMPANY_NUMBERS
    module = COMPANY_NUMBERS[country] if is_foreign else CHECKSUMS[key]
    validate: Callable[[str], str] = import_module(module).validate
    try:
        if is_foreign:
            return f"{country} {validate(text[2:].lstrip(' :-'))}"
        return validate(text)
    except NumberRefused as error:
        raise ValueRefused("check_digit") from error


def clean_details(key: str, details: Any) -> dict[str, Any]:
    """
    Return the parts of a fact in the form that is stored, without the empty ones.

    Raise `ValueRefused`, whose `detail` names the part, and `KeyError` for an unknown
    fact.
    """
    if not isinstance(details, dict):
        raise ValueRefused("not_an_object")
    known = {one.key: one for one in facts()[key].details}
    cleaned = {}
    for name, value in details.items():
        if name not in known:
            raise ValueRefused("unknown_detail", detail=str(name))
        if value is None or value in ("", [], {}):
            continue
        try:
            cleaned[name] = _DETAIL_CLEANERS[known[name].type](value)
        except ValueRefused as error:
            raise ValueRefused(error.code, detail=name) from error
    return cleaned


def _counts(value: Any) -> dict[str, str]:
    """Return numbers by name, none of them negative."""
    if not isinstance(value, dict):
        raise ValueRefused("not_an_object")
    if len(value) > MAX_PARTS:
        raise ValueRefused("too_long")
    counts = {_text(name): decimal_text(number) for name, number in value.items()}
    if any(Decimal(number) < 0 for number in counts.values()):
        raise ValueRefused("out_of_bounds")
    return counts


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueRefused("not_a_text")
    if len(value) > 2_000:
        raise ValueRefused("too_long")
    return " ".join(value.split())


def decimal_text(value: Any) -> str:
    """Return a decimal number as text, `12.4`; a French decimal comma is read."""
    if isinstance(value, bool | float):
        raise ValueRefused("not_a_number")
    try:
        number = Decimal(str(value).strip().replace(" ", "").replace(",", "."))
    except InvalidOperation as error:
        raise ValueRefused("not_a_number") from error
    if not number.is_finite() or abs(number) >= Decimal(10) ** 15:
        raise ValueRefused("not_a_number")
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and not -MAX_DECIMALS <= exponent <= MAX_DECIMALS:
        # Written out, it would be a text of as many digits.
        raise ValueRefused("not_a_number")
    return f"{number:f}"


def integer(value: Any) -> int:
    """Return a whole number."""
    text = decimal_text(value)
    if Decimal(text) != int(Decimal(text)):
        raise ValueRefused("not_whole")
    return int(Decimal(text))


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise ValueRefused("not_a_date") from error


def _country(value: Any) -> str:
    text = str(value).strip().upper()
    if not re.fullmatch("[A-Z]{2}", text):
        raise ValueRefused("not_a_country")
    return text


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list) or not value:
        raise ValueRefused("not_a_list")
    if any(_is_no_address(name, text) for name, text in _texts("", value)):
        raise ValueRefused("not_an_address")
    return list(exact(value))


def _texts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """
    Yield every text in a JSON value with the name it goes by, however deep.

    One stack, no recursion: what nests too deep is refused after this.
    """
    waiting = [(name, value)]
    while waiting:
        called, one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend(one.items())
        elif isinstance(one, list):
            waiting.extend((called, item) for item in one)
        elif isinstance(one, str):
            yield called, one


def _is_no_address(name: str, text: str) -> bool:
    """
    Say whether a text would be a link, and one that leads to no page.

    Browsers read over blanks and control characters in and before a scheme.
    """
    if WEB.match(text.strip().lower()):
        return False
    compact = re.sub(r"[\x00-\x20\x7f-\xa0]+", "", text).lower()
    is_link = name.lower() in ADDRESSES or name.lower().endswith("_url")
    return bool(compact and is_link) or bool(SCHEME.match(compact))


def exact(value: Any) -> Any:
    """Return a JSON value that can be published byte for byte: no float in it."""
    try:
        canonical.dumps(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueRefused("not_exact") from error
    _require_storable(value)
    return value


def _require_storable(value: Any, room: int = MAX_DEPTH) -> None:
    """Refuse what PostgreSQL does not keep, and what is nested too deep to be read."""
    if isinstance(value, str) and "\0" in value:
        raise ValueRefused("control_character")
    if isinstance(value, dict | list):
        if not room:
            raise ValueRefused("not_exact")
        # Keys as well as what is under them.
        for one in (*value, *value.values()) if isinstance(value, dict) else value:
            _require_storable(one, room - 1)


_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "decimal": decimal_text,
    "percent": decimal_text,
    "money": decimal_text,
    "integer": integer,
    "date": _date,
    "country": _country,
    "list[site]": _list,
    "list[certificate]": _list,
    "boolean+percent": decimal_text,
}
_DETAIL_CLEANERS: dict[str, Callable[[Any], Any]] = {
    "text": _text,
    "number": decimal_text,
    "integer": integer,
    "date": _date,
    "country": _country,
    "counts": _counts,
    "parts": _counts,
}
