"""CSV as people's programs write it, and what is no table."""

import pytest
from django.conf import LazySettings

from companies.errors import ImportFileRefused
from companies.importing import reading
from companies.models import ImportRun, Statement
from tests import make
from tests.companies.imports.runs import checked, csv_file, reasons, recorded, uploaded

pytestmark = pytest.mark.django_db

FACT = "ultimate_parent"
TEXT = f"fact;value\n{FACT};Société d’été € 12\n"


@pytest.mark.parametrize(
    ("encoding", "recognised"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("cp1252", "windows-1252"),
    ],
)
def test_accents_survive_every_encoding(encoding: str, recognised: str) -> None:
    run = recorded(TEXT.encode(encoding), make.company())

    assert run.encoding == recognised
    assert Statement.objects.get().value == "Société d’été € 12"


@pytest.mark.parametrize(
    "delimiter", [";", ",", "\t"], ids=["semicolon", "comma", "tab"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "mac"])
def test_delimiters_and_ends_of_lines_are_recognised(delimiter: str, end: str) -> None:
    rows = ["fact;value;note", "enps;-5;Compté", "employees;47;"]
    data = end.join(rows).replace(";", delimiter)

    recorded(data.encode(), make.company())

    assert [one.value for one in Statement.objects.order_by("pk")] == [-5, "47"]


def test_a_quoted_text_may_hold_lines_and_delimiters() -> None:
    rows = [("enps", "5", 'un ";"\r\ndeux'), ("shoe", "1", "")]

    run = recorded(csv_file(rows, ("fact", "value", "note")), make.company())

    assert Statement.objects.get().note == 'un ";"\ndeux'
    assert reasons(run) == [(3, "fact", "unknown_fact")]


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("1\u202f234,50 €", "1234.50"),
        ("1 234.50", "1234.50"),
        ("+5", "5"),
        ("0.1", "0.1"),
    ],
)
def test_numbers_are_read_as_programs_show_them(value: str, read: str) -> None:
    recorded(csv_file([("turnover", value)], ("fact", "value")), make.company())

    assert Statement.objects.get().value == read


def test_percents_are_read_with_their_sign() -> None:
    rows = [("permanent_share", "12,5 %")]

    recorded(csv_file(rows, ("fact", "value")), make.company())

    assert Statement.objects.get().value == "12.5"


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "  =1", "=HYPERLINK(1)"],
)
def test_a_formula_is_refused_and_never_recorded(cell: str) -> None:
    rows = [("ultimate_parent", cell), ("enps", "-5")]

    run = checked(csv_file(rows, ("fact", "value")), make.company())

    assert reasons(run) == [(2, "value", "formula_in_cell")]
    assert run.added == 1


@pytest.mark.parametrize(
    ("header", "named"),
    [
        (("fact", "valeur", "couleur"), "couleur"),
        (("fait", "unité"), "valeur"),
        (("fact", "value", "Valeur"), "Valeur"),
        (("a", "b"), "fait, valeur"),
    ],
    ids=["unknown", "missing", "twice", "nothing known"],
)
def test_wrong_headers_are_refused_by_name(header: tuple[str, ...], named: str) -> None:
    run = checked(csv_file([("1",) * len(header)], header), make.company())

    assert (run.state, run.error_code) == (ImportRun.State.REFUSED, "wrong_columns")
    assert named in run.error_text


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 9, "old_or_encrypted"),
        (b"%PDF-1.7\n", "not_a_table"),
        (b"MZ\x90\0\x03\0", "not_a_table"),
        ("fact;value\n".encode("utf-16-le"), "not_a_table"),
    ],
    ids=["empty", "xls", "pdf", "program", "UTF-16 without its mark"],
)
def test_what_is_no_table_is_refused_at_once(data: bytes, code: str) -> None:
    company = make.company()
    editor = make.member(company)

    with pytest.raises(ImportFileRefused) as refused:
        uploaded(data, company, editor)

    assert refused.value.extra == {"reason": code}
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'fact;value\nenps;"5\nemployees;4\n', "line_unreadable"),
        (b'fact;value\nenps;"5"x\n', "line_unreadable"),
        (b"fact;value\n" + b"x" * (1 << 20), "line_too_long"),
        (b"fact;value\nenps;" + b";" * 300 + b"x\n", "too_many_columns"),
        (b"fact;value\nenps;\x81\n", "not_a_text"),
        (b"fact;value\n" + b"a" * 5000 + b"\0\n", "not_a_table"),
        (b"fact;value\n\n;;\n", "no_lines"),
        (b"\n\n", "no_header"),
    ],
    ids=["open", "beyond", "long", "wide", "letters", "zero", "no lines", "no header"],
)
def test_what_cannot_be_read_is_refused_with_a_reason(data: bytes, code: str) -> None:
    run = checked(data, make.company())

    assert (run.state, run.error_code) == (ImportRun.State.REFUSED, code)
    assert len(run.error_text) > 10


@pytest.mark.parametrize(
    ("cell", "code"),
    [("x" * 32_768, "cell_too_long"), ("a\x07b", "control_character")],
    ids=["long", "bell"],
)
def test_a_cell_that_cannot_be_kept_refuses_its_line(cell: str, code: str) -> None:
    rows = [(FACT, cell), ("enps", "5")]

    run = checked(csv_file(rows, ("fact", "value")), make.company())

    assert reasons(run) == [(2, "value", code)]
    assert run.added == 1


def test_a_text_beside_the_columns_refuses_its_line() -> None:
    run = checked(b"fact;value\nenps;5;6\nemployees;47\n", make.company())

    assert reasons(run) == [(2, "", "cell_without_column")]


def test_too_many_lines_are_refused_before_any_is_checked(
    settings: LazySettings,
) -> None:
    settings.MAX_IMPORT_LINES = 3
    rows = [("enps", str(number)) for number in range(4)]

    run = checked(csv_file(rows, ("fact", "value")), make.company())

    assert (run.state, run.error_code, run.done) == ("refused", "too_many_lines", 0)
    assert "3" in run.error_text


def test_too_many_bytes_are_refused_and_nothing_is_kept(settings: LazySettings) -> None:
    settings.MAX_IMPORT_BYTES = 10
    company = make.company()

    with pytest.raises(ImportFileRefused):
        uploaded(TEXT.encode(), company, make.member(company))

    assert not list(settings.IMPORTS_DIR.glob("*"))


def test_a_file_is_read_on_where_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("companies.importing.making.SLICE_SECONDS", 0.0)
    monkeypatch.setattr(reading, "PART", 3)
    rows = [("enps", str(number), 'a\n"b"') for number in range(-5, 5)]

    recorded(csv_file(rows, ("fact", "value", "note")), make.company())

    assert [one.value for one in Statement.objects.order_by("pk")] == [*range(-5, 5)]
