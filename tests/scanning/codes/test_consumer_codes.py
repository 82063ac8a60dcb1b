"""What phones and readers hand over, as `parse` understands it."""

import json
from pathlib import Path
from typing import Any

import pytest

from products import gtin
from scanning.codes import InvalidCode, parse, resolve_path

VECTORS = Path(__file__).parents[2] / "vectors" / "consumer_codes.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text())["cases"]
DEMO = "09521234543213"


@pytest.mark.parametrize(
    "case", CASES, ids=[f"{at}-{case['group']}" for at, case in enumerate(CASES)]
)
def test_each_consumer_code_gives_what_is_expected(case: dict[str, Any]) -> None:
    parsed = parse(case["input"], case.get("hint"))

    assert (parsed.kind != "invalid") == case["ok"]
    said = parsed.as_document()
    for name, value in case["expect"].items():
        if name != "note":
            assert said[name] == value


@pytest.mark.parametrize(
    "spelling", ["upc_e", "UPC-E", "UPCE", "upc-e", "Upc E"], ids=repr
)
def test_a_format_is_known_in_any_spelling(spelling: str) -> None:
    assert parse("04252614", spelling).gtin14 == "00042100005264"


def test_the_same_product_has_one_key_in_every_carrier() -> None:
    inputs = [
        "9521234543213", "952-1234-543213", "]E09521234543213", f"]C101{DEMO}",
        f"]d201{DEMO}", f"]Q301{DEMO}", f"\x1d01{DEMO}", f"^01{DEMO}", f"01{DEMO}",
        f"<GS>01{DEMO}", f"(01){DEMO}", f"(01) {DEMO}", f"https://a.example/01/{DEMO}",
        f"HTTPS://A.EXAMPLE/01/{DEMO}", f"a.example/01/{DEMO}", f"/01/{DEMO}",
        f"https://a.example/gtin/{DEMO}/", "https://a.example/01/9521234543213",
    ]  # fmt: skip

    assert {parse(one).key for one in inputs} == {f"/01/{DEMO}"}


def test_qualifiers_come_in_order_and_attributes_beside_the_key() -> None:
    parsed = parse(f"(01){DEMO}(17)261231(21)S1(10)L/1(22)2A")

    assert parsed.key == f"/01/{DEMO}/22/2A/10/L%2F1/21/S1"
    assert parsed.digital_link == f"https://id.gs1.org{parsed.key}?17=261231"
    assert (parsed.lot, parsed.serial) == ("L/1", "S1")


def test_lots_keep_their_case_and_their_zeros() -> None:
    assert parse(f"(01){DEMO}(10)00aB").key == f"/01/{DEMO}/10/00aB"


def test_a_case_is_a_product_of_its_own() -> None:
    said = parse("15400141288763", "itf").as_document()

    assert said["gtin14"] == "15400141288763"
    assert (said["symbology"], said["indicator"]) == ("ITF-14", "1")
    assert said["base_gtin"] == "05400141288766"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("]XX", "value"),
        ("]E0123456789012", "length"),
        (f"]C1^01{DEMO}", "ai"),
        (f"]C101{DEMO}10A^B", "charset"),
        (f"(01){DEMO}(37)5", "mutex"),
        (f"(02){DEMO}", "requires 37"),
        ("(10)LOT", "requires 01"),
        (f"(01){DEMO}(10)A(10)B", "duplicate"),
        ("91234565", "check_digit"),
        (f"https://a.example/01/{DEMO}/21/N/10/L", "order"),
        (f"https://a.example/01/{DEMO}/17/261231", "attribute in path"),
        (f"https://a.example/01/{DEMO}/8011/5", "qualifier of another key"),
        (f"https://a.example/01/{DEMO}/99/A", "attribute in path"),
        (f"https://a.example/01/{DEMO}/98765/A", "ai"),
        (f"https://a.example/01/{DEMO}/10/L/10/L", "duplicate"),
        (f"https://a.example/01/{DEMO}/10/L?10=L", "duplicate"),
        (f"https://a.example/01/{DEMO}?10=L", "qualifier in query"),
        (f"https://a.example/01/{DEMO}?17=261331", "date"),
        (f"https://a.example/01/{DEMO}/10/%C3%A9", "charset"),
        (f"https://a.example/01/{DEMO}/10/é", "charset"),
        (f"https://a.example/01/{DEMO}/10/%ff", "charset"),
        (f"https://a.example/01/{DEMO}/10/%2", "charset"),
        ("https://a.example/01/0952123454321X", "not numeric"),
        ("https://a.example/01/952", "length"),
        ("(01)123456789012345", "length"),
        (f"(01){DEMO}(17)2613311", "length"),
        (f"https://a.example/01/{DEMO}?17=2613311", "length"),
        ("/ehZZ", "charset"),
        ("x" * 2_049, "length"),
    ],
)
def test_what_is_wrong_says_why(text: str, reason: str) -> None:
    parsed = parse(text)

    assert (parsed.kind, parsed.reason, parsed.gtin14) == ("invalid", reason, None)


def test_a_upc_e_of_another_number_system_is_invalid() -> None:
    assert parse("91234565", "upc_e").reason == "value"


@pytest.mark.parametrize(
    "text",
    [
        "²017620422003", "12345", "]A0ABC", "](01", "(hello)", "^hello",
        "hello <GS> world", "https://shop.example/articles/01/shoes",
        "https://brand.example/2024/00/12345", "Https://id.gs1.org/01/9521234543213",
        "www.example.org/promo", "00123", "01 is my favourite",
    ],
)  # fmt: skip
def test_what_is_no_code_stays_text(text: str) -> None:
    assert parse(text).kind == "text"


def test_a_wrong_check_digit_is_told_in_every_carrier() -> None:
    wrong = DEMO[:-1] + "4"

    for text in (wrong[1:], f"(01){wrong}", f"https://a.example/01/{wrong}"):
        assert parse(text).expected_check == "3"


@pytest.mark.parametrize("serial", ["eh", "ex", "eh3074257bf7194e4000"])
def test_a_serial_number_that_looks_like_a_tag_is_a_serial_number(serial: str) -> None:
    for text in (f"https://a.example/01/{DEMO}/21/{serial}", f"/01/{DEMO}/21/{serial}"):
        parsed = parse(text)
        assert (parsed.gtin14, parsed.serial) == (DEMO, serial)


def test_a_tag_in_an_address_is_read() -> None:
    address = "https://a.example/stem/eh3074257bf7194e4000001a85"

    assert parse(address).key == "/01/80614141123458/21/6789"
    assert parse("https://a.example/ehZZ").kind == "text"


def test_an_identifier_may_come_beside_the_text() -> None:
    assert parse(f"01{DEMO}10L", symbology_identifier="]d2").lot == "L"
    assert parse("9521234543213", symbology_identifier="]E0").gtin14 == DEMO
    assert parse("9521234543213", symbology_identifier="]XX").reason == "value"
    assert parse("9521234543213", format="ean_13", symbology_identifier="").gtin14


def test_a_product_in_a_query_is_made_14_digits_long() -> None:
    parsed = parse("https://a.example/8004/9520614141234567?01=9521234543213")

    assert parsed.value_of("01") == DEMO


def test_no_more_than_64_identifiers_are_read() -> None:
    assert parse("]C1" + "\x1d".join(["99A"] * 64)).kind == "gs1"
    assert parse("]C1" + "\x1d".join(["99A"] * 65)).reason == "length"


def test_a_logistic_unit_says_what_it_holds() -> None:
    said = parse(f"]C10010614141123456789702{DEMO}3712").as_document()

    assert (said["kind"], said["gtin14"]) == ("sscc", None)
    assert (said["content_gtin"], said["content_count"]) == (DEMO, "12")


def test_an_add_on_is_never_part_of_the_key() -> None:
    for text in ("]E3977002808300212", "]E39770028083002 12"):
        parsed = parse(text)
        assert parsed.key == "/01/09770028083002"
        assert parsed.details["add_on"] == "12"


def test_a_composite_adds_its_identifiers() -> None:
    assert parse(f"]e001{DEMO}|]e010L1").key == f"/01/{DEMO}/10/L1"
    above = parse("]E09521234543213|]e010L1\x1d17261231")
    assert (above.kind, above.key, above.lot) == ("gtin", f"/01/{DEMO}/10/L1", "L1")
    assert above.digital_link == f"https://id.gs1.org/01/{DEMO}/10/L1?17=261231"
    assert parse("]E09521234543213|]e010").reason == "length"


@pytest.mark.parametrize("body", ["201234501234", "021234501234", "041234501234"])
def test_an_in_store_number_never_resolves_in_any_carrier(body: str) -> None:
    number = body + str(gtin.check_digit(body))

    for text in (number, f"(01)0{number}", f"https://a.example/01/0{number}"):
        parsed = parse(text)
        assert (parsed.kind, parsed.gtin14, parsed.key) == ("rcn", None, None)


def test_an_itf_is_read_whole_or_not_at_all() -> None:
    for digits in ("96385074", "036000291452", "04252614", "9521234543213"):
        assert parse(digits, "itf").kind == "text"
        assert parse(digits, symbology_identifier="]I0").kind == "text"
    assert parse("09521234543213", "itf").details["indicator"] == "0"


def test_half_a_character_is_refused_like_any_other() -> None:
    for text in (
        "https://a.example/\ud83d", f"/01/{DEMO}/10/\ud800", "a.b/\ud800", "\udfff",
    ):  # fmt: skip
        assert parse(text).reason == "charset"
    with pytest.raises(InvalidCode):
        resolve_path(f"/01/{DEMO}/10/\ud800")


def test_a_short_number_made_long_is_still_one_shop_s() -> None:
    for text in ("000020000011", "0000020000011", "00000020000011", "20000011"):
        assert parse(text).kind == "rcn"


def test_a_lot_with_a_dot_and_a_slash_is_no_address() -> None:
    assert parse(f"01{DEMO}10A.B/C").lot == "A.B/C"
    assert parse(f"01.example/01/{DEMO}").key == f"/01/{DEMO}"


@pytest.mark.parametrize("space", ["\u3000", "\xa0", "\u2028", "\x85", "\u200f"])
def test_any_space_around_a_code_is_dropped(space: str) -> None:
    assert parse(f"{space}9521234543213{space}").gtin14 == DEMO
    assert parse(f"{space}https://a.example/01/{DEMO}{space}").gtin14 == DEMO


def test_a_semicolon_inside_a_value_belongs_to_it() -> None:
    assert parse(f"https://a.example/01/{DEMO}?99=a;b").value_of("99") == "a;b"
    assert parse(f"https://a.example/01/{DEMO}?99=a;98=b").value_of("98") == "b"
    assert parse(f"https://a.example/01/{DEMO}?17").key == f"/01/{DEMO}"


def test_what_was_forgiven_is_said() -> None:
    assert parse("04252614").warnings == ("ambiguous_symbology",)
    assert parse("04252614", "upc_e").warnings == ()
    assert parse(f"a.example/gtin/{DEMO}/?17=261231;99=A").warnings == (
        "missing_scheme", "trailing_slash", "alphas", "semicolons",
    )  # fmt: skip
