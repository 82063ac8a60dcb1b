"""The table to fill in: every field that a company may state, explained."""

import io
from collections.abc import Iterator

from django.utils.translation import gettext as _

from companies.importing.lines import REMARK
from companies.spreadsheets import (
    Form,
    Page,
    csv_blocks,
    delimiter_for,
    write_workbook,
)
from companies.wording import unit_text
from products.importing import cells, headers
from products.importing.headers import GTIN, Column
from products.vocabulary import fields

CONTENT_TYPES = {
    Form.TEXT: "text/csv; charset=utf-8",
    Form.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
EXAMPLE = {
    "identity.brand": "Filature du Test",
    "identity.category": "en:biscuits; en:snacks",
    "identity.net_content": "500 g",
    "places.places": '[{"role": "assembly", "place": "Roubaix", "country": "FR"}]',
    "manufacturing.lead_time": "P2D",
    "manufacturing.work_time": "PT42M",
    "nutrition.energy_kj": "1950",
    "nutrition.salt": "0,5",
    "nutrition.nutri_score": "C",
    "nutrition.allergens": "en:gluten; en:milk",
    "observed_at": "2026-03-14",
}
NAMES = {"fr": "Sablés au beurre", "en": "Butter biscuits"}


def file_name(form: Form) -> str:
    """Return the name of the template in the active language."""
    return f"flashsesame-{_('products-template')}.{form.value}"


def content(form: Form, language: str) -> bytes:
    """Return the whole file, which is small."""
    if form is Form.TEXT:
        return b"".join(csv_blocks(rows(language), delimiter_for(language)))
    file = io.BytesIO()
    write_workbook(file, pages(language))
    return file.getvalue()


def pages(language: str) -> dict[str, Page]:
    """Return a workbook: the table, and what its columns are for."""
    return {
        _("Products"): Page(rows(language), [22, 30, 30, 22]),
        _("Columns"): Page(_explained(language), [38, 34, 80], is_wrapped=True),
    }


def rows(language: str) -> Iterator[list[str]]:
    """Yield the header, and an example that is not read."""
    columns = headers.columns()
    yield [headers.header(column, language) for column in columns]
    yield [_example(column) for column in columns]


def _example(column: Column) -> str:
    if column.key == GTIN:
        return f"{REMARK} {_('example')} 3017620422003"
    if column.language:
        return NAMES.get(column.language, "")
    return EXAMPLE.get(column.key, "")


def _explained(language: str) -> Iterator[list[str]]:
    yield [_("Column"), _("Field"), _("What for")]
    for column in headers.columns():
        yield [headers.header(column, language), column.key, _purpose(column)]
    yield ["", "", _("A line whose first cell begins with %s is not read.") % REMARK]
    yield ["", "", _("Formulas are refused: put their results there as values.")]
    answers = ", ".join(list(cells.STATUSES)[:2])
    yield ["", "", _("An empty cell changes nothing. “None” is said by %s.") % answers]
    yield ["", "", _("Columns that you do not need may be deleted.")]


def _purpose(column: Column) -> str:
    if column.key in headers.PURPOSES:
        return str(headers.PURPOSES[column.key])
    field = fields()[column.key]
    form = str(headers.FORMS.get(field.type, ""))
    if field.type == "list":
        form = f"{form} {EXAMPLE.get(column.key, '[{…}]')}"
    unit = unit_text(field.unit) if field.unit else ""
    wanted = _("Mandatory on the sheet.") if field.is_mandatory else ""
    return " ".join(filter(None, (form, f"({unit})" if unit else "", wanted)))
