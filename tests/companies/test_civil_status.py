"""The civil status as a document: every fact, and the unknown said to be unknown."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from companies import catalogue, civil_status
from companies.levels import Level, SourceKind, Status
from companies.models import Company, SatisfactionRate, Statement
from companies.services import Source
from tests import make

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 15)
ANSWERS: dict[str, Any] = {
    "legal_name": "Filature du Test SAS",
    "legal_form": "5710",
    "national_id": "552008443",
    "vat_id": "FR40303265045",
    "founded_on": "1926-03-01",
    "tax_residence": "FR",
    "registered_address": "1 rue de la Laine, 59100 Roubaix",
    "employees": "41",
    "sites": [{"place": "Roubaix", "country": "FR"}],
    "ghg_scope1": "60",
    "ghg_scope2": "40",
    "after_sales_share": "3.5",
}


def compose(of: Company, language: str = "en", on: date = DAY) -> dict[str, Any]:
    return civil_status.compose(of, language=language, on=on)


def at(day: int) -> datetime:
    return datetime(2026, 6, day, 12, tzinfo=UTC)


def test_what_nobody_stated_is_said_to_be_unknown() -> None:
    document = compose(make.company())

    assert list(document["facts"]) == list(catalogue.facts())
    for fact in document["facts"].values():
        assert fact["status"] == "unknown"
        assert fact["text"] == "not disclosed"
        assert fact["label"]
        for member in ("value", "source", "level", "observed_at"):
            assert fact[member] is None


def test_a_stated_fact_has_its_source_date_and_level() -> None:
    company = make.company()
    source = Source(
        kind=SourceKind.REGISTER,
        name="Sirene",
        url="https://sirene.example/552008443",
        level=Level.CROSS_CHECKED,
        observed_at=at(1),
        valid_until=date(2027, 1, 1),
    )
    make.fact(company, "employees", "1041.5", source=source)

    fact = compose(company)["facts"]["employees"]

    assert fact == {
        "label": "Number of employees",
        "mandatory": True,
        "status": "known",
        "value": "1041.5",
        "unit": "headcount",
        "source": {
            "kind": "register",
            "name": "Sirene",
            "url": "https://sirene.example/552008443",
        },
        "level": "cross_checked",
        "observed_at": "2026-06-01T12:00:00Z",
        "valid_until": "2027-01-01",
        "text": fact["text"],
    } | {"label": catalogue.facts()["employees"].label("en")}
    assert fact["text"].startswith("1,041.5")


@pytest.mark.parametrize(
    ("levels", "kept"),
    [
        ((Level.DECLARED, Level.EVIDENCED), 1),
        ((Level.THIRD_PARTY_VERIFIED, Level.CROSS_CHECKED), 0),
        ((Level.CROSS_CHECKED, Level.EVIDENCED), 0),
        ((Level.DECLARED, Level.DECLARED), 1),
    ],
)
def test_the_highest_level_is_retained_then_the_latest_observation(
    levels: tuple[str, str], kept: int
) -> None:
    company = make.company()
    kinds = (SourceKind.PRODUCER, SourceKind.REGISTER)
    for number, (kind, level) in enumerate(zip(kinds, levels, strict=True)):
        source = Source(kind=kind, level=level, observed_at=at(number + 1))
        make.fact(company, "employees", str(number), source=source)

    assert compose(company)["facts"]["employees"]["value"] == str(kept)


def test_of_two_observations_at_once_the_last_recorded_is_retained() -> None:
    company = make.company()
    for number, kind in enumerate((SourceKind.REGISTER, SourceKind.PRODUCER)):
        source = Source(kind=kind, observed_at=at(1))
        make.fact(company, "employees", str(number), source=source)

    assert compose(company)["facts"]["employees"]["value"] == "1"


def test_an_older_observation_recorded_later_does_not_win() -> None:
    company = make.company()
    newer = Source(kind=SourceKind.PRODUCER, observed_at=at(2))
    older = Source(kind=SourceKind.REGISTER, observed_at=at(1))
    make.fact(company, "employees", "2", source=newer)
    make.fact(company, "employees", "1", source=older)

    assert compose(company)["facts"]["employees"]["value"] == "2"


def test_what_was_corrected_is_shown_no_more() -> None:
    company = make.company()
    make.fact(company, "employees", "40")
    make.fact(company, "employees", "41")

    assert compose(company)["facts"]["employees"]["value"] == "41"


def complete(**members: Any) -> Company:
    """Return a company whose eleven mandatory facts are answered."""
    company = make.company()
    for fact, value in ANSWERS.items():
        make.fact(company, fact, value, **members)
    return company


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "état civil incomplet (10/11)"),
        ("en", "incomplete civil status (10/11)"),
    ],
)
def test_an_expired_fact_is_shown_but_counts_no_more(language: str, text: str) -> None:
    company = complete()
    source = Source(valid_until=DAY - timedelta(days=1))
    make.fact(company, "vat_id", "FR40303265045", source=source)

    document = compose(company, language)

    assert document["facts"]["vat_id"]["states"] == ["expired"]
    assert document["facts"]["vat_id"]["value"] == "FR40303265045"
    assert document["completeness"] == {
        "complete": False,
        "present": 10,
        "mandatory": 11,
        "missing": ["vat_id"],
        "missing_labels": [catalogue.facts()["vat_id"].label(language)],
        "text": text,
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [("fr", "état civil complet (11/11)"), ("en", "complete civil status (11/11)")],
)
def test_a_complete_civil_status_says_so(language: str, text: str) -> None:
    completeness = compose(complete(), language)["completeness"]

    assert completeness["complete"] is True
    assert completeness["missing"] == []
    assert completeness["text"] == text


def test_a_fact_is_still_valid_on_its_last_day() -> None:
    company = complete(source=Source(valid_until=DAY))

    assert compose(company)["completeness"]["complete"]
    assert not compose(company, on=DAY + timedelta(days=1))["completeness"]["present"]


def test_a_disputed_fact_says_so_and_still_counts() -> None:
    company = complete()
    source = Source(is_disputed=True, valid_until=DAY - timedelta(days=1))
    make.fact(company, "after_sales_share", "3.5", source=source)
    make.fact(company, "employees", "41", source=Source(is_disputed=True))

    document = compose(company)

    assert document["facts"]["employees"]["states"] == ["disputed"]
    assert document["facts"]["after_sales_share"]["states"] == ["disputed", "expired"]
    assert document["completeness"]["missing"] == ["after_sales_share"]


@pytest.mark.parametrize(
    ("status", "english", "french"),
    [
        (Status.NONE, "none", "aucun"),
        (Status.NOT_APPLICABLE, "not applicable", "sans objet"),
        (Status.WITHHELD, "not published", "non publié"),
        (Status.UNKNOWN, "not disclosed", "non communiqué"),
    ],
)
def test_each_way_of_having_no_value_has_its_words(
    status: str, english: str, french: str
) -> None:
    company = make.company()
    make.fact(company, "turnover", None, status=status, source=Source(note="why"))

    assert compose(company)["facts"]["turnover"]["text"] == english
    assert compose(company, "fr")["facts"]["turnover"]["text"] == french


@pytest.mark.parametrize(
    ("fact", "value", "english", "french"),
    [
        (
            "turnover",
            "1250000.5",
            "1,250,000.50\u00a0€",
            "1\u00a0250\u00a0000,50\u00a0€",
        ),
        ("gender_pay_gap", "4.5", "4.5\u00a0%", "4,5\u00a0%"),
        ("founded_on", "1926-03-01", "March 1, 1926", "1 mars 1926"),
        ("convictions", 0, "0", "0"),
        ("training_hours", "12", "12\u00a0h", "12\u00a0h"),
        (
            "sites",
            [{"place": "Roubaix", "country": "FR", "note": ""}, {"place": "Lyon"}],
            "Roubaix, FR · Lyon",
            "Roubaix, FR · Lyon",
        ),
        ("mission_status", "yes", "yes", "yes"),
    ],
)
def test_each_type_reads_as_its_language_writes_it(
    fact: str, value: Any, english: str, french: str
) -> None:
    company = make.company()
    make.fact(company, fact, value)

    assert compose(company, "en")["facts"][fact]["text"] == english
    assert compose(company, "fr")["facts"][fact]["text"] == french


def test_a_number_without_a_unit_stands_alone() -> None:
    company = make.company()
    old = make.fact(company, "enps", 12)
    Statement.objects.filter(pk=old.pk).update(unit="")

    fact = compose(company)["facts"]["enps"]

    assert fact["text"] == "12"
    assert "unit" not in fact


def test_without_a_rate_satisfaction_is_unknown() -> None:
    document = compose(make.company())

    assert document["satisfaction"]["status"] == "unknown"
    assert document["satisfaction"]["value"] is None
    assert document["satisfaction"]["text"] == "No rate published"
    assert document["facts"]["employee_satisfaction"]["status"] == "unknown"


@pytest.mark.parametrize(
    ("days", "freshness"), [(60, "fresh"), (400, "old")], ids=["fresh", "old"]
)
def test_a_rate_is_shown_with_its_answers_and_date(days: int, freshness: str) -> None:
    company = make.company()
    measured = DAY - timedelta(days=days)
    make.rate(company, 64, measured_on=measured)

    document = compose(company, "fr")

    rate = document["satisfaction"]
    assert rate["status"] == "known"
    assert rate["value"] == "64"
    assert rate["freshness"] == freshness
    assert (rate["answers"], rate["invited"]) == (41, 58)
    assert rate["level"] == "third_party_verified"
    assert rate["observed_at"] == f"{measured}T00:00:00Z"
    assert rate["source"]["name"] == "Institut du Test"
    assert "64 % sur 41 réponses" in rate["text"].replace("\u00a0", " ")
    fact = document["facts"]["employee_satisfaction"]
    assert fact["value"] == "64"
    assert fact["label"] == catalogue.facts()["employee_satisfaction"].label("fr")


@pytest.mark.parametrize(
    ("days", "answers"), [(600, 41), (60, 4), (-1, 41)], ids=["old", "few", "future"]
)
def test_a_rate_too_old_too_thin_or_too_early_is_not_shown(
    days: int, answers: int
) -> None:
    company = make.company()
    measured = DAY - timedelta(days=days)
    make.rate(company, measured_on=measured, answers=answers)

    assert compose(company)["satisfaction"]["status"] == "unknown"
    assert civil_status.latest_rate(company.pk, on=DAY) is None


def test_the_latest_rate_replaces_the_earlier_one() -> None:
    company = make.company()
    make.rate(company, 80, measured_on=DAY - timedelta(days=300))
    latest = make.rate(company, 64, measured_on=DAY - timedelta(days=10))

    assert compose(company)["satisfaction"]["value"] == "64"
    assert civil_status.latest_rate(company.pk, on=DAY) == latest


def test_another_company_s_rate_and_facts_are_not_shown() -> None:
    company, other = make.company(), make.company("Autre")
    make.rate(other, measured_on=DAY)
    make.fact(other, "employees", "7")

    document = compose(company)

    assert document["satisfaction"]["status"] == "unknown"
    assert document["facts"]["employees"]["status"] == "unknown"


def test_without_a_day_it_is_composed_for_today() -> None:
    company = make.company()
    make.rate(company, measured_on=timezone.localdate())

    document = civil_status.compose(company, language="fr")

    assert document["satisfaction"]["freshness"] == "fresh"
    assert document["language"] == "fr"
    assert document["id"] == str(company.pk)
    assert document["fictitious"] is False


def test_rows_say_what_they_are() -> None:
    company = make.company()
    statement = make.fact(company, "employees", "41")
    rate: SatisfactionRate = make.rate(company, 64, measured_on=DAY)
    member = make.member(company, "editor", username="jeanne").memberships.get()

    assert str(statement) == "Filature du Test · employees"
    assert str(rate) == "Filature du Test · 64 % (2026-06-15)"
    assert str(member).startswith("jeanne · Filature du Test (")


def test_who_says_otherwise_is_shown_beside() -> None:
    company = make.company()
    register = Source(
        kind=SourceKind.REGISTER, name="Sirene", level=Level.CROSS_CHECKED
    )
    make.fact(company, "employees", "39", source=register)
    make.fact(company, "employees", "41")

    fact = compose(company)["facts"]["employees"]

    assert fact["value"] == "39"
    (other,) = fact["discrepancy"]
    assert (other["value"], other["source"]["kind"]) == ("41", "producer")
    assert other["text"].startswith("41")


@pytest.mark.parametrize(
    ("fact", "one", "other"),
    [
        ("legal_name", "FILATURE DU TEST", "Filature du Test"),
        ("employees", "41", "41.0"),
        ("labels", ["GOTS"], ["GOTS"]),
    ],
)
def test_the_same_said_twice_is_no_contradiction(
    fact: str, one: Any, other: Any
) -> None:
    company = make.company()
    make.fact(company, fact, one, source=Source(kind=SourceKind.REGISTER))
    make.fact(company, fact, other)

    assert "discrepancy" not in compose(company)["facts"][fact]


def test_it_says_when_the_last_statement_or_rate_was_recorded() -> None:
    company = make.company()
    assert compose(company)["as_of"] is None

    make.fact(company, "employees", "41")
    stated = compose(company)["as_of"]
    make.rate(company)

    assert stated is not None
    assert compose(company)["as_of"] >= stated
