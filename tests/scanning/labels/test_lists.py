"""Lists of lots and serials, pasted or uploaded."""

import pytest

from scanning.labels.lists import Row, TooManyColumns, decoded, rows


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
