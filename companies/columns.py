"""
The columns of a statement that can be recorded: what is given, in the stored form.

A leaf module without queries: a person's statement and each line of an imported file
go through it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from companies import catalogue, units
from companies.errors import (
    FactAlwaysApplies,
    FactIsComputed,
    FactValueRefused,
    ReasonMissing,
    UnitRefused,
    UnknownFact,
)
from companies.levels import Level, SourceKind, Status

ABSENT = {Status.NONE, Status.NOT_APPLICABLE}


class Source(NamedTuple):
    """Who says so, how far it is verified, and when it was true."""

    kind: str = SourceKind.PRODUCER
    name: str = ""
    url: str = ""
    level: str = Level.DECLARED
    observed_at: datetime | None = None
    valid_until: date | None = None
    is_disputed: bool = False
    note: str = ""

    def columns(self) -> dict[str, Any]:
        """Return the statement's columns that say where the value comes from."""
        return {
            "source_kind": self.kind,
            "source_name": self.name,
            "source_url": self.url,
            "level": self.level,
            "observed_at": self.observed_at or timezone.now(),
            "valid_until": self.valid_until,
            "is_disputed": self.is_disputed,
            "note": self.note,
        }


def require_reason(status: str, source: Source) -> None:
    """Raise `ReasonMissing` where a value is withheld without saying why."""
    if status == Status.WITHHELD and not source.note.strip():
        raise ReasonMissing(_("Say in the note why this value is not published."))


def statement_columns(  # noqa: PLR0913 - one statement has that many sides
    *,
    fact: str,
    value: Any,
    status: str,
    unit: str | None,
    year: int | None,
    details: dict[str, Any] | None,
    source: Source,
    valid_from: date | None = None,
) -> dict[str, Any]:
    """
    Return the columns of a statement that can be recorded, or raise a `DomainError`.

    No query: an import calls it for each line.
    """
    if fact not in catalogue.facts():
        raise UnknownFact(_("The catalogue has no fact “%s”.") % fact)
    if fact == catalogue.COMPUTED_ONLY:
        raise FactIsComputed(
            _("This fact is computed from emissions and staff: state those, please.")
        )
    if status in ABSENT and not catalogue.facts()[fact].may_be_absent:
        raise FactAlwaysApplies(
            _("Every company has this fact: state it, or withhold it with a reason.")
        )
    require_reason(status, source)
    if year is not None and not 1900 <= year <= timezone.localdate().year + 1:
        raise FactValueRefused(
            _("This year is out of bounds."), fact=fact, reason="out_of_bounds"
        )
    if valid_from and source.valid_until and valid_from > source.valid_until:
        raise FactValueRefused(
            _("It would end before it begins: look at the dates."),
            fact=fact,
            reason="ends_before_it_begins",
        )
    unit, factor = _fitted(fact, unit)
    is_known = status == Status.KNOWN
    return {
        "fact": fact,
        "status": status,
        "value": _cleaned(fact, value, factor) if is_known else None,
        "unit": unit,
        "year": year,
        "valid_from": valid_from,
        "details": _cleaned_details(fact, details or {}),
        **source.columns(),
    }


def _fitted(fact: str, unit: str | None) -> tuple[str, Decimal]:
    """Return the unit that is stored, and how many of it one of the given is."""
    known = catalogue.facts()[fact]
    try:
        return units.fitted(known, unit)
    except units.UnitUnfit as error:
        if not error.fitting:
            text = _("This fact has no unit: leave it empty.")
        elif known.type == units.MONEY:
            text = _("This is no currency: write its code of three letters, like EUR.")
        else:
            text = _("This fact is not stated in this unit. These fit: %(units)s.") % {
                "units": ", ".join(error.fitting)
            }
        raise UnitRefused(text, fact=fact, units=list(error.fitting)) from error


def _cleaned(fact: str, value: Any, factor: Decimal) -> Any:
    try:
        cleaned = catalogue.clean(fact, value)
        # Cleaned again: what it is converted to must be storable too.
        return (
            cleaned
            if factor == 1
            else catalogue.clean(fact, units.converted(cleaned, factor))
        )
    except catalogue.ValueRefused as error:
        raise FactValueRefused(why(error.code), fact=fact, reason=error.code) from error


def _cleaned_details(fact: str, details: dict[str, Any]) -> dict[str, Any]:
    try:
        return catalogue.clean_details(fact, details)
    except catalogue.ValueRefused as error:
        raise FactValueRefused(
            f"{error.detail}: {why(error.code)}" if error.detail else why(error.code),
            fact=fact,
            reason=error.code,
            part=error.detail,
        ) from error


def why(code: str) -> str:
    """Return the sentence for a reason for which the catalogue refuses a value."""
    sentences = {
        "check_digit": _("The check digits of this number are wrong."),
        "not_a_date": _("A date is written YYYY-MM-DD."),
        "not_a_number": _("This is not a number."),
        "not_whole": _("This is not a whole number."),
        "not_a_country": _("A country is two letters, such as FR."),
        "not_a_list": _("This is not a list with at least one entry."),
        "not_an_address": _("An address on the web begins with https:// or http://."),
        "not_exact": _("Decimals in a list are written as texts, “12.5”."),
        "control_character": _("This text holds a character that cannot be shown."),
        "out_of_bounds": _("This number is out of bounds."),
        "unknown_detail": _("The catalogue has no such part of this fact."),
        "not_an_object": _("These are not numbers by name."),
    }
    return sentences.get(code, _("This value cannot be used."))
