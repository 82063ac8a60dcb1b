"""
What companies state at present, as the lines of a file that can be imported again.

Only what they state themselves: a register's word is not theirs to bring back.
"""

import json
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from companies import catalogue
from companies.importing import headers, lines
from companies.levels import Level, SourceKind, Status
from companies.models import Company, Statement
from companies.spreadsheets import Form, Page
from companies.wording import unit_text

# So many companies are read at a time; the memory does not grow with all of them.
COMPANIES = 50


def file_name(company: Company | None, form: Form) -> str:
    """Return the name of an export: whose it is, and of which day."""
    whose = slugify(company.name)[:60] if company else ""
    what = ["flashsesame", whose, timezone.localdate().isoformat()]
    return f"{'-'.join(part for part in what if part)}.{form.value}"


def rows(companies: QuerySet[Company], language: str) -> Iterator[list[str]]:
    """Yield the header, and a row for each fact that the companies state themselves."""
    yield _header(language)
    keys = list(companies.order_by("name", "pk").values_list("pk", flat=True))
    for start in range(0, len(keys), COMPANIES):
        yield from _rows_of(keys[start : start + COMPANIES], language)


def _header(language: str) -> list[str]:
    return [headers.header(key, language) for key in headers.NAMES]


def _rows_of(keys: Sequence[uuid.UUID], language: str) -> Iterator[list[str]]:
    statements = (
        Statement.objects.current()
        .filter(company__in=keys, source_kind=SourceKind.PRODUCER)
        .select_related("company")
        .prefetch_related("evidence")
        .order_by("pk")
    )
    # Of several that nobody superseded, the latest is what an import compares with.
    latest = {(one.company_id, one.fact): one for one in statements}
    order = {key: place for place, key in enumerate(catalogue.facts())}
    stated = [pair for pair in latest if pair[1] in order]
    places = {key: place for place, key in enumerate(keys)}
    for pair in sorted(stated, key=lambda one: (places[one[0]], order[one[1]])):
        yield _row(latest[pair], language)


def _row(statement: Statement, language: str) -> list[str]:
    observed = statement.observed_at.astimezone(UTC).isoformat()
    cells = {
        "company": str(statement.company_id),
        "fact": statement.fact,
        "label": catalogue.facts()[statement.fact].label(language),
        "status": statement.status,
        "value": _text(statement.value),
        "unit": statement.unit,
        "year": _text(statement.year),
        "note": statement.note,
        "level": statement.level,
        "evidence": " ".join(sorted(one.sha256 for one in statement.evidence.all())),
        "source_url": statement.source_url,
        "observed_at": observed.replace("+00:00", "Z"),
        "valid_from": _text(statement.valid_from),
        "valid_until": _text(statement.valid_until),
        "details": _text(statement.details or None),
    }
    return [cells[key] for key in headers.NAMES]


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.isoformat() if isinstance(value, date) else str(value)


def template(language: str) -> dict[str, Page]:
    """Return a workbook to fill in: every fact, the columns and facts explained."""
    return {
        "statements": Page(template_rows(language), [14, 24, 34, 14, 22, 14, 8, 30]),
        _("Columns"): Page(_columns(language), [22, 90], is_wrapped=True),
        _("Facts"): Page(_facts(language), [24, 36, 16, 18, 60], is_wrapped=True),
    }


def template_rows(language: str) -> Iterator[list[str]]:
    """Yield the header, an example that is not read, and one line for each fact."""
    yield _header(language)
    example = {
        "company": f"{lines.REMARK} {_('example')}",
        "fact": "employees",
        "label": catalogue.facts()["employees"].label(language),
        "status": Status.KNOWN.value,
        "value": "47",
        "unit": "headcount",
        "year": str(timezone.localdate().year - 1),
        "note": _("Counted on 31 December, payroll."),
        "level": Level.DECLARED.value,
        "details": '{"by_contract": {"permanent": "40", "temporary": "7"}}',
    }
    yield [example.get(key, "") for key in headers.NAMES]
    for fact in _stateable():
        unit = (fact.unit or "").partition("|")[0]
        filled = {"fact": fact.key, "label": fact.label(language), "unit": unit}
        yield [filled.get(key, "") for key in headers.NAMES]


def _columns(language: str) -> Iterator[list[str]]:
    yield [_("Column"), _("What for")]
    for key, purpose in headers.PURPOSES.items():
        yield [headers.header(key, language), str(purpose)]
    remark = _("A line whose first cell begins with %s is not read.") % lines.REMARK
    yield ["", remark]
    yield ["", _("Formulas are refused: put their results there as values.")]


def _facts(language: str) -> Iterator[list[str]]:
    yield [_("Fact"), _("Label"), _("Form"), _("Unit"), _("Parts (details)")]
    for fact in _stateable():
        parts = [f"{one.key} ({one.label(language)})" for one in fact.details]
        units = [unit_text(one) or one for one in (fact.unit or "").split("|")]
        yield [
            fact.key,
            fact.label(language),
            fact.type,
            f"{fact.unit or ''} ({', '.join(units)})" if fact.unit else "",
            ", ".join(parts),
        ]


def _stateable() -> list[catalogue.Fact]:
    closed = {catalogue.MEASURED, catalogue.COMPUTED_ONLY}
    return [fact for fact in catalogue.facts().values() if fact.key not in closed]
