"""
Which company is meant, and its civil status: one query where nothing is new.

A leaf module for whoever shows a company by an identifier that somebody typed.
"""

import re
import uuid
from datetime import date
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.translation import gettext as _

from companies.assessing import portray
from companies.errors import (
    AmbiguousIdentifier,
    CompanyUnknown,
    InvalidCompanyIdentifier,
)
from companies.levels import RANK, Level
from companies.models import Company
from companies.renewing import Served, renew

SIREN = re.compile("[0-9]{9}")
SIRET = re.compile("[0-9]{14}")
LEI = re.compile("[0-9A-Z]{18}[0-9]{2}")
VAT = re.compile("[A-Z]{2}[0-9A-Z+*]{2,13}")
MAX_LENGTH = 60
# More companies than that which state one number are too many to choose from.
MOST_SAYERS = 20
FACTS = {
    "figures__siren": "national_id",
    "figures__lei": "lei",
    "figures__vat_id": "vat_id",
}


class _Row(NamedTuple):
    company_id: uuid.UUID
    changes: int
    stored_changes: int | None
    composed_on: date | None
    body: bytes | None
    etag: str | None


def lookup(identifier: str) -> dict[str, Any]:
    """
    Return the condition on companies that an identifier stands for.

    Our own UUID, a SIREN (or a SIRET, of which it is the beginning), a LEI or a VAT
    number; spaces, dots and hyphens between are read over.
    """
    text = identifier.strip()
    if len(text) <= MAX_LENGTH:
        try:
            return {"pk": uuid.UUID(text)}
        except ValueError:
            pass
        compact = re.sub(r"[\s.\-]", "", text).upper()
        if SIREN.fullmatch(compact) or SIRET.fullmatch(compact):
            return {"figures__siren": compact[:9]}
        if LEI.fullmatch(compact):
            return {"figures__lei": compact}
        if VAT.fullmatch(compact):
            return {"figures__vat_id": compact}
    raise InvalidCompanyIdentifier(
        _("A company is named by its identifier here, a SIREN, a LEI or a VAT number.")
    )


def find(identifier: str) -> uuid.UUID:
    """Return the key of the company that an identifier names, or refuse."""
    condition = lookup(identifier)
    return _only(_rows(condition, "fr"), condition).company_id


def read(identifier: str, language: str) -> Served:
    """
    Return the civil status in `fr` or `en`; composed anew only when something is.

    Raise `CompanyUnknown`, `AmbiguousIdentifier` or `InvalidCompanyIdentifier`.
    """
    condition = lookup(identifier)
    row = _only(_rows(condition, language), condition)
    is_true = (
        row.stored_changes == row.changes and row.composed_on == timezone.localdate()
    )
    if is_true and row.body is not None and row.etag is not None:
        return Served(row.company_id, bytes(row.body), row.etag)
    served = renew(row.company_id, language)
    if served is None:
        raise CompanyUnknown(_("No company has this identifier."))
    return served


def _rows(condition: dict[str, Any], language: str) -> list[_Row]:
    rows = (
        Company.objects.filter(**condition)
        .order_by("-figures__identity_rank", "pk")
        .values_list(
            "pk",
            "changes",
            "civil_status__changes",
            "civil_status__composed_on",
            f"civil_status__body_{language}",
            f"civil_status__etag_{language}",
        )
    )
    return [_Row(*row) for row in rows[:MOST_SAYERS]]


def _only(rows: list[_Row], condition: dict[str, Any]) -> _Row:
    """
    Return the one company that is meant.

    Whoever merely says another one's number, or attaches a paper, yields to the one
    whose number somebody else confirmed; between equals nobody is chosen: better no
    answer than a wrong one.
    """
    if not rows:
        raise CompanyUnknown(_("No company has this identifier."))
    if len(rows) == 1:
        return rows[0]
    confirmed = _confirmed([row.company_id for row in rows], condition)
    if len(rows) == MOST_SAYERS or len(confirmed) != 1:
        raise AmbiguousIdentifier(
            _("Several companies state this number. Use the identifier of one."),
            companies=[str(row.company_id) for row in rows],
        )
    return next(row for row in rows if row.company_id in confirmed)


def _confirmed(keys: list[uuid.UUID], condition: dict[str, Any]) -> set[uuid.UUID]:
    """Return the companies whose number is best confirmed, by others than they."""
    fact = FACTS[next(iter(condition))]
    portraits = portray(keys, on=timezone.localdate(), beside=())
    ranks = {
        key: RANK[portrait.retained[fact].level]
        for key, portrait in portraits.items()
        if fact in portrait.retained
    }
    best = max(ranks.values(), default=0)
    if best < RANK[Level.CROSS_CHECKED]:
        return set()
    return {key for key, rank in ranks.items() if rank == best}
