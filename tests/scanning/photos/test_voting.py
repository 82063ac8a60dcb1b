"""What makes a code certain, by the votes of two engines on many preparations."""

import pytest

from scanning.photos import voting
from scanning.photos.voting import PYZBAR, ZXING, Polygon, Read

HERE: Polygon = ((0.1, 0.1), (0.4, 0.1), (0.4, 0.3), (0.1, 0.3))
THERE: Polygon = ((0.6, 0.6), (0.9, 0.6), (0.9, 0.8), (0.6, 0.8))
RIGHT, WRONG = "4006381333931", "5901234123457"


def votes(
    text: str,
    *,
    zxing: int = 0,
    pyzbar: int = 0,
    form: str = "ean_13",
    place: Polygon = HERE,
) -> list[Read]:
    """Return so many reads of each engine, each of another preparation."""
    return [
        Read(text, form, "]E0" if engine == ZXING else "", engine, f"{number}", place)
        for engine, count in ((ZXING, zxing), (PYZBAR, pyzbar))
        for number in range(count)
    ]


def confirmed(reads: list[Read]) -> list[str]:
    return [code.text for code in voting.count(reads) if code.is_confirmed]


@pytest.mark.parametrize(
    ("zxing", "pyzbar", "is_certain"),
    [
        (1, 0, False),
        (1, 1, False),
        (1, 4, False),
        (2, 0, False),
        (2, 1, True),
        (3, 0, False),
        (4, 0, True),
        (0, 4, False),
        (0, 5, True),
    ],
)
def test_bars_need_reads_enough(zxing: int, pyzbar: int, is_certain: bool) -> None:
    assert bool(confirmed(votes(RIGHT, zxing=zxing, pyzbar=pyzbar))) is is_certain


def test_two_reads_of_one_preparation_are_one_vote() -> None:
    assert confirmed([*votes(RIGHT, zxing=1), *votes(RIGHT, zxing=1, pyzbar=1)]) == []


@pytest.mark.parametrize("form", ["qr_code", "data_matrix", "aztec", "pdf417"])
def test_a_code_that_corrects_itself_needs_one_read(form: str) -> None:
    assert confirmed(votes("https://example.org", zxing=1, form=form))


@pytest.mark.parametrize("form", ["upc_e", "code_39", "codabar"])
def test_a_code_without_check_digit_needs_both_engines(form: str) -> None:
    assert confirmed(votes("01264904", zxing=9, form=form)) == []
    assert confirmed(votes("01264904", pyzbar=9, form=form)) == []
    assert confirmed(votes("01264904", zxing=2, pyzbar=1, form=form)) == ["01264904"]


@pytest.mark.parametrize("text", ["123456", "0829220874", "30712345000011"])
def test_an_itf_is_certain_as_an_itf_14_only(text: str) -> None:
    assert confirmed(votes(text, zxing=9, pyzbar=9, form="itf")) == []
    whole = votes("30712345000010", zxing=2, pyzbar=1, form="itf")
    assert confirmed(whole) == ["30712345000010"]


def test_a_rival_in_the_same_place_must_be_outvoted_three_to_one() -> None:
    rival = votes(WRONG, pyzbar=1)

    assert confirmed([*votes(RIGHT, zxing=1, pyzbar=1), *rival]) == []
    assert confirmed([*votes(RIGHT, zxing=2, pyzbar=1), *rival]) == [RIGHT]
    assert confirmed([*votes(RIGHT, zxing=3, pyzbar=2), *votes(WRONG, zxing=2)]) == []


def test_an_outvoted_misread_is_not_shown() -> None:
    seen = voting.count([*votes(RIGHT, zxing=4), *votes(WRONG, pyzbar=1)])

    assert [code.text for code in seen] == [RIGHT]


def test_two_codes_in_two_places_are_no_rivals() -> None:
    reads = [*votes(RIGHT, zxing=4), *votes(WRONG, zxing=4, place=THERE)]

    assert set(confirmed(reads)) == {RIGHT, WRONG}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("0012546619592", "ean_13"), ("012546619592", "upc_a")),
        (("0012345000065", "ean_13"), ("01234565", "upc_e")),
        (("0104412345678909", "data_bar"), ("04412345678909", "data_bar")),
    ],
)
def test_one_symbol_in_two_spellings_is_one_product(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    reads = [
        *votes(one[0], zxing=2, form=one[1]),
        *votes(other[0], pyzbar=1, form=other[1]),
    ]
    seen = voting.count(reads)

    assert [(code.text, code.is_confirmed) for code in seen] == [(one[0], True)]
    assert seen[0].engines == (PYZBAR, ZXING)


def test_certain_products_come_first_and_candidates_last() -> None:
    marketing = votes("https://example.org/win", zxing=1, form="qr_code", place=THERE)
    candidate = votes(WRONG, zxing=1, place=THERE)
    seen = voting.count([*candidate, *marketing, *votes(RIGHT, zxing=4)])

    assert [code.text for code in seen] == [RIGHT, "https://example.org/win", WRONG]


@pytest.mark.parametrize(
    ("text", "form", "identifier", "is_product"),
    [
        (RIGHT, "ean_13", "]E0", True),
        ("0104006381333931", "data_bar", "]e0", True),
        ("0104006381333931\x1d10A", "data_matrix", "]d2", True),
        ("HTTPS://ID.EXAMPLE.ORG/01/04006381333931", "qr_code", "]Q1", True),
        ("https://example.org/shop/414/4006381333931/", "qr_code", "]Q1", True),
        (RIGHT, "qr_code", "]Q1", True),
        ("https://example.org/win?p=/01/1", "qr_code", "]Q1", False),
        ("LOT-2026", "code_128", "]C0", False),
    ],
)
def test_reading_goes_on_until_a_product_is_named(
    text: str, form: str, identifier: str, is_product: bool
) -> None:
    reads = [
        read._replace(symbology_identifier=identifier)
        for read in votes(text, zxing=4, form=form)
    ]

    assert voting.is_enough(voting.count(reads)) is is_product


def test_a_candidate_is_not_enough() -> None:
    assert not voting.is_enough(voting.count(votes(RIGHT, zxing=1)))


def test_no_more_looks_at_what_is_certain_or_never_will_be() -> None:
    part = votes("123456", zxing=2, pyzbar=1, form="itf", place=THERE)

    assert voting.settled(votes(RIGHT, zxing=1)) == []
    assert voting.settled(votes("x", zxing=1, form="qr_code")) == [HERE]
    assert set(voting.settled(part)) == {THERE}
