"""What may change in a company's civil status."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import catalogue, tasks
from companies.errors import (
    AlreadyCorrected,
    FactIsComputed,
    FactValueRefused,
    ReasonMissing,
    UnknownFact,
)
from companies.levels import Level, SourceKind, Status
from companies.models import Company, Evidence, Statement


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


@transaction.atomic
def state_fact(  # noqa: PLR0913 - one statement has that many sides
    *,
    company: Company,
    fact: str,
    value: Any = None,
    status: str = Status.KNOWN,
    unit: str | None = None,
    source: Source | None = None,
    year: int | None = None,
    details: dict[str, Any] | None = None,
    evidence: Iterable[Evidence] = (),
    author: User | None = None,
    corrects: Statement | None = None,
) -> Statement:
    """
    Record what is stated of one fact, and return the statement.

    `corrects` is the statement that the author saw and replaces: when somebody was
    faster, `AlreadyCorrected` is raised and nothing changes. Without it, the latest
    statement of the same kind of source is superseded. The checks follow in Celery.
    """
    source = source or Source(name=company.name)
    columns = statement_columns(
        fact=fact,
        value=value,
        status=status,
        unit=unit,
        year=year,
        details=details,
        source=source,
    )
    # One lock a company: two statements of one fact are put one after the other.
    Company.objects.select_for_update().get(pk=company.pk)
    if corrects and (corrects.company_id, corrects.fact) != (company.pk, fact):
        raise ValueError("A correction is of the same company and the same fact")
    previous = corrects or _latest_of_kind(company, fact, source.kind)
    if previous and Statement.objects.filter(supersedes=previous).exists():
        raise AlreadyCorrected(
            _("Somebody corrected this fact meanwhile. Look at it again, please.")
        )
    statement = Statement.objects.create(
        company=company, author=author, supersedes=previous, **columns
    )
    statement.evidence.set(_own(company, evidence))
    Company.objects.filter(pk=company.pk).note_change()
    transaction.on_commit(tasks.hint_checks, robust=True)
    return statement


def statement_columns(  # noqa: PLR0913 - one statement has that many sides
    *,
    fact: str,
    value: Any,
    status: str,
    unit: str | None,
    year: int | None,
    details: dict[str, Any] | None,
    source: Source,
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
    require_reason(status, source)
    if year is not None and not 1900 <= year <= timezone.localdate().year + 1:
        raise FactValueRefused(
            _("This year is out of bounds."), fact=fact, reason="out_of_bounds"
        )
    is_known = status == Status.KNOWN
    return {
        "fact": fact,
        "status": status,
        "value": _cleaned(fact, value) if is_known else None,
        "unit": _usual_unit(fact) if unit is None else unit,
        "year": year,
        "details": _cleaned_details(fact, details or {}),
        **source.columns(),
    }


def _own(company: Company, evidence: Iterable[Evidence]) -> list[Evidence]:
    documents = list(evidence)
    if any(document.company_id != company.pk for document in documents):
        raise ValueError("The evidence belongs to another company")
    return documents


def _usual_unit(fact: str) -> str:
    """Return the unit of a fact; the first one where the catalogue offers several."""
    return (catalogue.facts()[fact].unit or "").partition("|")[0]


def _latest_of_kind(company: Company, fact: str, kind: str) -> Statement | None:
    return (
        Statement.objects.current()
        .filter(company=company, fact=fact, source_kind=kind)
        .order_by("-id")
        .first()
    )


def _cleaned(fact: str, value: Any) -> Any:
    try:
        return catalogue.clean(fact, value)
    except catalogue.ValueRefused as error:
        raise FactValueRefused(
            _why(error.code), fact=fact, reason=error.code
        ) from error


def _cleaned_details(fact: str, details: dict[str, Any]) -> dict[str, Any]:
    try:
        return catalogue.clean_details(fact, details)
    except catalogue.ValueRefused as error:
        raise FactValueRefused(
            f"{error.detail}: {_why(error.code)}" if error.detail else _why(error.code),
            fact=fact,
            reason=error.code,
            part=error.detail,
        ) from error


def _why(code: str) -> str:
    sentences = {
        "check_digit": _("The check digits of this number are wrong."),
        "not_a_date": _("A date is written YYYY-MM-DD."),
        "not_a_number": _("This is not a number."),
        "not_whole": _("This is not a whole number."),
        "not_a_country": _("A country is two letters, such as FR."),
        "not_a_list": _("This is not a list with at least one entry."),
        "not_exact": _("Decimals in a list are written as texts, “12.5”."),
        "out_of_bounds": _("This number is out of bounds."),
        "unknown_detail": _("The catalogue has no such part of this fact."),
        "not_an_object": _("These are not numbers by name."),
    }
    return sentences.get(code, _("This value cannot be used."))
