"""How values of a sheet read, in the active language."""

import pytest
from django.utils.translation import override

from products import wording


@pytest.mark.parametrize(
    ("value", "french", "english"),
    [
        ("P1D", "1 jour", "1 day"),
        ("P21D", "21 jours", "21 days"),
        ("PT4H", "4 h", "4 h"),
        ("PT45M", "45 min", "45 min"),
        ("P1DT30M", "1 jour 30 min", "1 day 30 min"),
        ("3 semaines", "3 semaines", "3 semaines"),
    ],
)
def test_a_duration_reads_in_days_hours_and_minutes(
    value: str, french: str, english: str
) -> None:
    for language, text in (("fr", french), ("en", english)):
        with override(language):
            assert wording.duration(value).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("code", "french"),
    [
        ("tax_vat", "TVA"),
        ("ofg", "Origine France Garantie"),
        ("en:palm-oil", "palm oil"),
        ("some_code", "some code"),
    ],
)
def test_a_code_reads_as_words(code: str, french: str) -> None:
    with override("fr"):
        assert wording.code(code) == french


@pytest.mark.parametrize("code", wording.CODES)
def test_every_code_has_french_words(code: str) -> None:
    with override("fr"):
        french = wording.code(code)
    with override("en"):
        english = wording.code(code)

    same_in_both = {"ofg", "transformation", "transport", "distribution", "pack"}
    assert french
    assert french != english or code in same_in_both
