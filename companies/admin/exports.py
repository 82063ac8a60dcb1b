"""The civil status of companies as a file: CSV or a workbook, streamed."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import IO, Any

from django.contrib import admin
from django.core.handlers.asgi import ASGIRequest
from django.db.models import QuerySet
from django.http import FileResponse, HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext_lazy

from companies.importing import exporting
from companies.models import Company
from companies.spreadsheets import (
    Form,
    Page,
    csv_blocks,
    delimiter_for,
    write_workbook,
)
from companies.wording import language

CONTENT_TYPES = {
    Form.TEXT: "text/csv; charset=utf-8",
    Form.WORKBOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
BLOCK_BYTES = 1 << 16


def exported(
    request: HttpRequest, companies: QuerySet[Company], form: Form
) -> StreamingHttpResponse:
    """Answer with what these companies state; who may see them is the caller's care."""
    some = list(companies[:2])
    name = exporting.file_name(some[0] if len(some) == 1 else None, form)
    rows = exporting.rows(companies, language())
    if form is Form.TEXT:
        return csv_answer(request, rows, name)
    return workbook_answer(request, {"statements": Page(rows)}, name)


def csv_answer(
    request: HttpRequest, rows: Iterable[Sequence[str]], name: str
) -> StreamingHttpResponse:
    """Answer with a CSV file as spreadsheet programs of the reader's language want."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    for block in csv_blocks(rows, delimiter_for(language())):
        file.write(block)
    return _attached(request, file, name, Form.TEXT)


def workbook_answer(
    request: HttpRequest, pages: Mapping[str, Page], name: str
) -> StreamingHttpResponse:
    """Answer with a workbook."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the answer closes it
    write_workbook(file, pages)
    return _attached(request, file, name, Form.WORKBOOK)


def _attached(
    request: HttpRequest, file: IO[bytes], name: str, form: Form
) -> StreamingHttpResponse:
    """Stream a file that is written: no memory and no query while a phone loads it."""
    size = file.tell()
    file.seek(0)
    response: StreamingHttpResponse
    if isinstance(request, ASGIRequest):
        # Django would read a plain iterator into memory first, and warn of it.
        response = StreamingHttpResponse(_blocks(file))
        response["Content-Length"] = str(size)
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    else:
        response = FileResponse(file, as_attachment=True, filename=name)
    response["Content-Type"] = CONTENT_TYPES[form]
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


async def _blocks(file: IO[bytes]) -> AsyncIterator[bytes]:
    with file:
        while block := await asyncio.to_thread(file.read, BLOCK_BYTES):
            yield block


# For the list of companies: its rows are those that this person sees.
@admin.action(description=gettext_lazy("Export what they state (CSV)"))
def export_csv(
    model_admin: Any,  # noqa: ARG001 - Django's signature
    request: HttpRequest,
    queryset: QuerySet[Company],
) -> StreamingHttpResponse:
    """Export the chosen companies as CSV."""
    return exported(request, queryset, Form.TEXT)


@admin.action(description=gettext_lazy("Export what they state (XLSX)"))
def export_workbook(
    model_admin: Any,  # noqa: ARG001 - Django's signature
    request: HttpRequest,
    queryset: QuerySet[Company],
) -> StreamingHttpResponse:
    """Export the chosen companies as a workbook."""
    return exported(request, queryset, Form.WORKBOOK)
