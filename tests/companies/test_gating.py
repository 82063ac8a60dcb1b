"""Without the mandatory facts a company has no door to shoppers, and is told why."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from companies.errors import CivilStatusIncomplete
from companies.services import Source
from companies.services.gating import require_complete_civil_status
from tests import make

pytestmark = pytest.mark.django_db


def test_a_complete_civil_status_passes() -> None:
    require_complete_civil_status(make.complete(make.company()))


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "en",
            "Incomplete civil status (10/11). "
            "Still missing, or expired: EU VAT number.",
        ),
        ("fr", "N° de TVA"),
    ],
)
def test_what_is_missing_is_named(language: str, sentence: str) -> None:
    company = make.complete(make.company())
    make.fact(company, "vat_id", None, status="unknown")

    with translation.override(language), pytest.raises(CivilStatusIncomplete) as no:
        require_complete_civil_status(company)

    assert (no.value.status, no.value.code) == (409, "civil_status_incomplete")
    assert no.value.extra == {"present": 10, "mandatory": 11, "missing": ["vat_id"]}
    assert sentence in no.value.detail


@pytest.mark.parametrize(("days", "passes"), [(0, True), (-1, False)])
def test_a_fact_counts_until_the_end_of_its_last_day(days: int, passes: bool) -> None:
    company = make.complete(make.company())
    last_day = timezone.localdate() + timedelta(days=days)
    make.fact(company, "employees", "41", source=Source(valid_until=last_day))

    if passes:
        require_complete_civil_status(company)
        return
    with pytest.raises(CivilStatusIncomplete) as no:
        require_complete_civil_status(company)
    assert "employees" in no.value.extra["missing"]


def test_a_company_that_says_nothing_misses_everything() -> None:
    with pytest.raises(CivilStatusIncomplete) as no:
        require_complete_civil_status(make.company())

    assert no.value.extra["present"] == 0
    assert len(no.value.extra["missing"]) == 11
