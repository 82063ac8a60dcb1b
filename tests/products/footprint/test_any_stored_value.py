"""Whatever is stored, a sheet is composed: nothing stops at a value it cannot read."""

from datetime import date
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import example, given, settings
from hypothesis import strategies as st

from common import canonical
from companies.civil_status import unknown
from companies.levels import Status
from products import panels, vocabulary, wording
from products.computing import durations, eco, places, price
from products.drafts import Benchmark, Draft
from tests.products.test_computing import known

DAY = date(2026, 11, 22)
SECTIONS = ("places", "manufacturing", "price", "eco")
# What the rules read, of any section.
PATHS = [
    path
    for path, field in vocabulary.fields().items()
    if field.section in SECTIONS
    or path in ("identity.category", "identity.net_content", "nutrition.fat")
]
LISTS = [path for path in PATHS if vocabulary.fields()[path].type == "list"]
NUMBERS = st.sampled_from(
    ["0", "-1", "1", "50", "0.0000000001", "1e-30", "999999999999999", "1e999", "NaN",
     "-Infinity", "Infinity", "x", "", "\uff11\uff12", "1_0", 5, 0, -3,
     10**30, True, None]
)  # fmt: skip
TEXTS = st.sampled_from(
    ["FR", "fr", "EUR", "KGM", "labour_direct", "tax_vat", "brand_margin", "ofg",
     "made_in", "last_processing", "use", "cradle_to_gate", "PT42M", "P1D", "P", "",
     "9520009000012", "99999999800019", "٣٣٣", "%(x)s %", "en:beverages", "cch",
     "packaging", "microfibers", "a" * 300]
)  # fmt: skip
LEAF = NUMBERS | TEXTS
MEMBERS = sorted(
    {
        "amount", "benchmark", "biogenic_kg_co2e", "code", "country", "facility_id",
        "fr", "grade", "hourly_total_remuneration", "kg_co2e", "lat", "lng",
        "living_wage_hourly", "minutes", "place", "points", "region", "role", "score",
        "share_pct", "source", "stage", "unit", "units", "value", "weight_g", "workers",
        "year",
    }
)  # fmt: skip
OBJECT = st.dictionaries(st.sampled_from(MEMBERS), LEAF, max_size=6)
NESTED = st.dictionaries(
    st.sampled_from(MEMBERS), LEAF | OBJECT | st.lists(LEAF, max_size=2), max_size=5
)
VALUE = LEAF | OBJECT | st.lists(NESTED | LEAF, max_size=4) | st.lists(OBJECT)
SHEETS = st.dictionaries(st.sampled_from(PATHS), VALUE, max_size=14)
BENCHMARK = Benchmark("en:sodas", "x", "cradle_to_gate", "1 KGM", "1", "2", "3", 9)


def draft(values: dict[str, Any], unit: Any = "EUR") -> Draft:
    sheet = {path: unknown() for path in vocabulary.fields()}
    for path, value in values.items():
        if value is not None:
            sheet[path] = known(value, level="declared", unit=unit)
    return Draft("", DAY, sheet, benchmarks=(BENCHMARK,))


@settings(max_examples=60, deadline=None)
@given(SHEETS, st.sampled_from(["EUR", "", "KGM", None, 3]))
def test_any_stored_value_is_read_or_passed_over(
    values: dict[str, Any], unit: Any
) -> None:
    one = draft(values, unit)

    for subject in (durations, price, places, eco):
        subject.add(one)

    for language in ("fr", "en"):
        with override(language):
            for section in SECTIONS:
                assert canonical.dumps(panels.of_section(section, one))
                assert canonical.dumps(panels.flags_of(section, one))


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(LISTS), st.lists(NESTED, max_size=4))
@example("places.places", [{"role": {}}])
@example("manufacturing.work_time_by_stage", [{"stage": {"fr": 3}, "minutes": "x"}])
def test_any_list_has_lines(path: str, value: list[dict[str, Any]]) -> None:
    one = draft({path: value})

    described = wording.describe(vocabulary.fields()[path], one.documents[path])

    assert len(described["lines"]) == len(value)


@pytest.mark.parametrize("status", [one for one in Status.values if one != "known"])
def test_a_sheet_of_which_nothing_is_known_has_panels_and_no_flags(status: str) -> None:
    sheet = {path: {**unknown(), "status": status} for path in vocabulary.fields()}
    one = Draft("", DAY, sheet)

    for subject in (durations, price, places, eco):
        subject.add(one)

    assert one.flags == []
    assert {panel["evaluation"] for panel in panels.of_section("eco", one)} == {
        "unknown"
    }
