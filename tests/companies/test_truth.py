"""What is shown is true: of the past, of computed facts, of numbers, of sheets."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from companies import civil_status, indexing, linked_data, renewing
from companies.levels import Level, SourceKind
from companies.models import (
    CheckResult,
    Company,
    CompanyFigures,
    Dispute,
    Statement,
    Verification,
)
from companies.services import Source
from tests import make

pytestmark = pytest.mark.django_db
LEI = "213800KUD8LAJWSQ9D15"


def says(fact: str, value: str, of: Company, level: str = Level.DECLARED) -> None:
    source = Source(kind=SourceKind.PRODUCER, level=level)
    make.fact(of, fact, value, source=source)
    renewing.renew(of.pk, "fr")


def fact(of: Company, key: str) -> dict[str, Any]:
    found: dict[str, Any] = civil_status.compose(of, language="en")["facts"][key]
    return found


def contradict(one: Statement) -> None:
    CheckResult.objects.create(
        company=one.company,
        statement=one,
        fact=one.fact,
        rule="employees.band",
        version=1,
        outcome="disagree",
        is_independent=True,
        text_fr="Tranche",
        text_en="Band",
    )


@pytest.mark.database
def test_a_paper_of_ones_own_gives_no_number_of_another(api: APIClient) -> None:
    says("national_id", "552008443", make.company("Vraie"))
    says("national_id", "552008443", make.company("Imitation"), Level.EVIDENCED)

    answer = api.get("/api/v1/companies/552008443")

    assert (answer.status_code, answer.json()["code"]) == (409, "ambiguous_identifier")


@pytest.mark.database
def test_a_confirmed_siren_gives_no_lei_of_another(api: APIClient) -> None:
    thief = make.company("Voleuse")
    says("national_id", "732829320", thief, Level.CROSS_CHECKED)
    says("lei", LEI, thief)
    real = make.company("Vraie")
    says("lei", LEI, real, Level.CROSS_CHECKED)

    assert api.get(f"/api/v1/companies/{LEI}").json()["id"] == str(real.pk)


@pytest.mark.database
def test_pages_go_on_past_a_thousand_equals(api: APIClient) -> None:
    rows = Company.objects.bulk_create(Company(name=f"C{n}") for n in range(1250))
    CompanyFigures.objects.bulk_create(
        CompanyFigures(company=row, index=0, index_version=1, present=0,
                       is_complete=False, computed_at=timezone.now())
        for row in rows
    )  # fmt: skip
    address: Any = "/api/v1/companies?ordering=-index&page_size=100"
    seen: list[str] = []

    for _page in range(13):
        page = api.get(address).json()
        seen += [one["id"] for one in page["results"]]
        address = page["next"]

    assert address is None
    assert len(set(seen)) == len(seen) == 1250


@pytest.mark.parametrize("end", ["rejected", "upheld"])
def test_a_dispute_of_the_past_stood_as_it_stood_then(end: str) -> None:
    company = make.company()
    one = make.fact(company, "employees", "41")
    now, day = timezone.now(), timedelta(days=1)
    Statement.objects.filter(pk=one.pk).update(created_at=now - 99 * day)
    Dispute.objects.filter(pk=make.dispute(one).pk).update(
        state=end,
        created_at=now - 60 * day,
        due_on=timezone.localdate() - 45 * day,
        answer="Compté",
        answered_at=now - 20 * day,
        decision="Vu",
        decided_at=now - 5 * day,
        settled_at=now - 5 * day if end == "rejected" else None,
    )

    def stood(days: int) -> tuple[int, str]:
        found = civil_status.compose(company, language="en", moment=now - days * day)
        lost = found["transparency"]["lost"]
        remedy = next(one["remedy"] for one in lost if one["fact"] == "employees")
        return found["disputes"]["overdue"], remedy

    assert stood(50) == (0, "document")
    assert stood(30) == (1, "answer")
    assert stood(10) == (0, "document")
    assert stood(1) == (0, "answer" if end == "upheld" else "document")


@pytest.mark.parametrize(
    "details",
    [
        {"after_sales_staff": "-5"},
        {"after_sales_staff": "200"},
        {"after_sales_staff": "5", "counted_on": "2024-12-31"},
    ],
)
def test_a_share_that_cannot_be_is_not_computed(details: dict[str, str]) -> None:
    company = make.company()
    make.fact(company, "employees", "100", year=2025)
    make.fact(company, "after_sales_share", "4", year=2025, details=details)

    assert fact(company, "after_sales_share")["value"] == "4"
    assert fact(company, "after_sales_share")["source"]["kind"] == "producer"


def test_a_computed_share_counts_as_its_weakest_input_does() -> None:
    company = make.company()
    past = timezone.localdate() - timedelta(days=1)
    make.fact(company, "employees", "100", year=2025, source=Source(valid_until=past))
    make.fact(
        company, "after_sales_share", "5", year=2025,
        details={"after_sales_staff": "5"},
        source=Source(level=Level.THIRD_PARTY_VERIFIED),
    )  # fmt: skip

    found = civil_status.compose(company, language="en")

    assert found["facts"]["after_sales_share"]["states"] == ["expired"]
    assert "after_sales_share" in found["completeness"]["missing"]
    assert found["transparency"]["earned"]["after_sales_share"] == "0.00"


def test_kilograms_and_tonnes_are_not_added() -> None:
    company = make.company()
    make.fact(company, "employees", "100", year=2025)
    old = make.fact(company, "ghg_scope1", "12000", year=2025)
    # As it was taken once: no statement of today has such a unit.
    Statement.objects.filter(pk=old.pk).update(unit="KGM")
    make.fact(company, "ghg_scope2", "5", year=2025)

    assert fact(company, "ghg_per_employee")["status"] == "unknown"


def test_a_footprint_is_in_dispute_as_its_inputs_are() -> None:
    company = make.company()
    register = Source(kind=SourceKind.REGISTER, name="R", level=Level.CROSS_CHECKED)
    make.fact(company, "employees", "100", year=2025, source=register)
    contradict(make.fact(company, "employees", "10", year=2025))
    make.fact(company, "ghg_scope1", "12", year=2025)
    make.fact(company, "ghg_scope2", "5", year=2025)

    assert fact(company, "employees")["states"] == ["disputed"]
    assert fact(company, "ghg_per_employee")["states"] == ["disputed"]


def test_a_number_of_another_country_is_called_no_siren() -> None:
    company = make.company()
    make.fact(company, "national_id", "BE 0403170701")

    found = linked_data.organization(
        civil_status.compose(company, language="en"), "https://test.example"
    )

    assert [one["propertyID"] for one in found["identifier"]] == [
        "flashsesame",
        "national",
    ]


def test_a_verification_that_ended_is_news_of_its_company() -> None:
    company = make.company()
    one = make.fact(company, "employees", "41")
    Verification.objects.create(
        statement=one,
        verifier=make.verifier(),
        result="verified",
        assessed_on=timezone.localdate() - timedelta(days=9),
        valid_until=timezone.localdate() - timedelta(days=1),
    )
    before = Company.objects.get(pk=company.pk).changes

    indexing.begin_daily()

    assert Company.objects.get(pk=company.pk).changes == before + 1
