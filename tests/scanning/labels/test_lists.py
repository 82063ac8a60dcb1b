"""Lists of lots and serials, pasted or uploaded."""

from contextlib import suppress

import pytest

from scanning.labels.lists import Row, TooManyColumns, UnreadableLine, decoded, rows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A1\nA2\n", [Row(1, serial="A1"), Row(2, serial="A2")]),
        ("L1;A1\r\nL2;A2", [Row(1, "", "L1", "A1"), Row(2, "", "L2", "A2")]),
        ("952\tL1\tA1", [Row(1, "952", "L1", "A1")]),
        ("\ufeffserie,lot\nA1,L1", [Row(2, "", "L1", "A1")]),
        ("Lot\nL1\n\nL2", [Row(2, lot="L1"), Row(4, lot="L2")]),
        ('"L;1";A1', [Row(1, "", "L;1", "A1")]),
        ("L1;\nL2;A2", [Row(1, "", "L1"), Row(2, "", "L2", "A2")]),
        ("  \n\n", []),
    ],
    ids=[
        "serials",
        "lot-and-serial",
        "tabs",
        "heading",
        "one-heading",
        "quoted",
        "no-serial",
        "empty",
    ],
)
def test_a_list_is_read_as_people_write_it(text: str, expected: list[Row]) -> None:
    assert list(rows(text)) == expected


def test_a_line_with_more_columns_than_the_list_is_named() -> None:
    with pytest.raises(TooManyColumns) as refused:
        list(rows("A1\nA2,B"))
    assert refused.value.args == (2,)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_spreadsheet_s_encoding_is_found(encoding: str) -> None:
    assert decoded("série\nA1".encode(encoding)) == "série\nA1"


def test_line_ends_of_any_kind_are_read() -> None:
    for ends in ("\n", "\r\n", "\r"):
        assert [row.serial for row in rows(f"S1{ends}S2{ends}")] == ["S1", "S2"]


@pytest.mark.parametrize(
    "data",
    [bytes(range(256)), b'"' + b"x" * 200_000 + b'"', b"\xff\xfe\x00", b"\0\0"],
    ids=["every byte", "an endless field", "half a character", "nothing"],
)
def test_no_file_makes_it_fail_without_a_line(data: bytes) -> None:
    with suppress(TooManyColumns, UnreadableLine):
        list(rows(decoded(data)))


def test_a_field_without_end_names_its_line() -> None:
    with pytest.raises(UnreadableLine) as refused:
        list(rows('S1\n"' + "x" * 200_000 + '"'))

    assert refused.value.args[0] >= 1


def test_what_excel_calls_unicode_text_is_read() -> None:
    text = decoded("lot\tserial\nL1\tÉ1".encode("utf-16"))

    assert [(row.lot, row.serial) for row in rows(text)] == [("L1", "É1")]
