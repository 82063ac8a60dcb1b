"""The Nutri-Score on the sheet: computed, beside what is declared, never instead."""

from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given, settings
from hypothesis import strategies as st

from common import canonical
from companies.catalogue import ValueRefused
from companies.civil_status import unknown
from companies.wording import NO_BREAK
from products import wording
from products.computing.nutrition import GRADE
from products.panels import nutrition as panels
from products.vocabulary import clean, fields
from tests.products.nutrition.drafting import BISCUIT, absent, drafted, known

KEYS = [path for path in fields() if path.startswith("nutrition.")]
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from(
        ["", "12", "-3", "1e9", "NaN", "1E+999999", "100g", "serving", "en:waters"]
    )
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["value", "unit", "grade", "status", "score", "code", "grams"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)


def test_a_computed_score_says_all_that_it_rests_on() -> None:
    document = drafted().documents[GRADE]

    assert document["source"]["kind"] == "computed"
    assert document["level"] == "declared"
    assert document["observed_at"] == "2026-06-01T00:00:00Z"
    assert set(document["inputs"]) == set(BISCUIT) - {
        "nutrition.fat",
        "nutrition.carbohydrates",
    }
    assert document["value"] == {
        "version": "2023",
        "status": "computed",
        "class": "general",
        "class_reason": {"by": "no_other_class", "found": "en:biscuits"},
        "score": 21,
        "grade": "e",
        "points": {
            "energy": 5,
            "sugars": 7,
            "saturated_fat": 8,
            "salt": 2,
            "fiber": 1,
            "fruits_vegetables_legumes": 0,
        },
        "negative": 22,
        "positive": 1,
        "counts_proteins": False,
        "assumptions": [],
        "improvements": [],
    }
    assert "discrepancy" not in document
    assert canonical.dumps(document)


def test_it_has_the_lowest_level_the_oldest_date_and_every_state() -> None:
    document = drafted(
        sugars=known("25", level="cross_checked", states=["expired"]),
        salt=known("0.6", observed_at="2025-01-01T00:00:00Z", states=["disputed"]),
    ).documents[GRADE]

    assert document["level"] == "declared"
    assert document["states"] == ["disputed", "expired"]
    assert document["observed_at"] == "2025-01-01T00:00:00Z"


def test_an_improvement_is_published_with_both_letters() -> None:
    draft = drafted(sugars="10.6", saturated_fat="3", salt="0.9", energy_kj="1000")

    value = draft.documents[GRADE]["value"]

    assert value["grade"] == "c"
    draft = drafted(
        sugars="10.6", saturated_fat="3", salt="0.9", energy_kj="1000", fiber="0"
    )
    assert {
        "component": "sugars",
        "current": "10.6",
        "target": "10",
        "grade": "d",
        "new_grade": "c",
    } in draft.documents[GRADE]["value"]["improvements"]


def test_another_declared_letter_stands_beside_the_computed_one() -> None:
    declared = known({"grade": "B"}, discrepancy=[known({"grade": "e"})])

    draft = drafted(nutri_score=declared)

    document = draft.documents[GRADE]
    assert document["value"]["grade"] == "e"
    assert [one["value"] for one in document["discrepancy"]] == [{"grade": "B"}]
    (flag,) = draft.flags
    assert (flag.rule, flag.severity) == ("nutrition.grade_mismatch", "warning")
    assert flag.values == {
        "declared": "B",
        "computed": "E",
        "by": "Biscuiterie du Test",
    }


def test_the_same_declared_letter_is_no_discrepancy() -> None:
    draft = drafted(nutri_score=known({"grade": "E", "version": "2023"}))

    assert "discrepancy" not in draft.documents[GRADE]
    assert draft.flags == []


def test_that_it_would_not_apply_stands_beside_the_computed_one() -> None:
    draft = drafted(nutri_score=absent("not_applicable"))

    (other,) = draft.documents[GRADE]["discrepancy"]
    assert other["status"] == "not_applicable"
    assert draft.flags == []


@pytest.mark.parametrize(
    ("changes", "reason", "status"),
    [
        ({"salt": None}, "inputs_missing", "unknown"),
        ({"salt": absent("withheld")}, "inputs_missing", "unknown"),
        ({"identity__category": None}, "category_missing", "unknown"),
        ({"identity__category": ["en:teas"]}, "exempt", "not_applicable"),
        ({"sugars": "229"}, "impossible_values", "unknown"),
        ({"fat": "-1"}, "impossible_values", "unknown"),
    ],
    ids=["missing", "withheld", "category", "exempt", "over 105 g", "negative"],
)
def test_without_a_score_there_is_a_reason_and_no_letter(
    changes: dict[str, Any], reason: str, status: str
) -> None:
    document = drafted(**changes).documents[GRADE]

    assert document["reason"]["code"] == reason
    assert document["reason"]["fields"]
    assert (document["status"], document["value"]) == (status, None)
    assert document["level"] is None


def test_a_declared_letter_that_cannot_be_checked_stays_declared() -> None:
    stated = {"grade": "a", "status": "computed", "score": -5}

    draft = drafted(sugars="229", nutri_score=known(stated))

    document = draft.documents[GRADE]
    assert document["value"] == {**stated, "status": "declared"}
    assert document["source"]["kind"] == "producer"
    assert document["reason"]["code"] == "impossible_values"
    (panel, *_others) = panels.panels(draft)
    assert "A" in panel.lines[0]
    assert panel.evaluation == "unknown"


def test_that_there_is_none_of_it_is_an_amount() -> None:
    draft = drafted(sugars=absent("none"), carbohydrates="65", additives=absent("none"))

    assert draft.documents[GRADE]["value"]["points"]["sugars"] == 0


def test_sodium_alone_is_enough_for_the_salt() -> None:
    document = drafted(salt=None, sodium="0.561").documents[GRADE]

    assert document["value"]["points"]["salt"] == 7
    assert document["value"]["assumptions"] == ["salt_from_sodium"]
    assert "nutrition.sodium" in document["inputs"]


def test_a_jumper_has_no_nutri_score() -> None:
    draft = drafted({"identity.category": ["en:knitwear"]})

    assert draft.documents[GRADE] == unknown()
    assert draft.flags == []
    assert panels.panels(draft) == []


def test_a_flag_names_fields_of_the_sheet() -> None:
    draft = drafted(
        identity__net_content={"value": "40", "unit": "KGM"},
        serving_size={"value": "600", "unit": "MLT"},
        other_nutrients=[{"code": "starch", "grams": "60"}],
    )

    named = {flag.rule: flag.fields for flag in draft.flags}
    assert named == {
        "nutrition.part_over_whole": (
            "nutrition.sugars",
            "nutrition.other_nutrients",
            "nutrition.carbohydrates",
        ),
        "nutrition.quantity": ("identity.net_content",),
        "nutrition.serving": ("nutrition.serving_size",),
    }


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("nutrition.fat", "-0.1"),
        ("nutrition.sodium", "-1"),
        ("nutrition.sugars", "10001"),
        ("nutrition.energy_kj", "1000001"),
        ("nutrition.nova_group", 0),
        ("nutrition.nova_group", 5),
        ("nutrition.other_nutrients", [{"code": "starch", "grams": "-1"}]),
    ],
)
def test_what_nobody_can_mean_is_refused_when_it_is_stated(
    path: str, value: Any
) -> None:
    with pytest.raises(ValueRefused) as refused:
        clean(path, value)

    assert refused.value.code == "out_of_bounds"


def test_what_is_only_wrong_is_kept_to_be_flagged() -> None:
    assert clean("nutrition.sugars", "229") == "229"
    assert clean("nutrition.nova_group", "4") == 4


def test_other_nutrients_read_line_by_line() -> None:
    field = fields()["nutrition.other_nutrients"]
    document = known([{"code": "starch", "grams": "12.5"}, {"grams": "x"}])

    with override("en"):
        lines = wording.describe(field, document)["lines"]

    assert lines == [f"starch — 12.5{NO_BREAK}g", ""]


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([*KEYS, "identity.category", "identity.net_content"]),
        st.tuples(st.sampled_from(["known", "none", "withheld"]), JSON),
        max_size=8,
    )
)
def test_no_stored_value_stops_a_sheet(
    stored: dict[str, tuple[str, Any]],
) -> None:
    changes = {
        path.replace(".", "__"): known(value) if status == "known" else absent(status)
        for path, (status, value) in stored.items()
    }

    draft = drafted(**changes)

    said = panels.panels(draft)
    assert len({panel.key for panel in said}) == len(said)
    for flag in draft.flags:
        assert all(panels.words(flag))
    document = draft.documents[GRADE]
    assert canonical.dumps([document, [dict(flag.values) for flag in draft.flags]])
    if (document["source"] or {}).get("kind") == "computed":
        assert document["value"]["grade"] in "abcde"
        assert not any(
            flag.rule.endswith(("over_105_g", "negative")) for flag in draft.flags
        )
