"""In-store numbers inside their store, prefixes, tags, and single rules of GS1."""

import pytest

from products.gtin import check_digit
from scanning.codes import (
    InvalidCode,
    coupons,
    dictionary,
    epc,
    parse,
    prefixes,
    resolve_path,
)
from scanning.codes.element_strings import read_bracketed
from scanning.codes.linters import LINTERS, alpha_check_pair
from scanning.codes.stores import Layout, Store, check_layout, price_check_digit

SHOP = Store(
    "halles",
    (
        Layout("21IIIIIPPPPPC"),
        Layout("29IIIIIWWWWWC", "KGM", 3),
        Layout("02IIIIVPPPPPC"),
        Layout("27IIIIIIQQQQC", "H87", 0),
    ),
)


def in_shop(body: str) -> dict[str, object]:
    return parse(body + str(check_digit(body)), "ean_13", store=SHOP).as_document()


def test_a_price_is_read_where_the_chain_puts_it() -> None:
    said = in_shop("211234501234")

    assert (said["kind"], said["gtin14"]) == ("rcn", None)
    assert (said["store"], said["item"]) == ("halles", "12345")
    assert (said["price"], said["currency"]) == ("12.34", "EUR")


def test_a_weight_is_read_where_the_chain_puts_it() -> None:
    said = in_shop("291234501234")

    assert (said["item"], said["weight"], said["unit"]) == ("12345", "1.234", "KGM")


def test_pieces_are_counted() -> None:
    assert in_shop("271234560012")["pieces"] == "12"


def test_a_price_with_a_wrong_check_digit_of_its_own_is_left_out() -> None:
    assert in_shop("021234614685")["price"] == "146.85"
    assert in_shop("021234514685")["price_check"] == "wrong"
    assert "price" not in in_shop("021234514685")


def test_without_a_layout_the_whole_number_is_the_item() -> None:
    said = in_shop("041234501234")

    assert said["item"] == "0412345012349"


def test_outside_a_store_an_in_store_number_says_nothing() -> None:
    body = "211234501234"

    assert "item" not in parse(body + str(check_digit(body))).as_document()


@pytest.mark.parametrize(("price", "digit"), [("2875", "9"), ("14685", "6")])
def test_price_check_digits_are_those_of_the_specifications(
    price: str, digit: str
) -> None:
    assert price_check_digit(price) == digit


@pytest.mark.parametrize(
    "pattern",
    ["", "21IIIIIPPPPP", "IIIIIIPPPPPCC", "21PPPPPPPPPPC", "21IIPPIIPPPPC",
     "21IIIIPPWWWWC", "21IIIIVPPPPPPC", "21IIIVWWWWWWC"],
)  # fmt: skip
def test_a_layout_that_cannot_be_read_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match=r"[a-z]"):
        check_layout(Layout(pattern))


def test_layouts_of_the_shop_above_are_accepted() -> None:
    for layout in SHOP.layouts:
        check_layout(layout)


@pytest.mark.parametrize(
    ("gtin14", "name"),
    [
        ("03017620422003", "GS1 France"), ("04006381333931", "GS1 Germany"),
        ("00036000291452", "GS1 US"), ("00000030663602", "GS1 France"),
        ("02012345012349", None), ("09521234543213", None), ("19521234543210", None),
    ],
)  # fmt: skip
def test_a_prefix_names_who_gave_the_number_out(gtin14: str, name: str | None) -> None:
    assert prefixes.issuer(gtin14) == name


@pytest.mark.parametrize(
    ("tag", "bracketed"),
    [
        # Made with the Python package epcpy 0.1.8, which nobody here wrote.
        ("3034257bf7194e4000001a85", "(01)80614141123458(21)6789"),
        ("30211909ad65600000bc614e", "(01)03017620422003(21)12345678"),
        (
            "3634257bf7194e5b6eddbd7c1f400000000000000000000000",
            "(01)80614141123458(21)6nno/Az",
        ),
        ("3134257bf4499602d2000000", "(00)106141412345678908"),
        ("3234257bf460720000000190", "(414)0614141123452(254)400"),
        ("3334257bf40c0e4000000190", "(8003)00614141123452400"),
        ("3434257bf400000000bc6038", "(8004)061414112345400"),
        ("2d14257bf4499602d2000000", "(8018)061414112345678902"),
        ("2c34257bf460720000000190", "(253)0614141123452400"),
    ],
    ids=lambda value: value[:4] if value.isalnum() else value[:6],
)
def test_tags_of_each_scheme_are_read(tag: str, bracketed: str) -> None:
    assert epc.read_hex(tag) == read_bracketed(bracketed)


@pytest.mark.parametrize(
    "tag", ["", "30", "3", "ff" * 12, "307f" + "0" * 20, "307c" + "f" * 20, "30" * 65]
)
def test_a_broken_tag_is_refused(tag: str) -> None:
    with pytest.raises(InvalidCode):
        epc.read_hex(tag)


def test_a_tag_in_base64url_is_the_same_tag() -> None:
    assert epc.read_base64url("MHQle_cZTkAAABqF") == [
        ("01", "80614141123458"),
        ("21", "6789"),
    ]


@pytest.mark.parametrize(
    ("linter", "good", "bad"),
    [
        ("yymmdd", "240229", "230229"), ("yymmdd", "991231", "990431"),
        ("yymmd0", "260200", "261300"), ("yyyymmdd", "20000229", "19000229"),
        ("hhmi", "2359", "2400"), ("ss", "59", "60"), ("iso3166", "250", "251"),
        ("iso3166999", "999", "998"), ("iso3166alpha2", "FR", "fr"),
        ("iso4217", "978", "000"), ("iso5218", "9", "3"), ("winding", "9", "2"),
        ("mediatype", "80", "11"), ("packagetype", "PX", "P"), ("yesno", "1", "2"),
        ("hyphen", "-", "x"), ("zero", "0", "1"), ("nonzero", "0001", "0000"),
        ("nozeroprefix", "10", "010"), ("hasnondigit", "1A", "11"),
        ("importeridx", "_", "/"), ("pcenc", "A%20B", "A%2"),
        ("latitude", "1800000000", "1800000001"),
        ("longitude", "3600000000", "3600000001"),
        ("pieceoftotal", "0102", "0201"), ("posinseqslash", "2/10", "11/10"),
        ("iban", "FR7630006000011234567890189", "FR7630006000011234567890188"),
        ("gcppos1", "1234A", "123A"), ("gcppos2", "A1234", "A123"),
        ("csumalpha", "1987654Ad4X4bL5ttr2310c2K", "1987654Ad4X4bL5ttr2310cXK"),
        ("couponcode", "012345612345611110123", "012345612345601110123"),
        ("couponposoffer", "001234561234560123456", "201234561234560123456"),
    ],
)  # fmt: skip
def test_each_linter_tells_good_from_bad(linter: str, good: str, bad: str) -> None:
    assert LINTERS[linter](good) is None
    assert LINTERS[linter](bad) is not None


def test_the_model_number_of_the_specifications_has_its_check_pair() -> None:
    assert alpha_check_pair("1987654Ad4X4bL5ttr2310c") == "2K"


@pytest.mark.parametrize(
    ("options", "is_good"),
    [
        ("101101239", True), ("141101239", False), ("2110123" "0123456", True),
        ("3261231", True), ("3261331", False), ("32612314261230", True),
        ("32612304261231", False), ("50123456", True), ("61" "1234567", True),
        ("60" "123456", False), ("90000", True), ("93000", False), ("7", False),
    ],
)  # fmt: skip
def test_optional_fields_of_a_coupon_follow_their_rules(
    options: str, is_good: bool
) -> None:
    refused = coupons.check_coupon_code("012345612345611110123" + options)

    assert (refused is None) == is_good


def test_every_identifier_has_a_description_that_can_be_checked() -> None:
    assert len(dictionary.IDENTIFIERS) == 541
    for ai in dictionary.IDENTIFIERS:
        with pytest.raises(InvalidCode):
            dictionary.check_value(ai, "")


def test_levels_lead_from_the_finest_to_the_product_alone() -> None:
    levels = resolve_path("/01/9521234543213/22/V/10/L/21/S").levels

    root = "/01/09521234543213"
    assert levels == (
        f"{root}/22/V/10/L/21/S", f"{root}/10/L/21/S", f"{root}/22/V/21/S",
        f"{root}/21/S", f"{root}/22/V/10/L", f"{root}/10/L", f"{root}/22/V", root,
    )  # fmt: skip
