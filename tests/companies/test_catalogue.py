"""The catalogue of company facts: every type has one stored form."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies import catalogue
from companies.catalogue import ValueRefused, clean, decimal_text, integer

# One value that each type takes, and the form in which it is kept.
GOOD: dict[str, tuple[Any, Any]] = {
    "string": ("  Filature  du Test ", "Filature du Test"),
    "code": ("5710", "5710"),
    "identifier": ("552 008 443", "552008443"),
    "date": (" 1926-03-01 ", "1926-03-01"),
    "country": (" fr ", "FR"),
    "address": ("1 rue\nde la Laine", "1 rue de la Laine"),
    "entity": ("Groupe du Test", "Groupe du Test"),
    "decimal": ("12,5", "12.5"),
    "money": (1250, "1250"),
    "percent": ("12,50", "12.50"),
    "integer": ("12.0", 12),
    "list[site]": ([{"place": "Roubaix"}], [{"place": "Roubaix"}]),
    "list[certificate]": (["GOTS"], ["GOTS"]),
    "boolean+percent": ("98,5", "98.5"),
    "enum": ("yes", "yes"),
}
# Of the identifiers, only these are checked; each has an example of its own.
NUMBERS = {
    "national_id": ("552 008 443", "552008443", "552008444"),
    "vat_id": ("FR 40 303 265 045", "FR40303265045", "FR41303265045"),
    "lei": ("213800kud8lajwsq9d15", "213800KUD8LAJWSQ9D15", "213800KUD8LAJWSQ9D16"),
}


def refusal(key: str, value: Any) -> str:
    with pytest.raises(ValueRefused) as refused:
        clean(key, value)
    return refused.value.code


@pytest.mark.parametrize(
    "key", [key for key in catalogue.facts() if key not in NUMBERS]
)
def test_every_fact_keeps_a_good_value_in_one_form(key: str) -> None:
    given_value, kept = GOOD[catalogue.facts()[key].type]

    assert clean(key, given_value) == kept


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_with_right_check_digits_is_kept_compact(key: str) -> None:
    written, kept, _wrong = NUMBERS[key]

    assert clean(key, written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("BE 0403.019.261", "BE 0403019261"),
        ("be0403019261", "BE 0403019261"),
        ("CH CHE-100.155.212", "CH CHE100155212"),
        ("SE 123456-7897", "SE 1234567897"),
    ],
)
def test_a_foreign_company_number_is_kept_with_its_country(
    written: str, kept: str
) -> None:
    assert clean("national_id", written) == kept


@pytest.mark.parametrize("written", ["BE 0403019262", "BE", "CH 123", "SE 1234567890"])
def test_a_foreign_company_number_with_wrong_digits_is_refused(written: str) -> None:
    assert refusal("national_id", written) == "check_digit"


@pytest.mark.parametrize("key", NUMBERS)
def test_a_number_with_wrong_check_digits_is_refused(key: str) -> None:
    assert refusal(key, NUMBERS[key][2]) == "check_digit"


@pytest.mark.parametrize("value", ["é", "12", "XX123", "FR", "5520084430"])
@pytest.mark.parametrize("key", NUMBERS)
def test_what_is_no_such_number_is_refused(key: str, value: str) -> None:
    assert refusal(key, value) == "check_digit"


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("legal_name", "", "not_a_text"),
        ("legal_name", " \n", "not_a_text"),
        ("legal_name", 12, "not_a_text"),
        ("legal_name", None, "not_a_text"),
        ("legal_name", "n" * 2001, "too_long"),
        ("founded_on", "1926-02-30", "not_a_date"),
        ("founded_on", "01/03/1926", "not_a_date"),
        ("founded_on", None, "not_a_date"),
        ("tax_residence", "FRA", "not_a_country"),
        ("tax_residence", "F1", "not_a_country"),
        ("tax_residence", None, "not_a_country"),
        ("employees", "many", "not_a_number"),
        ("employees", True, "not_a_number"),
        ("employees", 12.5, "not_a_number"),
        ("employees", "NaN", "not_a_number"),
        ("employees", "Infinity", "not_a_number"),
        ("employees", None, "not_a_number"),
        ("turnover", "1e15", "not_a_number"),
        ("turnover", "1e-3000", "not_a_number"),
        ("enps", "12.5", "not_whole"),
        ("staff_turnover", "1000.01", "out_of_bounds"),
        ("staff_turnover", "-1", "out_of_bounds"),
        ("sites", [], "not_a_list"),
        ("sites", "Roubaix", "not_a_list"),
        ("labels", None, "not_a_list"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    key: str, value: Any, code: str
) -> None:
    assert refusal(key, value) == code


@pytest.mark.parametrize("value", [0, "100", "100.000"])
def test_a_percentage_may_be_nothing_or_everything(value: Any) -> None:
    assert clean("staff_turnover", value) == str(value)


@pytest.mark.parametrize("value", ["-12.5", "-100"])
def test_a_pay_gap_may_be_in_favour_of_women(value: str) -> None:
    assert clean("gender_pay_gap", value) == value


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("enps", 101),
        ("enps", -101),
        ("equality_index", 101),
        ("equality_index", -1),
        ("employees", "-5"),
        ("ghg_scope1", "-1"),
        ("gender_pay_gap", "-101"),
    ],
)
def test_a_number_beyond_the_bounds_of_its_fact_is_refused(
    key: str, value: Any
) -> None:
    assert refusal(key, value) == "out_of_bounds"


def test_an_unknown_fact_is_no_value_s_fault() -> None:
    with pytest.raises(KeyError):
        clean("shoe_size", "42")


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, min_value=-9e14, max_value=9e14, places=6
    )
)
def test_a_decimal_keeps_its_value_and_has_no_exponent(number: Decimal) -> None:
    text = decimal_text(number)

    assert Decimal(text) == number
    assert "E" not in text.upper()


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_is_read_from_number_and_text(number: int) -> None:
    assert integer(number) == integer(f" {number} ") == number


@given(st.text(max_size=30) | st.integers() | st.booleans() | st.none() | st.floats())
def test_any_value_is_cleaned_or_refused_and_nothing_else(value: Any) -> None:
    for key in ("legal_name", "employees", "founded_on", "tax_residence", "vat_id"):
        try:
            clean(key, value)
        except ValueRefused:
            continue


def test_the_mandatory_facts_are_those_of_the_file() -> None:
    keys = catalogue.mandatory_keys()

    assert keys[:3] == ["legal_name", "legal_form", "national_id"]
    assert len(keys) == 11
    assert len(catalogue.facts()) == 34


def test_each_fact_has_a_label_in_both_languages() -> None:
    fact = catalogue.facts()["legal_name"]

    assert fact.label("fr") == "Raison sociale"
    assert fact.label("en") == "Legal name"


@pytest.mark.parametrize(
    "entry",
    [
        {"url": "javascript:alert(1)"},
        {"url": " java\nscript:alert(1)"},
        {"url": "//evil.example"},
        {"url": "ftp://files.example"},
        {"url": "https://"},
        {"scheme": "GOTS", "certificate_url": "certificate 12"},
        {"scheme": "JavaScript:alert(1)"},
        {"more": [{"url": "data:text/html,x"}]},
        "data:text/html;base64,eA==",
        "\x01javascript:alert(1)",
    ],
    ids=repr,
)
def test_a_link_in_a_list_leads_to_a_page_of_the_web(entry: Any) -> None:
    assert refusal("labels", [{"scheme": "GOTS"}, entry]) == "not_an_address"


@pytest.mark.parametrize(
    "entry",
    [
        {"url": "https://gots.example/12?x=1", "scheme": "GOTS"},
        {"url": "HTTP://gots.example"},
        {"url": ""},
        {"scope": "Spinning: wool, cotton; dyeing"},
        {"scope": "Data: of 2025, all sites"},
        "urn:x",
    ],
    ids=repr,
)
def test_what_is_no_link_is_read_as_a_text(entry: Any) -> None:
    assert clean("labels", [entry]) == [entry]
