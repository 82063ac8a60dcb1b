"""What may change in a company's civil status."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from companies import catalogue
from companies.errors import (
    AlreadyCorrected,
    FactValueRefused,
    NotAnEditor,
    ReasonMissing,
    UnknownFact,
)
from companies.levels import Level, SourceKind, Status
from companies.models import Company, Membership, Statement


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


def require_editor(
    user: AbstractBaseUser | AnonymousUser, company: Company | None
) -> None:
    """Raise `NotAnEditor` unless `user` may change what `company` states."""
    if getattr(user, "is_superuser", False):
        return
    roles = [Membership.Role.EDITOR, Membership.Role.OWNER]
    if (
        company is None
        or not company.memberships.filter(user=user.pk, role__in=roles).exists()
    ):
        raise NotAnEditor(_("Only an editor of this company may change it."))


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
    author: User | None = None,
    corrects: Statement | None = None,
) -> Statement:
    """
    Record what is stated of one fact, and return the statement.

    `corrects` is the statement that the author saw and replaces: when somebody was
    faster, `AlreadyCorrected` is raised and nothing changes. Without it, the latest
    statement of the same kind of source is superseded.
    """
    if fact not in catalogue.facts():
        raise UnknownFact(_("The catalogue has no fact “%s”.") % fact)
    source = source or Source(name=company.name)
    require_reason(status, source)
    # One lock a company: two statements of one fact are put one after the other.
    Company.objects.select_for_update().get(pk=company.pk)
    if corrects and (corrects.company_id, corrects.fact) != (company.pk, fact):
        raise ValueError("A correction is of the same company and the same fact")
    previous = corrects or _latest_of_kind(company, fact, source.kind)
    if previous and Statement.objects.filter(supersedes=previous).exists():
        raise AlreadyCorrected(
            _("Somebody corrected this fact meanwhile. Look at it again, please.")
        )
    return Statement.objects.create(
        company=company,
        fact=fact,
        value=_cleaned(fact, value) if status == Status.KNOWN else None,
        status=status,
        unit=_usual_unit(fact) if unit is None else unit,
        author=author,
        supersedes=previous,
        **source.columns(),
    )


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
        sentences = {
            "check_digit": _("The check digits of this number are wrong."),
            "not_a_date": _("A date is written YYYY-MM-DD."),
            "not_a_number": _("This is not a number."),
            "not_whole": _("This is not a whole number."),
            "not_a_country": _("A country is two letters, such as FR."),
            "not_a_list": _("This is not a list with at least one entry."),
            "not_exact": _("Decimals in a list are written as texts, “12.5”."),
            "out_of_bounds": _("This number is out of bounds."),
        }
        detail = sentences.get(error.code, _("This value cannot be used."))
        raise FactValueRefused(detail, fact=fact, reason=error.code) from error
