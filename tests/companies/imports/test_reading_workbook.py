"""Workbooks as spreadsheet programs write them, and those that mean harm."""

import io
import zipfile
from datetime import date, datetime

import pytest

from companies.importing import reading
from companies.models import ImportRun, Statement
from tests import make
from tests.companies.imports.runs import (
    BOOK,
    archive,
    checked,
    reasons,
    recorded,
    sheet_of,
    workbook,
)

pytestmark = pytest.mark.django_db

SHEET = "xl/worksheets/sheet1.xml"
DOCTYPE = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">'
    '<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
)


def text(fact: str, cell: str) -> bytes:
    """Return a workbook with one line: the fact as text, and a cell in B2."""
    name = f'<c r="A2" t="inlineStr"><is><t>{fact}</t></is></c>'
    return sheet_of(f'<row r="2">{name}{cell}</row>')


def value_of(data: bytes) -> object:
    """Return what a workbook of one line records."""
    run = recorded(data, make.company())
    assert not reasons(run)
    return Statement.objects.get().value


def test_shared_texts_and_numbers_are_read() -> None:
    assert value_of(archive({})) == "47.1"


@pytest.mark.parametrize(
    ("raw", "read"),
    [
        ("0.1", "0.1"),
        ("0.30000000000000004", "0.3"),
        ("12.300000000000001", "12.3"),
        ("1E-3", "0.001"),
        ("1.5E+6", "1500000"),
        ("100", "100"),
        ("0", "0"),
    ],
)
def test_numbers_have_no_noise(raw: str, read: str) -> None:
    assert value_of(text("turnover", f'<c r="B2"><v>{raw}</v></c>')) == read


def test_a_percent_is_what_the_person_sees() -> None:
    cell = '<c r="B2" s="2"><v>0.125</v></c>'

    assert value_of(text("permanent_share", cell)) == "12.5"


@pytest.mark.parametrize("style", ["1", "3"])
def test_a_day_is_read_as_a_date(style: str) -> None:
    cell = f'<c r="B2" s="{style}"><v>39521</v></c>'

    assert value_of(text("founded_on", cell)) == "2008-03-14"


def test_the_other_calendar_of_workbooks_is_known() -> None:
    book = BOOK["xl/workbook.xml"].replace(
        "<sheets>", '<workbookPr date1904="1"/><sheets>'
    )
    rows = '<row r="2"><c r="A2" t="inlineStr"><is><t>founded_on</t></is></c>'
    rows += '<c r="B2" s="1"><v>38059</v></c></row>'
    sheet = BOOK[SHEET].partition('<row r="2">')[0] + rows + "</sheetData></worksheet>"

    data = archive({"xl/workbook.xml": book, SHEET: sheet})

    assert value_of(data) == "2008-03-14"


def test_what_openpyxl_writes_is_read() -> None:
    rows = [
        ("fact", "value", "observed_at", "year"),
        (
            "founded_on",
            date(2008, 3, 14),
            datetime.fromisoformat("2026-01-02T10:30"),
            None,
        ),
        ("turnover", 0.1 + 0.2, None, 2025),
    ]

    run = recorded(workbook(rows), make.company())

    assert not reasons(run)
    first, second = Statement.objects.order_by("pk")
    assert (first.value, first.observed_at.isoformat()) == (
        "2008-03-14",
        "2026-01-02T09:30:00+00:00",
    )
    assert (second.value, second.year) == ("0.3", 2025)


def test_the_sheet_named_statements_is_preferred() -> None:
    book = BOOK["xl/workbook.xml"].replace(
        "<sheets>", '<sheets><sheet name="Notes" sheetId="2" r:id="rId9"/>'
    )
    data = archive({"xl/workbook.xml": book.replace("Feuil1", "Statements")})

    assert value_of(data) == "47.1"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="B2"><f>1+1</f><v>2</v></c>', "formula_in_cell"),
        ('<c r="B2"><f>1+1</f></c>', "formula_in_cell"),
        ('<c r="B2" t="str"><f>A1</f><v>x</v></c>', "formula_in_cell"),
        ('<c r="B2" t="e"><v>#N/A</v></c>', "error_in_cell"),
        ('<c r="B2" t="inlineStr"><is><t>a_x0007_b</t></is></c>', "control_character"),
        (f'<c r="B2" t="str"><v>{"x" * 40_000}</v></c>', "cell_too_long"),
    ],
    ids=["formula", "no result", "text formula", "error", "control", "long"],
)
def test_a_cell_that_is_no_value_refuses_its_line(cell: str, code: str) -> None:
    run = checked(text("ultimate_parent", cell), make.company())

    assert reasons(run) == [(2, "value", code)]


def test_a_text_that_begins_like_a_formula_is_a_text() -> None:
    cell = '<c r="B2" t="inlineStr"><is><t>=1+1</t></is></c>'

    assert value_of(text("ultimate_parent", cell)) == "=1+1"


def bomb() -> bytes:
    """Return a workbook whose sheet unpacks to far more than it weighs."""
    return archive({SHEET: b"<worksheet>" + b" " * 40_000_000})


def encrypted() -> bytes:
    """Return a workbook whose parts say that they are encrypted."""
    data = bytearray(archive({}))
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = data.find(signature)
        while place >= 0:
            data[place + at] |= 1
            place = data.find(signature, place + 4)
    return bytes(data)


def with_members(count: int) -> bytes:
    """Return a workbook of many parts."""
    return archive({f"xl/media/{number}.png": b"" for number in range(count)})


def broken() -> bytes:
    """Return a workbook whose sheet does not unpack to what it says."""
    data = bytearray(archive({}))
    with zipfile.ZipFile(io.BytesIO(data)) as read:
        place = read.getinfo(SHEET).header_offset + 30 + len(SHEET) + 5
    data[place : place + 20] = b"\xff" * 20
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(), "workbook_too_large"),
        (with_members(600), "workbook_too_large"),
        (encrypted(), "encrypted"),
        (broken(), "not_a_workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "not_a_workbook"),
        (archive({"xl/vbaProject.bin": b"x"}), "has_macros"),
        (
            archive({"[Content_Types].xml": "<a>x.macroEnabled.main+xml</a>"}),
            "has_macros",
        ),
        (archive({"xl/externalLinks/externalLink1.xml": "<a/>"}), "has_external_links"),
        (archive({SHEET: DOCTYPE + BOOK[SHEET]}), "not_a_workbook"),
        (
            archive(
                {"xl/sharedStrings.xml": f"{DOCTYPE}<sst><si><t>&b;</t></si></sst>"}
            ),
            "not_a_workbook",
        ),
        (archive({"xl/workbook.xml": DOCTYPE + "<workbook/>"}), "not_a_workbook"),
        (archive({"xl/styles.xml": DOCTYPE + "<styleSheet/>"}), "not_a_workbook"),
        (archive({SHEET: "<worksheet><sheetData><row r='1'>"}), "not_a_workbook"),
        (archive({SHEET: "<worksheet/>"}), "not_a_workbook"),
        (sheet_of('<row r="2"><c r="A2" t="s"><v>99</v></c></row>'), "not_a_workbook"),
        (sheet_of('<row r="1"><c r="A1"><v>9</v></c></row>'), "not_a_workbook"),
        (sheet_of('<row r="2"><c r="ZZ2"><v>9</v></c></row>'), "too_many_columns"),
        (archive({SHEET: BOOK[SHEET].encode("utf-16")}), "not_a_workbook"),
    ],
    ids=[
        *("bomb", "members", "encrypted", "broken", "cut", "macros", "macro type"),
        *("links", "entities", "shared entities", "book entities", "style entities"),
        *("open", "empty", "no such text", "backwards", "wide", "UTF-16"),
    ],
)
def test_a_workbook_that_means_harm_or_is_damaged_is_refused(
    data: bytes, code: str
) -> None:
    run = checked(data, make.company())

    assert (run.state, run.error_code) == (ImportRun.State.REFUSED, code)


def test_a_workbook_is_read_on_where_it_was_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("companies.importing.making.SLICE_SECONDS", 0.0)
    monkeypatch.setattr(reading, "PART", 7)
    rows = [("fact", "value"), *(("enps", number) for number in range(-50, 50))]

    recorded(workbook(rows), make.company())

    assert [one.value for one in Statement.objects.order_by("pk")] == [*range(-50, 50)]
