"""Files for tests of imports, and runs that are brought as far as is wanted."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import User
from openpyxl import Workbook

from companies.importing import making
from companies.models import Company, ImportRun
from companies.services.importing import ask_import, confirm_import
from tests import make

HEADER = ("fact", "status", "value", "unit", "year", "note", "level")

# One row of a sheet as a spreadsheet program writes it: shared texts, raw numbers.
BOOK = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/'
    '2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="r"><Relationship Id="rId1" '
    'Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/'
    'officeDocument/2006/relationships"><sheets>'
    '<sheet name="Feuil1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": '<Relationships xmlns="r">'
    '<Relationship Id="rId1" Type="http://x/worksheet" '
    'Target="worksheets/sheet1.xml"/>'
    '<Relationship Id="rId2" Type="http://x/sharedStrings" '
    'Target="sharedStrings.xml"/>'
    '<Relationship Id="rId3" Type="http://x/styles" Target="styles.xml"/>'
    "</Relationships>",
    "xl/sharedStrings.xml": "<sst><si><t>fact</t></si><si><t>value</t></si>"
    "<si><r><t>emp</t></r><r><t>loyees</t></r><rPh><t>PHON</t></rPh></si></sst>",
    "xl/styles.xml": '<styleSheet><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="dd\\/mm\\/yyyy"/></numFmts><cellXfs count="4"><xf numFmtId="0"/>'
    '<xf numFmtId="164"/><xf numFmtId="10"/><xf numFmtId="14"/></cellXfs></styleSheet>',
    "xl/worksheets/sheet1.xml": '<worksheet><sheetData><row r="1">'
    '<c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>'
    '<row r="2"><c r="A2" t="s"><v>2</v></c><c r="B2"><v>47.1</v></c></row>'
    "</sheetData></worksheet>",
}


def csv_file(
    rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER, delimiter: str = ";"
) -> bytes:
    """Return a CSV file in UTF-8."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows([header, *rows])
    return text.getvalue().encode()


def workbook(rows: Sequence[Sequence[Any]], title: str = "statements") -> bytes:
    """Return a workbook as openpyxl writes it."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(parts: Mapping[str, str | bytes]) -> bytes:
    """Return a workbook of these parts, otherwise as `BOOK`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in {**BOOK, **parts}.items():
            made.writestr(name, content)
    return file.getvalue()


def sheet_of(rows: str) -> bytes:
    """Return a workbook whose sheet has these rows beneath the header."""
    begin = BOOK["xl/worksheets/sheet1.xml"].partition('<row r="2">')[0]
    return archive(
        {"xl/worksheets/sheet1.xml": f"{begin}{rows}</sheetData></worksheet>"}
    )


def uploaded(
    data: bytes, of: Company | None, author: User, name: str = "faits.csv"
) -> ImportRun:
    """Upload a file as a person would."""
    return ask_import(company=of, name=name, chunks=[data], author=author)


def worked(run: ImportRun) -> ImportRun:
    """Let workers go on until nothing is left to do, and return the run as it is."""
    for _turn in range(200):
        if not making.work().is_more:
            break
    run.refresh_from_db()
    return run


def checked(data: bytes, of: Company, author: User | None = None) -> ImportRun:
    """Upload a file for a company, and let it be checked."""
    return worked(uploaded(data, of, author or make.member(of, "editor")))


def recorded(data: bytes, of: Company, author: User | None = None) -> ImportRun:
    """Upload a file for a company, confirm it, and let it be recorded."""
    author = author or make.member(of, "editor")
    run = checked(data, of, author)
    assert run.state == "checked", run.error_text
    confirm_import(run=run, author=author)
    return worked(run)


def reasons(run: ImportRun) -> list[tuple[int, str, str]]:
    """Return the refused lines: number, column and code."""
    return list(run.errors.values_list("line", "column", "code"))
