"""Which company a line is about: by identifier, SIREN, LEI or name."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _

from companies.importing.files import Line
from companies.importing.lines import LineRefused
from companies.levels import Status
from companies.models import Company, Statement

# Facts whose value says which company it is.
IDENTIFYING = ("national_id", "lei")


class Named(NamedTuple):
    """The companies of a batch: all of them by key, and what cells name them by."""

    own: Company | None
    companies: dict[uuid.UUID, Company]
    by_cell: dict[str, set[uuid.UUID]]

    def company_of(self, line: Line) -> Company:
        """Return the company of a line, or raise `LineRefused`."""
        cell = line.cells.get("company", "")
        if self.own is not None:
            if cell and self.own.pk not in self.by_cell.get(_bare(cell), set()):
                text = _("This file is for %s alone.") % self.own.name
                raise LineRefused("company", "other_company", text)
            return self.own
        if not cell:
            text = _("Say which company this is.")
            raise LineRefused("company", "company_missing", text)
        found = self.by_cell.get(_bare(cell), set())
        if not found:
            text = _("No company here has this name or number.")
            raise LineRefused("company", "unknown_company", text)
        if len(found) > 1:
            text = _("Several companies have this name or number: use the identifier.")
            raise LineRefused("company", "several_companies", text)
        return self.companies[next(iter(found))]


def named(lines: Sequence[Line], own: Company | None) -> Named:
    """Look up the companies of a batch, in three queries however many lines."""
    cells = {line.cells["company"] for line in lines if "company" in line.cells}
    by_cell = _found(cells, own)
    if own is not None:
        return Named(own, {own.pk: own}, by_cell)
    keys = {key for found in by_cell.values() for key in found}
    companies = Company.objects.filter(pk__in=keys)
    return Named(None, {one.pk: one for one in companies}, by_cell)


def _found(cells: set[str], own: Company | None) -> dict[str, set[uuid.UUID]]:
    found: dict[str, set[uuid.UUID]] = defaultdict(set)
    if not cells:
        return found
    by_bare = {_bare(cell): cell for cell in cells}
    companies = Company.objects.filter(pk=own.pk) if own else Company.objects.all()
    identifiers = [key for cell in cells if (key := _identifier(cell))]
    for key in companies.filter(pk__in=identifiers).values_list("pk", flat=True):
        found[_bare(str(key))].add(key)
    names = companies.filter(name__in=cells).values_list("pk", "name")
    for key, name in names:
        found[_bare(name)].add(key)
    rows = Statement.objects.current().filter(
        company__in=companies,
        fact__in=IDENTIFYING,
        status=Status.KNOWN,
        value__in=list(by_bare),
    )
    for key, value in rows.values_list("company_id", "value"):
        found[_bare(str(value))].add(key)
    return found


def _bare(cell: str) -> str:
    """Return a number without the blanks people write in it; a name as it is."""
    bare = "".join(cell.split())
    has_digits = bare.isascii() and any(map(str.isdigit, bare))
    if not has_digits or len(bare) not in {9, 20, 36}:
        return cell
    return bare.lower() if len(bare) == 36 else bare.upper()


def _identifier(cell: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(cell)
    except ValueError:
        return None
