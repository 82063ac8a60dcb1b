"""A cell of a table as the value of a field, in the form that is stored. No query."""

import json
import re
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone

from common.times import as_iso
from companies.catalogue import ValueRefused
from companies.levels import Status
from products import vocabulary
from products.importing.quantities import net_content
from products.importing.refusals import LineRefused

# “No allergen” is no empty cell: it is an answer.
STATUSES = {
    "[none]": Status.NONE,
    "[aucun]": Status.NONE,
    "[aucune]": Status.NONE,
    "[not_applicable]": Status.NOT_APPLICABLE,
    "[sans objet]": Status.NOT_APPLICABLE,
    "[unknown]": Status.UNKNOWN,
    "[inconnu]": Status.UNKNOWN,
}
_BLANKS = re.compile(r"[\s\u00a0\u202f]+")
_SEPARATORS = re.compile(r"[;|\n]")
_is_url = URLValidator(schemes=["http", "https"])


class Answer(NamedTuple):
    """What a cell states of a field."""

    status: str
    value: Any = None


def answer(path: str, text: str | dict[str, str]) -> Answer:
    """Return what the cell of a field states, or raise `LineRefused`."""
    if isinstance(text, str) and (status := STATUSES.get(text.casefold())):
        return Answer(status.value)
    try:
        return Answer(Status.KNOWN.value, vocabulary.clean(path, _given(path, text)))
    except ValueRefused as refused:
        raise LineRefused(refused.code, field=path, excerpt=text) from refused


def _given(path: str, text: str | dict[str, str]) -> Any:
    kind = vocabulary.fields()[path].type
    if isinstance(text, dict):
        return text
    match kind:
        case "decimal" | "money" | "percent" | "integer" | "year":
            # As spreadsheet programs show numbers: 1 234,50 € and 12 %.
            bare = _BLANKS.sub("", text)
            return bare.removesuffix("%" if kind == "percent" else "€")
        case "list":
            return _json(path, text)
        case "codes":
            if text.startswith("["):
                return _json(path, text)
            return [one.strip() for one in _SEPARATORS.split(text) if one.strip()]
        case "quantity":
            return _json(path, text) if text.startswith("{") else net_content(text)
        case "grade":
            grade = text.casefold()
            return _json(path, text) if text.startswith("{") else {"grade": grade}
        case _:
            return text


def _json(path: str, text: str) -> Any:
    try:
        return json.loads(text, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise LineRefused("not_json", field=path, excerpt=text) from error


def moment(text: str) -> datetime:
    """Return when something was observed, or raise `LineRefused`."""
    try:
        found = datetime.fromisoformat(as_iso(text))
    except ValueError as error:
        raise LineRefused("not_a_date", excerpt=text) from error
    if found.year < 1900:
        raise LineRefused("not_a_date", excerpt=text)
    if timezone.is_naive(found):
        found = timezone.make_aware(found)
    if found > timezone.now():
        raise LineRefused("in_the_future", excerpt=text)
    return found


def address(text: str) -> str:
    """Return an address, or raise `LineRefused`."""
    try:
        _is_url(text)
    except ValidationError as error:
        raise LineRefused("not_a_url", excerpt=text) from error
    if len(text) > 200:
        raise LineRefused("too_long", excerpt=text)
    return text
