"""The vocabulary of the sheet: every type has one stored form, and refuses the rest."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.catalogue import ValueRefused
from products import vocabulary
from products.vocabulary import clean

# One value that each type takes, and the form in which it is kept.
GOOD: dict[str, list[tuple[Any, Any]]] = {
    "text": [("  Laine \n fine ", "Laine fine")],
    "lang_text": [("Pull", {"fr": "Pull"}), ({"en": " Knit "}, {"en": "Knit"})],
    "codes": [(["en:wool", " en:knit "], ["en:wool", "en:knit"])],
    "code": [(" made_in ", "made_in"), ("en:AB+ 1.2-x", "en:AB+ 1.2-x")],
    "variant_code": [(" A-1/b ", "A-1/b"), ("X" * 20, "X" * 20)],
    "product": [
        (
            {"gtin": "09520000000011", "name": " Pull ", "since": "2026-03-01"},
            {"gtin": "09520000000011", "name": "Pull", "since": "2026-03-01"},
        )
    ],
    "decimal": [("1 200,50", "1200.50"), (3, "3"), ("-1", "-1")],
    "money": [("12,90", "12.90"), (0, "0")],
    "percent": [("5,5", "5.5"), (100, "100"), ("100.00", "100.00"), (0, "0")],
    "quantity": [
        ({"value": "500", "unit": "GRM"}, {"value": "500", "unit": "GRM"}),
        ({"value": "1,5", "unit": " LTR "}, {"value": "1.5", "unit": "LTR"}),
    ],
    "url": [("https://exemple.fr/a.png", "https://exemple.fr/a.png")],
    "duration": [(" P3DT4H30M ", "P3DT4H30M"), ("PT45M", "PT45M"), ("P0D", "P0D")],
    "grade": [({"grade": "a", "score": -3}, {"grade": "a", "score": -3})],
    "integer": [("4", 4)],
    "year": [(2024, 2024), ("2024", 2024)],
    "list": [([{"place": "Roubaix"}], [{"place": "Roubaix"}])],
    "country": [("FR", "FR")],
}
EXAMPLE = {field.type: field.path for field in vocabulary.fields().values()}
BAD: dict[str, list[tuple[Any, str]]] = {
    "text": [
        ("", "not_a_text"),
        (" ", "not_a_text"),
        (1, "not_a_text"),
        (None, "not_a_text"),
        ("x" * 10_001, "too_long"),
    ],
    "lang_text": [
        ({}, "not_a_text"),
        ("", "not_a_text"),
        ([], "not_a_text"),
        ({"fr": 1}, "not_a_text"),
        (None, "not_a_text"),
    ],
    "codes": [
        ([], "not_a_list"),
        ("a", "not_a_list"),
        ([""], "not_a_text"),
        ([1], "not_a_text"),
    ],
    "code": [("é", "not_a_code"), ("x" * 121, "not_a_code"), (1, "not_a_text")],
    "variant_code": [
        ("é", "not_a_variant_code"),
        ("X" * 21, "not_a_variant_code"),
        ("a b", "not_a_variant_code"),
        (1, "not_a_text"),
    ],
    "product": [
        ("09520000000011", "not_a_product"),
        ({"gtin": "1", "name": "a"}, "not_a_product"),
        ({"gtin": "1", "name": "a", "since": "hier"}, "not_a_date"),
    ],
    "decimal": [("x", "not_a_number"), (1.5, "not_a_number"), (None, "not_a_number")],
    "money": [("-1", "out_of_bounds"), ("x", "not_a_number")],
    "percent": [
        ("100.01", "out_of_bounds"),
        ("-1", "out_of_bounds"),
        ("1000", "out_of_bounds"),
        ("100.00000000000000001", "out_of_bounds"),
        ("x", "not_a_number"),
    ],
    "quantity": [
        ("500 g", "not_a_quantity"),
        ({"value": "1"}, "not_a_quantity"),
        ({"value": "1", "unit": "GRM", "of": "wool"}, "not_a_quantity"),
        ({"value": "-1", "unit": "GRM"}, "out_of_bounds"),
        ({"value": "1", "unit": "é"}, "not_a_code"),
    ],
    "url": [
        ("http://exemple.fr", "not_a_url"),
        ("javascript:alert(1)", "not_a_url"),
        (None, "not_a_text"),
    ],
    "duration": [
        ("P", "not_a_duration"),
        ("PT", "not_a_duration"),
        ("P1DT", "not_a_duration"),
        ("PT5S", "not_a_duration"),
        ("P1Y", "not_a_duration"),
        ("3 jours", "not_a_duration"),
        ("P" + "9" * 5000 + "D", "not_a_duration"),
        (45, "not_a_text"),
    ],
    "grade": [
        ("a", "not_a_grade"),
        ({}, "not_a_grade"),
        ({"grade": 1}, "not_a_grade"),
        ({"grade": "a" * 21}, "not_a_grade"),
        ({"grade": "a", "score": 1.5}, "not_a_grade"),
    ],
    "integer": [("1.5", "not_whole"), ("x", "not_a_number"), (True, "not_a_number")],
    "year": [("x", "not_a_number")],
    "list": [
        ([], "not_a_list"),
        ("a", "not_a_list"),
        (["a"], "not_a_list"),
        ([{"place": "a"}, "b"], "not_a_list"),
        ({"place": "a"}, "not_a_list"),
    ],
}


# Lists whose entries say nothing without some of their members.
WHOLE_ITEMS: dict[str, dict[str, Any]] = {
    "price.components": {"code": "energy", "amount": "1.20"},
    "eco.pcf_by_stage": {"stage": "use", "kg_co2e": "0.4"},
    "manufacturing.work_time_by_stage": {"stage": "assembly", "minutes": 12},
    "price.labour_by_place": {"country": "PT", "workers": 12},
    "eco.green_score_adjustments": {"code": "packaging", "points": -5},
    "eco.environmental_impacts": {"code": "cch", "amount": "5.2"},
    "eco.environmental_cost_complements": {"code": "microfibers", "points": "80"},
    "nutrition.other_nutrients": {"code": "polyols", "grams": "1.2"},
}


def nested(levels: int) -> Any:
    """Return lists in lists."""
    return [nested(levels - 1)] if levels else []


@pytest.mark.parametrize("path", WHOLE_ITEMS)
def test_an_entry_without_what_it_is_about_is_refused(path: str) -> None:
    for member in WHOLE_ITEMS[path]:
        rest = {key: one for key, one in WHOLE_ITEMS[path].items() if key != member}
        with pytest.raises(ValueRefused) as refused:
            clean(path, [rest])
        assert refused.value.code == "member_missing"


def test_an_empty_member_is_left_out() -> None:
    entries = clean("price.components", [{"code": "energy", "amount": 1, "place": ""}])

    assert entries == [{"code": "energy", "amount": "1"}]


@pytest.mark.parametrize("path", vocabulary.fields())
def test_every_field_keeps_a_good_value_in_one_form(path: str) -> None:
    if path in WHOLE_ITEMS:
        assert clean(path, [WHOLE_ITEMS[path]]) == [WHOLE_ITEMS[path]]
        return
    field = vocabulary.fields()[path]
    for value, kept in GOOD[field.type]:
        if field.least is not None and float(kept) < float(field.least):
            continue
        assert clean(path, value) == kept


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        pytest.param(kind, value, code, id=f"{kind} {number} {code}")
        for kind, cases in BAD.items()
        for number, (value, code) in enumerate(cases)
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(
    kind: str, value: Any, code: str
) -> None:
    with pytest.raises(ValueRefused) as refused:
        clean(EXAMPLE[kind], value)

    assert refused.value.code == code


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("identity.category", ["en:\0"], "control_character"),
        ("nutrition.nutri_score", {"grade": "a\0"}, "control_character"),
        ("certificates.certificates", [{"more\0": "y"}], "control_character"),
        ("certificates.certificates", [{"more": nested(20)}], "not_exact"),
    ],
    ids=["list", "member", "name", "deep"],
)
def test_what_a_database_or_a_reader_chokes_on_is_not_kept(
    path: str, value: Any, code: str
) -> None:
    with pytest.raises(ValueRefused) as refused:
        clean(path, value)

    assert refused.value.code == code


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["value", "unit", "grade", "fr", "code"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)


@given(JSON)
def test_any_value_is_cleaned_or_refused_and_nothing_else(value: Any) -> None:
    for path in EXAMPLE.values():
        try:
            clean(path, value)
        except ValueRefused:
            continue


def test_an_unknown_field_is_no_value_s_fault() -> None:
    with pytest.raises(KeyError):
        clean("identity.shoe_size", "42")


def test_sections_and_fields_are_labelled_in_both_languages() -> None:
    section = vocabulary.sections()[0]
    field = section.fields[0]

    assert (section.label("fr"), section.label("en")) == ("Identité", "Identity")
    assert (field.label("fr"), field.label("en")) == ("Nom", "Name")
    assert field.path == "identity.name"
    assert len({one.path for one in vocabulary.fields().values()}) == sum(
        len(one.fields) for one in vocabulary.sections()
    )
