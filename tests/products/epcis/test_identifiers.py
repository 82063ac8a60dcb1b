"""Things, places and parties by whatever URI they come."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from products.epcis import identifiers
from tests.products.epcis import world


@pytest.mark.parametrize(
    ("uri", "key"),
    [
        ("urn:epc:id:sgtin:4012345.011122.25", "01/04012345111224/21/25"),
        ("urn:epc:id:sgtin:401234501112.2.25", "01/24012345011122/21/25"),
        ("urn:epc:class:lgtin:4054739.099914.2016", "01/04054739999148/10/2016"),
        ("urn:epc:idpat:sgtin:4012345.066666.*", "01/04012345666663"),
        ("urn:epc:id:sscc:4012345.0000000333", "00/040123450000003338"),
        ("urn:epc:id:sgln:4012345.00011.987", "414/4012345000115/254/987"),
        ("urn:epc:id:sgln:4012345.00011.0", "414/4012345000115"),
        ("urn:epc:id:pgln:4012345.00000", "417/4012345000009"),
        ("urn:epc:id:sgtin:4012345.011122.a%2Fb", "01/04012345111224/21/a%2Fb"),
        ("https://id.gs1.de/01/4012345111224/21/25", "01/04012345111224/21/25"),
        ("http://x.example/a/01/4012345111224/10/L/21/S?a=b", "01/04012345111224/21/S"),
        ("https://x.example/01/04012345111224/10/L/", "01/04012345111224/10/L"),
        ("https://x.example/01/04012345111224/22/V", "01/04012345111224"),
        ("https://x.example/414/4012345000115/254/9", "414/4012345000115/254/9"),
    ],
)  # fmt: skip
def test_every_form_has_one_canonical_key(uri: str, key: str) -> None:
    assert identifiers.canonical(uri) == f"https://id.gs1.org/{key}"


@pytest.mark.parametrize(
    "uri",
    [
        "https://id.gs1.org/01/04012345111225",
        "https://shop.example/01/04012345111225/21/1",
        "https://id.gs1.org/01",
        "https://id.gs1.org/",
        "urn:epc:id:sgtin:4012345.0111.25",
        "urn:epc:id:sgtin:4012345.011122.",
        "urn:epc:id:sgtin",
        "https://id.gs1.org/01/04012345111224/21/%00",
        "no uri",
        "",
    ],
)
def test_a_gs1_identifier_gone_wrong_is_no_thing(uri: str) -> None:
    assert identifiers.thing(uri) is None


@pytest.mark.parametrize(
    "uri",
    [
        "https://transaction.example/po/12345678",
        "urn:uuid:4c64ed8a-0000-4000-8000-000000000001",
        "urn:epc:id:bic:CSQU3054383",
        "https://shop.example/page/401/hello/world",
        "geo:47.5,11.1",
    ],
)
def test_somebodys_own_uri_stays_as_it_is(uri: str) -> None:
    found = world.thing(uri)

    assert (found.key, found.kind, found.gtin) == (uri, "other", "")


def test_a_thing_tells_its_parts() -> None:
    assert world.thing(world.LOT)[1:] == ("lot", world.GTIN, "LOT-1", "")
    assert world.thing(world.ITEM)[1:] == ("item", world.GTIN, "", "A1")
    assert world.thing(world.PALLET).kind == "logistic"
    assert world.thing(f"https://id.gs1.org/01/{world.GTIN}").kind == "model"


def test_a_product_with_lot_and_serial_is_the_item() -> None:
    assert identifiers.of_product(world.GTIN, "LOT-1", "A1").key == world.ITEM
    assert identifiers.of_product(world.GTIN, "LOT-1").key == world.LOT
    assert identifiers.of_product(world.GTIN, lot="a/b").lot == "a/b"


@settings(max_examples=60)
@given(
    st.text()
    | st.from_regex(r"urn:epc:(id|class|idpat):[a-z]{3,6}:[0-9.*%A-Z]{0,30}")
    | st.from_regex(r"https?://[a-z.\[\]:]{0,9}(/[0-9A-F%.-]{0,14}){0,7}")
)
def test_no_text_breaks_it_and_canonical_is_final(uri: str) -> None:
    key = identifiers.canonical(uri)

    assert identifiers.canonical(key) == key
    if (found := identifiers.thing(uri)) is not None:
        assert found.key == key
        assert identifiers.thing(key) == found
