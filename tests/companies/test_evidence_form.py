"""Stating facts with year, parts and documents: nothing that was typed gets lost."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from companies.models import Company, Evidence, Statement
from tests import make

pytestmark = pytest.mark.django_db

ADD = reverse("admin:companies_statement_add")
COUNTS = "CDI : 90\nCDD: 1 020,5\n\nIntérim = 3"


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def form(**members: Any) -> dict[str, Any]:
    """Return the form of a statement as a browser sends it."""
    return {"status": "known", "value": "110", "level": "declared", **members}


def file(content: bytes = b"text", name: str = "contrats.txt") -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile(name, content)


def change(statement: Statement) -> str:
    """Return the address at which a statement is corrected."""
    return reverse("admin:companies_statement_change", args=[statement.pk])


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def browser(company: Company) -> Client:
    """Return the browser of an editor of the company."""
    return signed_in(make.member(company, "editor"))


def test_the_fact_is_chosen_first(browser: Client, company: Company) -> None:
    page = browser.get(ADD, {"company": str(company.pk)}).content.decode()
    unknown = browser.get(ADD, {"fact": "no_such_fact"}).content.decode()

    link = f'href="?company={company.pk}&amp;fact=employees"'
    assert link in page
    assert "Number of employees" in unknown
    for text in (page, unknown):
        # Measured by others, or computed: nobody states it.
        assert "fact=employee_satisfaction" not in text
        assert "fact=ghg_per_employee" not in text


def test_a_viewer_chooses_nothing(company: Company) -> None:
    viewer = signed_in(make.member(company, "viewer"))

    assert viewer.get(ADD).status_code == 403


def test_each_fact_has_the_parts_of_the_catalogue(browser: Client) -> None:
    employees = browser.get(ADD, {"fact": "employees"}).content.decode()
    seat = browser.get(ADD, {"fact": "registered_address"}).content.decode()

    assert 'name="detail_by_contract"' in employees
    assert "By contract" in employees
    assert 'name="detail_postcode"' in seat
    assert '<option value="FR">France</option>' in seat
    assert 'name="detail_by_contract"' not in seat


def test_year_days_and_parts_are_recorded(browser: Client, company: Company) -> None:
    answer = browser.post(
        f"{ADD}?fact=employees",
        form(
            company=str(company.pk),
            fact="employees",
            year="2025",
            valid_from="2025-01-01",
            detail_by_contract=COUNTS,
            detail_by_gender="",
        ),
    )

    assert answer.status_code == 302
    statement = Statement.objects.get()
    assert (statement.year, statement.valid_from) == (2025, date(2025, 1, 1))
    assert statement.details == {
        "by_contract": {"CDI": "90", "CDD": "1020.5", "Intérim": "3"}
    }
    page = browser.get(change(statement)).content.decode()
    assert "CDI : 90\nCDD : 1020.5\nIntérim : 3</textarea>" in page
    assert 'value="2025"' in page


@pytest.mark.parametrize(
    ("fact", "members", "error"),
    [
        (
            "employees",
            {"detail_by_contract": "CDI : 90\nCDD"},
            "Line 2: write a name, a colon and a number",
        ),
        (
            "employees",
            {"detail_by_contract": "CDI : beaucoup"},
            "Line 1: “beaucoup” is not a number.",
        ),
        (
            "employees",
            {"detail_by_contract": "CDI : 1\nCDI : 2"},
            "Line 2: “CDI” is there twice.",
        ),
        ("employees", {"detail_by_contract": "CDI : -1"}, "is not below zero"),
        ("ghg_scope2", {"detail_electricity_kwh": "a lot"}, "This is not a number."),
        ("after_sales_share", {"value": "3", "detail_counted_on": "x"}, "valid date"),
        ("registered_address", {"detail_country": "XX"}, "Select a valid choice."),
        ("employees", {"year": "1789"}, "This year is out of bounds."),
        (
            "employees",
            {"valid_from": "2026-02-01", "valid_until": "2026-01-01"},
            "It would end before it begins",
        ),
        ("employees", {"level": "evidenced"}, "Attach the document that shows it."),
        (
            "employees",
            {"level": "evidenced", "source_url": "https://a.example"},
            "Attach the document that shows it.",
        ),
    ],
)
def test_what_cannot_be_recorded_is_said_where_it_is(
    browser: Client, company: Company, fact: str, members: dict[str, str], error: str
) -> None:
    given = form(company=str(company.pk), fact=fact, **members)

    answer = browser.post(f"{ADD}?fact={fact}", given)

    assert error in answer.content.decode()
    assert not Statement.objects.exists()


def test_documents_are_uploaded_with_the_value_they_show(
    browser: Client, company: Company
) -> None:
    browser.post(
        f"{ADD}?fact=employees",
        form(
            company=str(company.pk),
            fact="employees",
            level="evidenced",
            upload=[file(b"one", "Un.docx"), file(b"two", "Deux")],
        ),
    )

    statement = Statement.objects.get()
    assert statement.level == "evidenced"
    names = statement.evidence.order_by("name").values_list("name", flat=True)
    assert list(names) == ["Deux.txt", "Un.txt"]


def test_documents_stay_with_the_correction_or_go(
    browser: Client, company: Company
) -> None:
    document, other = make.document(company, b"one"), make.document(company, b"two")
    old = make.fact(company, "employees", "47", evidence=[document])

    page = browser.get(change(old)).content.decode()
    kept = {"documents": [str(document.pk), str(other.pk)], "level": "evidenced"}
    browser.post(change(old), form(**kept))

    assert f'<option value="{document.pk}" selected>' in page
    new = Statement.objects.current().get()
    assert set(new.evidence.all()) == {document, other}
    browser.post(change(new), form())
    assert not Statement.objects.current().get().evidence.exists()
    assert set(old.evidence.all()) == {document}


def test_a_refused_form_keeps_the_uploaded_document_chosen(
    browser: Client, company: Company
) -> None:
    given = form(company=str(company.pk), fact="employees", value="many")

    answer = browser.post(f"{ADD}?fact=employees", {**given, "upload": file()})

    assert "This is not a number." in answer.content.decode()
    document = Evidence.objects.get()
    assert f'<option value="{document.pk}" selected>' in answer.content.decode()


def test_a_hostile_file_is_said_and_the_others_are_kept(
    browser: Client, company: Company
) -> None:
    files = [file(b"MZ", "virus.pdf"), file(b"text"), file(b"", "nothing.txt")]
    given = form(company=str(company.pk), fact="employees", level="evidenced")

    answer = browser.post(f"{ADD}?fact=employees", {**given, "upload": files})

    text = answer.content.decode()
    assert "virus.pdf: Programs and scripts are not taken as evidence." in text
    assert "nothing.txt: This file is empty." in text
    assert f'<option value="{Evidence.objects.get().pk}" selected>' in text
    assert not Statement.objects.exists()


def test_no_more_than_ten_documents_at_a_time(
    browser: Client, company: Company
) -> None:
    files = [file(b"text %d" % number) for number in range(12)]
    given = form(company=str(company.pk), fact="employees")

    answer = browser.post(f"{ADD}?fact=employees", {**given, "upload": files})

    assert "At most 10 documents at a time" in answer.content.decode()
    assert Evidence.objects.count() == 10


@pytest.mark.parametrize("chosen", ["", "nonsense", "other"])
def test_without_a_company_of_one_s_own_nothing_is_filed(
    browser: Client, chosen: str
) -> None:
    other = make.company("Étrangère")
    company = str(other.pk) if chosen == "other" else chosen

    answer = browser.post(
        f"{ADD}?fact=employees",
        {**form(company=company, fact="employees"), "upload": file()},
    )

    assert "Choose the company first" in answer.content.decode()
    assert not Evidence.objects.exists()


def test_a_viewer_s_and_a_stranger_s_files_are_not_kept(company: Company) -> None:
    old = make.fact(company, "employees", "47")
    for user in (
        make.member(company, "viewer"),
        make.member(make.company("Étrangère"), "owner"),
    ):
        answer = signed_in(user).post(change(old), {**form(), "upload": file()})
        assert answer.status_code in {302, 403}

    assert not Evidence.objects.exists()


def test_a_document_of_another_company_is_not_attached(
    browser: Client, company: Company
) -> None:
    foreign = make.document(make.company("Étrangère"))
    given = form(company=str(company.pk), fact="employees")

    answer = browser.post(
        f"{ADD}?fact=employees", {**given, "documents": [str(foreign.pk)]}
    )

    assert "Select a valid choice" in answer.content.decode()
    assert not Statement.objects.exists()


def test_who_edits_two_companies_attaches_to_each_its_own(company: Company) -> None:
    user = make.member(company, "editor")
    second = make.company("Tissage")
    second.memberships.create(user=user, role="editor")
    document = make.document(second)
    given = form(company=str(company.pk), fact="employees", documents=[document.pk])

    answer = signed_in(user).post(f"{ADD}?fact=employees", given)

    assert "This document is of another company." in answer.content.decode()


def test_of_two_editors_the_second_is_told_and_loses_nothing(
    browser: Client, company: Company
) -> None:
    seen = make.fact(company, "employees", "47")
    newer = make.fact(company, "employees", "1048", corrects=seen)
    given = form(
        value="52", year="2025", detail_by_contract="CDI : 52", note="Counted twice."
    )

    answer = browser.post(change(seen), {**given, "upload": file()})

    text = answer.content.decode()
    assert "Somebody corrected this fact meanwhile. It now reads “1,048" in text
    assert "CDI : 52</textarea>" in text
    assert 'value="2025"' in text
    assert 'value="Counted twice."' in text
    document = Evidence.objects.get()
    assert f'<option value="{document.pk}" selected>' in text
    assert f'name="seen" value="{newer.pk}"' in text
    assert Statement.objects.current().get() == newer

    again = {**given, "documents": [str(document.pk)], "seen": str(newer.pk)}
    browser.post(change(seen), again)

    current = Statement.objects.current().get()
    assert (current.value, current.supersedes) == ("52", newer)
    assert list(current.evidence.all()) == [document]


def test_what_was_seen_is_of_the_same_fact(browser: Client, company: Company) -> None:
    seen = make.fact(company, "employees", "47")
    make.fact(company, "employees", "48", corrects=seen)
    foreign = make.fact(make.company("Étrangère"), "employees", "5")

    answer = browser.post(change(seen), form(value="52", seen=str(foreign.pk)))

    assert "Somebody corrected this fact meanwhile." in answer.content.decode()
    assert set(Statement.objects.current().values_list("value", flat=True)) == {
        "48",
        "5",
    }


def test_a_viewer_reads_parts_documents_and_verifications(company: Company) -> None:
    document = make.document(company, name="Contrats")
    statement = make.fact(
        company,
        "employees",
        "110",
        details={"by_contract": {"CDI": "110"}},
        evidence=[document],
    )
    viewer = signed_in(make.member(company, "viewer"))

    page = viewer.get(change(statement)).content.decode()

    assert "By contract: CDI 110" in page
    assert reverse("admin:companies_evidence_download", args=[document.pk]) in page
    assert 'name="value"' not in page
