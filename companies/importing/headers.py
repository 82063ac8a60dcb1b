"""
The columns of a file of statements: their names in French and English, and what for.

Letter case, accents, blanks and signs in a header do not count.
"""

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from companies import catalogue
from companies.spreadsheets import Unreadable

DETAIL = "details."
# By key, in the order of a template: the French name, then others that are read.
NAMES: dict[str, tuple[str, ...]] = {
    "company": ("entreprise", "société", "SIREN", "LEI"),
    "fact": ("fait", "clé", "key"),
    "label": ("intitulé", "libellé"),
    "status": ("statut",),
    "value": ("valeur",),
    "unit": ("unité",),
    "year": ("année", "exercice"),
    "note": ("remarque", "notes"),
    "level": ("niveau",),
    "evidence": ("justificatif", "justificatifs", "preuve", "sha256"),
    "source_url": ("adresse de la source", "source", "url", "lien"),
    "observed_at": ("observé le", "constaté le", "observed"),
    "valid_from": ("valable du", "valide du", "valide à partir du"),
    "valid_until": ("valable jusqu’au", "valide jusqu’au"),
    "details": ("détails", "détail", "detail"),
}
NEEDED = ("fact", "value")
# What it is for, on the page that explains the columns.
PURPOSES: dict[str, Promise] = {
    "company": _(
        "For an operator’s file: the SIREN, the LEI, the identifier here, or the exact "
        "name. In a company’s own file it may be left out."
    ),
    "fact": _("Which fact: its key, or its label in French or English."),
    "label": _("For you to read; not read back."),
    "status": _(
        "known, none, not_applicable, unknown or withheld. Empty: known, if there is a "
        "value. What is withheld needs a note."
    ),
    "value": _(
        "A text, a number (12,5 or 12.5) or a date (2026-03-14, or 14/03/2026, day "
        'first). A list is written as JSON: [{"place": "Lyon"}]. A line without value '
        "and status is left out."
    ),
    "unit": _("A UNECE code or a currency. Empty: the usual unit."),
    "year": _("The year that the figure covers. Empty: the year it was observed."),
    "note": _("What was counted and how; why a value is withheld."),
    "level": _("declared or evidenced. Evidenced needs the document."),
    "evidence": _(
        "The SHA-256 of a document that is already among this company’s evidence; "
        "several are put one after the other, with blanks between them."
    ),
    "source_url": _("The address where the source is published, if it is."),
    "observed_at": _(
        "When the value was true: 2026-03-14 or 14/03/2026, or with a time. Empty: now."
    ),
    "valid_from": _(
        "The first day on which the value holds: 2026-03-14 or 14/03/2026."
    ),
    "valid_until": _(
        "The last day on which the value holds: 2026-03-14 or 14/03/2026."
    ),
    "details": _(
        "The parts of the fact as JSON by name, or one column for each: “details.” and "
        "the name. The page of facts says which names there are."
    ),
}


def header(key: str, language: str) -> str:
    """Return what a template writes over a column."""
    return key if language == "en" else NAMES[key][0]


def mapped(cells: Mapping[int, str]) -> dict[int, str]:
    """
    Return the keys of the columns by their numbers.

    Raise `Unreadable` with what is missing, unknown or there twice.
    """
    columns: dict[int, str] = {}
    unknown, twice = [], []
    for number, text in cells.items():
        key = _key(text)
        if not key:
            unknown.append(text[:60])
        elif key in columns.values():
            twice.append(text[:60])
        else:
            columns[number] = key
    missing = [name for name in NEEDED if name not in columns.values()]
    if missing or unknown or twice:
        raise Unreadable("wrong_columns", missing=missing, unknown=unknown, twice=twice)
    return columns


def folded(text: str) -> str:
    """Return a text without letter case, accents, and signs between its words."""
    bare = unicodedata.normalize("NFKD", text.casefold().replace("’", " "))
    letters = "".join(one for one in bare if not unicodedata.combining(one))
    return re.sub(r"[\W_]+", "_", letters).strip("_")


def _key(text: str) -> str:
    name = folded(text)
    if key := _known().get(name):
        return key
    detail = re.sub(r"^details?_", "", name)
    return f"{DETAIL}{detail}" if detail != name and detail in _parts() else ""


@cache
def _known() -> dict[str, str]:
    return {folded(name): key for key, names in NAMES.items() for name in (key, *names)}


@cache
def _parts() -> frozenset[str]:
    """Return the names of every fact's parts."""
    every = catalogue.facts().values()
    return frozenset(part.key for fact in every for part in fact.details)
