"""The page of a company: what it states, how it was checked, what it does not say."""

import re
from html import unescape

import pytest
from django.test import Client

from companies import renewing
from companies.levels import Level, SourceKind
from companies.models import CheckResult, Company
from companies.services import Source
from products.services import publish_sheet
from tests import make

pytestmark = pytest.mark.django_db


def page(client: Client, of: Company | str, language: str = "en") -> str:
    identifier = of if isinstance(of, str) else of.pk
    answer = client.get(f"/companies/{identifier}?lang={language}")
    assert answer["Content-Type"].startswith("text/html")
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def test_it_shows_what_is_stated_and_what_is_not(client: Client) -> None:
    company = make.company("Filature & Cie", is_fictitious=True)
    make.fact(company, "employees", "58")
    make.rate(company, 64)

    text = page(client, company)

    assert "<h1>Filature & Cie</h1>" in text
    assert "Fictitious company" in text
    assert "58 people" in text
    assert "incomplete civil status (1/11)" in text
    assert "64<span> %</span>" in text
    assert "<li>Turnover</li>" in text
    assert "How much is disclosed" in text
    assert "Turnover: state it" in text


def test_it_says_how_a_value_was_checked_and_who_disagrees(client: Client) -> None:
    company = make.company()
    said = make.fact(company, "employees", "90")
    register = Source(
        kind=SourceKind.REGISTER, name="Répertoire", level=Level.CROSS_CHECKED
    )
    make.fact(company, "employees", "58", source=register)
    CheckResult.objects.create(
        company=company,
        statement=said,
        fact="employees",
        rule="employees.band",
        version=1,
        outcome="disagree",
        is_independent=True,
        text_fr="Tranche : 50 à 99, hors",
        text_en="Band: 50 to 99, outside",
    )

    text = page(client, company)

    assert "Another source says otherwise:" in text
    assert "90 people" in text
    assert "disputed" in text


def test_a_number_leads_to_the_page_and_nonsense_to_words(client: Client) -> None:
    company = make.company("Filature")
    make.fact(company, "national_id", "552008443")
    renewing.renew(company.pk, "fr")

    assert "<h1>Filature</h1>" in page(client, "552 008 443")
    assert client.get("/companies/732829320").status_code == 404
    assert client.get("/companies/xyz").status_code == 400
    assert "No such company" in page(client, "xyz")


def test_what_a_company_types_is_shown_and_never_run(client: Client) -> None:
    company = make.company("<script>alert(1)</script>")
    make.fact(company, "legal_name", "<img src=x onerror=alert(1)>")

    content = client.get(f"/companies/{company.pk}").content.decode()

    assert "<script>alert" not in content
    assert "<img src=x" not in content


def test_who_has_the_page_is_told_so(client: Client) -> None:
    address = f"/companies/{make.company().pk}"
    etag = client.get(address)["ETag"]

    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_the_sheet_leads_to_the_company(client: Client) -> None:
    company = make.company()
    product = make.product(of=company)
    publish_sheet(product=product)

    assert (
        f'href="/companies/{company.pk}"'
        in client.get(f"/01/{product.pk}").content.decode()
    )
