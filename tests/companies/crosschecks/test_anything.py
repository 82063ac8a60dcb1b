"""Whatever was stated or answered: the rules say something, and never fail."""

import json
import os
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from common import canonical
from companies import catalogue
from companies.crosschecks import Dossier, Given, arithmetic, reading, run
from companies.crosschecks.words import en, fr
from tests.companies.crosschecks.given import LEI, SIREN, TODAY, VAT

# `make fuzz` asks for many more: each is a whole dossier.
EXAMPLES = int(os.environ.get("FLASHSESAME_EXAMPLES", "100"))
FACTS = list(catalogue.facts())
DETAILS = sorted(
    {one.key for fact in catalogue.facts().values() for one in fact.details}
)
SITE_KEYS = ["siret", "gln", "lat", "lng", "country", "is_open", "valid_until"]
ANSWER_KEYS = [
    "siren", "lei", "legal_name", "registered_as", "band", "band_year", "seat",
    "sites", "finances", "vat_ids", "idcc", "is_ess", "is_mission", "masked", "status",
    "has_equality_index", "has_ghg_report", "founded_on", "jurisdiction", "is_absent",
    "ultimate_parent", "parent_exception", "legal_form_code", "corroboration",
]  # fmt: skip
# What almost looks right finds more than what is only strange.
NEARLY = st.sampled_from(
    [
        SIREN, VAT, LEI, "FR", "0", "-1", "1e400", "1E-30", "99999999999999999999",
        "12,5", "2025-02-30", "2025-01-01", "NaN", "Infinity", "22", "GPTW", "²", "٣",
        "\x00", "FR\ud800", 2025, 0, -1, 10**30, 1e308, float("nan"), True,
    ]
)  # fmt: skip
LEAF = NEARLY | st.none() | st.text(max_size=12) | st.integers() | st.floats()
KEYS = st.sampled_from([*DETAILS, *SITE_KEYS, *ANSWER_KEYS, "FR", "2025", "turnover"])
ANYTHING = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5)
    ),
    max_leaves=10,
)
STATEMENT = st.builds(
    Given,
    id=st.integers(1, 9),
    fact=st.sampled_from(FACTS),
    status=st.sampled_from(["known", "known", "known", "none", "withheld"]),
    value=ANYTHING,
    unit=st.sampled_from(["", "headcount", "FTE", "EUR", "MWh", "x"]),
    year=st.integers(2024, 2027),
    details=st.dictionaries(st.sampled_from(DETAILS), ANYTHING, max_size=6),
    source_kind=st.sampled_from(["producer", "register", "certifier", "community"]),
    observed_on=st.just(TODAY),
    evidence=st.lists(st.sampled_from(["a" * 64, "b" * 64]), max_size=2),
    source_name=st.sampled_from(["", "GLEIF", "SIRENE", "?"]),
)
ANSWER = st.dictionaries(st.sampled_from(ANSWER_KEYS), ANYTHING, max_size=9)


@st.composite
def dossiers(draw: st.DrawFn) -> Dossier:
    facts: dict[str, list[Given]] = {}
    for one in draw(st.lists(STATEMENT, max_size=8)):
        facts.setdefault(one.fact, []).append(one)
    registers = draw(
        st.dictionaries(st.sampled_from(["sirene", "gleif", "demonstration"]), ANSWER)
    )
    shared = draw(st.frozensets(st.just(f"national_id:{SIREN}")))
    return Dossier(facts, registers, shared, draw(st.lists(st.just(LEI))), TODAY)


@settings(max_examples=EXAMPLES, deadline=None)
@given(dossiers())
def test_the_rules_never_fail(dossier: Dossier) -> None:
    found = run(dossier)

    for one in found:
        assert one.outcome in {"agree", "disagree", "inconclusive", "not_applicable"}
        assert 0 < len(one.text_fr) <= 500
        assert 0 < len(one.text_en) <= 500
        assert not one.is_independent or one.outcome in {"agree", "disagree"}
        # What is recorded comes back from the database as it was, and has no float.
        inputs: Any = json.loads(json.dumps(one.inputs))
        assert inputs == one.inputs
        canonical._refuse_what_varies(one.inputs)
    assert run(dossier) == found


@given(ANYTHING)
def test_whatever_is_read_is_read_or_missing(value: Any) -> None:
    number = reading.number(value)
    assert number is None or number.is_finite()
    if number is not None:
        assert fr(number)
        assert en(number)
        assert arithmetic.is_close(number, number)
    reading.numbers(value)
    reading.day(value)
    reading.entries(value)
    reading.city_key(value)
    assert isinstance(reading.name_key(value), str)
    assert len(reading.short(value)) <= 60


@given(st.text("abcdefghij &'.-", min_size=1, max_size=30))
def test_a_name_is_itself_in_capitals_and_with_its_legal_form(name: str) -> None:
    key = reading.name_key(name)

    assume(key and not set(key.split()) & reading.LEGAL_FORMS)
    assert reading.name_key(name.upper()) == key
    assert reading.name_key(f"SAS {name} S.A.R.L.") == key
