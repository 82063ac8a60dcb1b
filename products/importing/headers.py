"""
The columns of a table of products: one line a product, one column a field.

Letter case, accents, blanks and signs in a header do not count; the path of a field,
`nutrition.salt`, is always understood.
"""

from collections import Counter
from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies.importing.headers import folded
from companies.spreadsheets import Unreadable
from companies.wording import unit_text
from products.vocabulary import Field, fields, sections

GTIN, URL, OBSERVED = "gtin", "source_url", "observed_at"
LANGUAGES = ("fr", "en")
OTHERS: dict[str, tuple[str, ...]] = {
    GTIN: ("code-barres", "EAN", "UPC", "barcode", "code barres"),
    URL: ("adresse de la source", "source", "lien"),
    OBSERVED: ("observé le", "constaté le", "observed"),
}
PURPOSES: dict[str, Promise] = {
    GTIN: _(
        "8, 12, 13 or 14 digits, as printed under the bars. Format the column as text, "
        "or leading zeros are lost."
    ),
    URL: _("The address where the source is published, if it is."),
    OBSERVED: _("When the values were true: 2026-03-14 or 14/03/2026. Empty: now."),
}
FORMS: dict[str, Promise] = {
    "text": _("A text."),
    "lang_text": _("A text; one column for each language."),
    "codes": _("Codes, with “;” between them."),
    "code": _("A code."),
    "decimal": _("A number: 12,5 or 12.5."),
    "money": _("An amount: 12,5 or 12.5."),
    "percent": _("A percentage from 0 to 100: 12,5 or 12.5."),
    "quantity": _("A number and a unit: 500 g, 75 cl, 6 x 33 cl."),
    "url": _("An address that begins with https://."),
    "duration": _("A duration: P2D, PT3H or PT45M."),
    "grade": _("A letter."),
    "integer": _("A whole number."),
    "year": _("A year."),
    "list": _("A list, written as JSON:"),
}


class Column(NamedTuple):
    """What the cells of a column are: a field's path, or one of the `OTHERS`."""

    key: str
    language: str = ""


@cache
def stateable() -> tuple[Field, ...]:
    """Return the fields that a company may state, in the order of the sheet."""
    return tuple(
        field
        for section in sections()
        for field in section.fields
        if not field.is_computed
    )


@cache
def columns() -> tuple[Column, ...]:
    """Return the columns of a template."""
    found = [Column(GTIN)]
    for field in stateable():
        if field.type == "lang_text":
            found += [Column(field.path, language) for language in LANGUAGES]
        else:
            found.append(Column(field.path))
    return (*found, Column(URL), Column(OBSERVED))


def header(column: Column, language: str) -> str:
    """Return what a template writes over a column; no two columns are named alike."""
    if column.key == GTIN:
        return "GTIN"
    if column.key in OTHERS:
        return column.key if language == "en" else OTHERS[column.key][0]
    name = _names(language)[column.key]
    return f"{name} ({column.language})" if column.language else name


@cache
def _names(language: str) -> dict[str, str]:
    """Return a name for each field: its label, and what tells it from others."""
    titles = {section.key: section.label(language) for section in sections()}
    names = {field.path: field.label(language) for field in stateable()}
    for tell in (
        lambda one: f"{one.label(language)} ({unit_text(one.unit or '') or one.key})",
        lambda one: f"{titles[one.section]} – {one.label(language)}",
        lambda one: one.path,
    ):
        count = Counter(folded(name) for name in names.values())
        for field in stateable():
            if count[folded(names[field.path])] > 1:
                names[field.path] = tell(field)
    return names


def mapped(cells: Mapping[int, str]) -> dict[int, Column]:
    """
    Return the columns by their numbers.

    Raise `Unreadable` with what is missing, unknown or there twice.
    """
    found: dict[int, Column] = {}
    unknown, twice = [], []
    for number, text in cells.items():
        column = _known().get(folded(text))
        if column is None:
            unknown.append(text[:60])
        elif column in found.values():
            twice.append(text[:60])
        else:
            found[number] = column
    missing = [] if Column(GTIN) in found.values() else ["GTIN"]
    if missing or unknown or twice:
        raise Unreadable("wrong_columns", missing=missing, unknown=unknown, twice=twice)
    return found


@cache
def _known() -> dict[str, Column]:
    """Return every name by which a column is understood; what is ambiguous is none."""
    names: dict[str, set[Column]] = {}

    def add(text: str, column: Column) -> None:
        names.setdefault(folded(text), set()).add(column)

    for key, others in OTHERS.items():
        for text in (key, *others):
            add(text, Column(key))
    for field in stateable():
        languages = LANGUAGES if field.type == "lang_text" else ("",)
        for text in _written(field):
            add(text, Column(field.path, languages[0]))
            for language in filter(None, languages):
                add(f"{text} ({language})", Column(field.path, language))
    # A path is one field's alone, whatever labels say.
    paths = {folded(path): path for path in fields()}
    return {
        text: next(iter(found))
        for text, found in names.items()
        if len(found) == 1 and (text not in paths or _is_of(found, paths[text]))
    }


def _is_of(found: set[Column], path: str) -> bool:
    return next(iter(found)).key == path


def _written(field: Field) -> set[str]:
    given = {field.path, field.key, field.label_fr, field.label_en}
    return given | {_names(language)[field.path] for language in LANGUAGES}
