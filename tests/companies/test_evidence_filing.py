"""Filing documents as a company, and saying who may read them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from companies.errors import EvidenceMissing, FactValueRefused, NotAnEditor
from companies.models import Act, Company, Evidence
from companies.services import Source, file_evidence, file_report, show_evidence
from companies.services.evidencing import clean_name
from tests import make
from tests.companies.hostile_files import pdf

pytestmark = pytest.mark.django_db


def filed(
    company: Company, author: User, content: bytes = b"text", name: str = "a.pdf"
) -> Evidence:
    """File a document."""
    return file_evidence(company=company, blocks=[content], name=name, author=author)


def test_a_document_is_filed_with_its_digest_and_noted() -> None:
    company = make.company()
    author = make.member(company, "editor")

    document = filed(company, author, pdf(), "Bilan social 2025.PDF")

    assert document.name == "Bilan social 2025.pdf"
    assert (document.media_type, document.size) == ("application/pdf", len(pdf()))
    assert (document.uploaded_by, document.is_public) == (author, False)
    act = Act.objects.get()
    assert (act.kind, act.company, act.actor) == ("evidence.filed", company, author)
    assert "Bilan" not in act.subject


def test_the_same_document_again_is_the_same_row(evidence_dir: Path) -> None:
    company, other = make.company(), make.company()
    author = make.member(company, "editor")

    first = filed(company, author)
    again = filed(company, author, name="other.pdf")
    elsewhere = filed(other, make.member(other, "editor"))

    assert first == again
    assert first != elsewhere
    assert len([one for one in evidence_dir.rglob("*") if one.is_file()]) == 1
    assert Act.objects.count() == 2


@pytest.mark.parametrize("role", ["viewer", "stranger"])
def test_only_editors_file_and_show(role: str, evidence_dir: Path) -> None:
    company = make.company()
    document = make.document(company)
    user = (
        make.member(company, "viewer")
        if role == "viewer"
        else make.member(make.company("Étrangère"), "owner")
    )

    with pytest.raises(NotAnEditor):
        filed(company, user, b"another")
    with pytest.raises(NotAnEditor):
        show_evidence(evidence=document, is_public=True, author=user)

    assert len([one for one in evidence_dir.rglob("*") if one.is_file()]) == 1


def test_showing_and_hiding_is_noted_once_and_concerns_the_civil_status() -> None:
    company = make.company()
    author = make.member(company, "owner")
    document = filed(company, author)
    before = Company.objects.get().changes

    show_evidence(evidence=document, is_public=True, author=author)
    show_evidence(evidence=document, is_public=True, author=author)
    assert Evidence.objects.get().is_public
    show_evidence(evidence=document, is_public=False, author=author)

    assert Company.objects.get().changes == before + 2
    kinds = Act.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds)[1:] == ["evidence.published", "evidence.hidden"]


def test_a_verifier_s_report_is_not_the_company_s_to_show() -> None:
    company = make.company()
    verifier = make.verifier()
    author = make.member(company, "owner")
    report = file_report(
        company=company, blocks=[b"report"], name="r.txt", verifier=verifier
    )

    show_evidence(evidence=report, is_public=True, author=author)
    report.refresh_from_db()
    assert (report.is_public, report.is_from_outside) == (False, True)

    # Unless the company has the very same document itself.
    assert filed(company, author, b"report") == report
    show_evidence(evidence=report, is_public=True, author=author)
    report.refresh_from_db()
    assert report.is_public


def test_a_member_shows_what_is_said_to_be_evidenced() -> None:
    company = make.company()
    author = make.member(company, "editor")
    source = Source(name="Filature", url="https://a.example", level="evidenced")

    with pytest.raises(EvidenceMissing):
        make.fact(company, "employees", "110", source=source, author=author)
    said = make.fact(
        company,
        "employees",
        "110",
        source=source,
        author=author,
        evidence=[filed(company, author)],
    )

    assert said.evidence.count() == 1
    assert said.level == "evidenced"


def test_a_value_that_ends_before_it_begins_is_refused() -> None:
    source = Source(name="Filature", valid_until=date(2026, 1, 1))

    with pytest.raises(FactValueRefused) as refused:
        make.fact(
            make.company(), "employees", "1", source=source, valid_from=date(2026, 1, 2)
        )

    assert refused.value.extra["reason"] == "ends_before_it_begins"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Bilan.docx", "Bilan.txt"),
        ("facture.pdf.exe", "facture.pdf.txt"),
        ("C:\\Users\\a\\bilan.txt", "bilan.txt"),
        ("../../etc/passwd", "passwd.txt"),
        ("salaires\u202efdp.exe", "salaires fdp.txt"),
        ('a"b\r\nc.txt', "a b c.txt"),
        (".txt", "txt.txt"),
        ("", "document.txt"),
        ("...", "document.txt"),
        ("a" * 300 + ".txt", "a" * 140 + ".txt"),
        ("Rapport annuel. Version finale", "Rapport annuel. Version finale.txt"),
        ("été 日本.txt", "été 日本.txt"),
    ],
)
def test_a_name_is_kept_without_what_misleads(given: str, kept: str) -> None:
    assert clean_name(given, ending="txt") == kept


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_same_document_filed_at_once_is_one_row() -> None:
    company = make.company()
    author = make.member(company, "editor")

    def run(_number: int) -> Evidence:
        try:
            return filed(company, author)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(run, range(4)))

    assert {row.pk for row in rows} == {Evidence.objects.get().pk}
