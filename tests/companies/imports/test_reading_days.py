"""Days as a French spreadsheet writes them, and columns named in its language."""

from datetime import date

import pytest
from django.utils import timezone
from django.utils.translation import override

from companies.importing import exporting
from companies.importing.words import why_file
from companies.models import Statement
from tests import make
from tests.companies.imports.runs import checked, csv_file, reasons, recorded

pytestmark = pytest.mark.django_db

HEADER = ("fait", "valeur", "observé le", "valable du", "valable jusqu’au")


def test_days_of_a_french_spreadsheet_are_read_wherever_a_day_is_meant() -> None:
    company = make.company()
    row = ("founded_on", "14/03/2008", "02/01/2026 10:30", "1/2/2026", "31/12/2030")

    recorded(csv_file([row], HEADER), company)

    stated = Statement.objects.get()
    assert stated.value == "2008-03-14"
    assert timezone.localtime(stated.observed_at).isoformat()[:16] == "2026-01-02T10:30"
    assert stated.valid_from == date(2026, 2, 1)
    assert stated.valid_until == date(2030, 12, 31)


def test_a_day_in_a_part_is_read_too_and_texts_stay_as_they_are() -> None:
    company = make.company()
    header = ("fait", "valeur", "details.counted_on", "remarque")
    row = ("after_sales_share", "12", "14/03/2025", "14/03/2025")

    recorded(csv_file([row], header), company)

    stated = Statement.objects.get()
    assert stated.details == {"counted_on": "2025-03-14"}
    assert stated.note == "14/03/2025"


@pytest.mark.parametrize("day", ["03/14/2008", "14/03/08", "14.03.2008", "2008/03/14"])
def test_another_order_is_not_guessed_at(day: str) -> None:
    rows = [("founded_on", day, "", "", ""), ("legal_form", "SAS", "", "", day)]

    run = checked(csv_file(rows, HEADER), make.company())

    assert reasons(run) == [
        (2, "value", "not_a_date"),
        (3, "valid_until", "not_a_date"),
    ]


def test_the_sheet_that_explains_says_so() -> None:
    for language in ("fr", "en"):
        with override(language):
            pages = exporting.template(language)
            text = str([list(page.rows) for page in pages.values()])
        assert text.count("14/03/2026") >= 4


def test_a_missing_column_is_named_as_the_template_names_it() -> None:
    about = {"missing": ["fact", "value"], "unknown": ["Nos faits."], "twice": []}

    with override("fr"):
        french = why_file("wrong_columns", about)
    with override("en"):
        english = why_file("wrong_columns", about)

    assert "fait, valeur." in french
    assert "fact, value." in english
    assert ".." not in french + english
