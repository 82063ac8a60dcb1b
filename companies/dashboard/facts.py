"""The civil status as lines of a page: what is stated, what is missing, what to do."""

from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies import wording
from companies.access import is_operator
from companies.assessing import Portrait
from companies.catalogue import COMPUTED_ONLY, MEASURED
from companies.dashboard.cards import address
from companies.judging import Judged
from companies.levels import Level, SourceKind
from companies.models import Company

EXPIRES_SOON_DAYS = 60


class FactRow(NamedTuple):
    """One line of the civil status: what is stated, and where to correct it."""

    key: str
    label: str
    is_mandatory: bool
    is_missing: bool
    text: str
    level: str
    states: list[str]
    source: str
    observed_on: str
    valid_until: date | None
    address: str
    is_correction: bool

    def why(self, on: date) -> str:
        """Return why something is to be done about this fact; empty if nothing is."""
        if self.states:
            states = ", ".join(self.states)
            if self.valid_until is None or self.valid_until >= on:
                return states
            return _("%(states)s since %(date)s") % {
                "states": states,
                "date": wording.day(self.valid_until),
            }
        if self.is_missing:
            return self._missing()
        if self.valid_until is None:
            return ""
        left = (self.valid_until - on).days
        if left > EXPIRES_SOON_DAYS:
            return ""
        return ngettext("expires in %(n)s day", "expires in %(n)s days", left) % {
            "n": left
        }

    def _missing(self) -> str:
        if not self.is_mandatory:
            return ""
        if self.key == COMPUTED_ONLY:
            return _("computed once emissions and employees are stated")
        return _("missing")


def fact_rows(
    request: HttpRequest, company: Company, whole: dict[str, Any], portrait: Portrait
) -> list[FactRow]:
    """Return the lines of a composed civil status, without a further query."""
    missing = set(whole["completeness"]["missing"])
    return [
        _row(
            document,
            key=key,
            is_missing=key in missing or _is_expired(document),
            statement=_where(request, company, key, portrait.retained.get(key)),
        )
        for key, document in whole["facts"].items()
    ]


def to_do(rows: list[FactRow]) -> list[tuple[FactRow, str]]:
    """Return the lines that ask for something, with why: what is mandatory first."""
    today = timezone.localdate()
    found = [(row, why) for row in rows if (why := row.why(today))]
    return sorted(found, key=lambda pair: not (pair[0].is_mandatory))


def _is_expired(document: dict[str, Any]) -> bool:
    return "expired" in document.get("states", [])


def _where(
    request: HttpRequest, company: Company, key: str, kept: Judged | None
) -> tuple[str, bool]:
    """Return where a fact is stated, and whether that corrects what is there."""
    if key in (MEASURED, COMPUTED_ONLY):
        return "", False
    # What a register said is not the company's to correct: it states its own beside.
    if kept is not None and (
        is_operator(request) or kept.statement.source_kind == SourceKind.PRODUCER
    ):
        return address("companies_statement_change", kept.pk), True
    query = urlencode({"company": company.pk, "fact": key})
    return f"{address('companies_statement_add')}?{query}", False


def _row(
    document: dict[str, Any], *, key: str, is_missing: bool, statement: tuple[str, bool]
) -> FactRow:
    states = {"disputed": _("disputed"), "expired": _("expired")}
    moment = parse_datetime(document["observed_at"] or "")
    until = document.get("valid_until")
    source, level = document["source"] or {}, document["level"]
    where, is_correction = statement
    return FactRow(
        key=key,
        label=document["label"],
        is_mandatory=document["mandatory"],
        is_missing=is_missing,
        text=document["text"],
        level=str(Level(level).label) if level else "",
        states=[states[state] for state in document.get("states", [])],
        source=source.get("name") or str(SourceKind(source["kind"]).label)
        if source
        else "",
        observed_on=wording.day(timezone.localtime(moment).date()) if moment else "",
        valid_until=date.fromisoformat(until) if until else None,
        address=where,
        is_correction=is_correction,
    )
