"""Who gets the bytes of a document, and how they are sent: never to be run."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from rest_framework.test import APIClient

from companies import scoping
from companies.models import Company, Evidence, Statement, Verifier
from companies.services import file_report, show_evidence
from tests import make
from tests.companies.hostile_files import pdf

pytestmark = pytest.mark.django_db

TEXT = "CDI : 110 salariés".encode()


def address(document: Evidence) -> str:
    """Return where signed-in people get a document."""
    return reverse("admin:companies_evidence_download", args=[document.pk])


def public(document: Evidence) -> str:
    """Return where anyone gets a public document."""
    return f"/api/v1/evidence/{document.pk}"


def browser(user: User) -> Client:
    """Return the browser of somebody who is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def stated(
    company: Company, *documents: Evidence, fact: str = "employees"
) -> Statement:
    """State a fact with its documents."""
    return make.fact(company, fact, "110", evidence=documents)


@pytest.fixture
def company() -> Company:
    """Return a company that pays its taxes in France."""
    made = make.company("Filature")
    make.fact(made, "tax_residence", "FR")
    return made


@pytest.fixture
def document(company: Company) -> Evidence:
    """Return a document of the company, attached to its staff."""
    made = make.document(company, TEXT, name="Contrats été.csv")
    stated(company, made)
    return made


@pytest.mark.parametrize("role", ["owner", "editor", "viewer"])
def test_members_get_it_as_a_file_that_nothing_runs(
    role: str, document: Evidence
) -> None:
    answer = browser(make.member(document.company, role)).get(address(document))

    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == (
        'attachment; filename="Contrats _t_.txt"; '
        "filename*=UTF-8''Contrats%20%C3%A9t%C3%A9.txt"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["ETag"] == f'"{document.sha256}"'
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Length"] == str(len(TEXT))


def test_the_operator_gets_it(admin_client: Client, document: Evidence) -> None:
    assert admin_client.get(address(document)).content == TEXT


def test_a_verifier_gets_what_is_attached_to_what_is_in_its_scope(
    document: Evidence,
) -> None:
    verifier = make.verifier("employees")
    other = make.document(document.company, b"of another fact")
    stated(document.company, other, fact="ghg_scope1")
    reader = browser(verifier.user)

    assert reader.get(address(document)).content == TEXT
    assert reader.get(address(other)).status_code == 404


def changed(verifier: Verifier, company: Company, why: str) -> None:
    """Let the document be out of the verifier's sight."""
    yesterday = timezone.localdate() - timedelta(days=1)
    match why:
        case "another country":
            verifier.scopes.update(countries=["BE"])
        case "another fact":
            verifier.scopes.update(facts=["turnover"])
        case "scope ended":
            verifier.scopes.update(valid_until=yesterday)
        case "inactive":
            Verifier.objects.update(is_active=False)
        case "kind":
            Verifier.objects.update(kind="certifier")
        case "own group":
            company.parent = make.company("Groupe")
            company.save()
            Verifier.objects.update(company=company.parent)
        case "corrected":
            make.fact(company, "employees", "111")


@pytest.mark.parametrize(
    "why",
    [
        "another country",
        "another fact",
        "scope ended",
        "inactive",
        "kind",
        "own group",
        "corrected",
    ],
)
def test_a_verifier_gets_nothing_else(why: str, document: Evidence) -> None:
    verifier = make.verifier("employees")
    changed(verifier, document.company, why)

    assert browser(verifier.user).get(address(document)).status_code == 404


def test_a_verifier_gets_its_own_report_and_no_other_s(company: Company) -> None:
    verifier, other = make.verifier(), make.verifier()
    report = file_report(
        company=company, blocks=[b"report"], name="r", verifier=verifier
    )

    assert browser(verifier.user).get(address(report)).content == b"report"
    assert browser(other.user).get(address(report)).status_code == 404
    member = make.member(company, "viewer")
    assert browser(member).get(address(report)).content == b"report"


def test_a_stranger_finds_nothing(document: Evidence, client: Client) -> None:
    stranger = browser(make.member(make.company("Étrangère"), "owner"))
    staff = browser(User.objects.create_user("nobody", is_staff=True))

    for reader in (stranger, staff):
        answer = reader.get(address(document))
        assert answer.status_code == 404
        assert "no such document" in answer.content.decode()
    assert client.get(address(document)).status_code == 302
    assert client.get(public(document)).status_code == 404


def test_a_public_one_is_for_anyone(document: Evidence, api: APIClient) -> None:
    author = make.member(document.company, "owner")
    show_evidence(evidence=document, is_public=True, author=author)

    answer = api.get(public(document))

    assert (answer.status_code, answer.content) == (200, TEXT)
    assert answer["Cache-Control"] == "public, max-age=300"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    again = api.get(public(document), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.head(public(document)).content == b""
    stranger = browser(make.member(make.company("Étrangère"), "viewer"))
    assert stranger.get(address(document)).content == TEXT

    show_evidence(evidence=document, is_public=False, author=author)
    refused = api.get(public(document), headers={"If-None-Match": answer["ETag"]})
    assert (refused.status_code, refused.json()["code"]) == (404, "unknown_evidence")


@pytest.mark.parametrize(
    "path", ["../../etc/passwd", "00", "%2e%2e/secret", f"{'0' * 64}"]
)
def test_no_path_of_a_request_leads_to_a_file(path: str, api: APIClient) -> None:
    assert api.get(f"/api/v1/evidence/{path}").status_code == 404


def test_damaged_bytes_are_refused_with_a_code(
    document: Evidence, evidence_dir: Path, api: APIClient
) -> None:
    Evidence.objects.update(is_public=True)
    (evidence_dir / document.sha256[:2] / document.sha256).write_bytes(b"altered")

    answer = api.get(public(document))
    page = browser(make.member(document.company)).get(address(document))

    assert (answer.status_code, answer.json()["code"]) == (404, "evidence_damaged")
    assert (page.status_code, b"altered" in page.content) == (404, False)
    assert "damaged or missing" in page.content.decode()


@pytest.mark.database
def test_what_each_may_read_is_found_in_the_database(company: Company) -> None:
    seat = make.company("Siège")
    make.fact(
        seat, "registered_address", "1 rue", details={"country": "BE", "city": "Mons"}
    )
    own, other = make.document(company, b"own"), make.document(seat, b"other")
    stated(company, own)
    stated(seat, other)
    belgian = make.verifier("employees", countries=["BE"])
    both = make.verifier("employees", countries=["BE", "FR"])

    def read_by(user: User) -> set[Evidence]:
        return set(scoping.readable(user))

    assert read_by(belgian.user) == {other}
    assert read_by(both.user) == {own, other}
    assert read_by(make.member(company)) == {own}
    assert read_by(User.objects.create_user("nobody")) == set()


def test_a_document_is_added_and_shown_in_the_admin(company: Company) -> None:
    editor = browser(make.member(company, "editor"))
    add = reverse("admin:companies_evidence_add")

    def given(content: bytes, **members: str) -> dict[str, object]:
        file = SimpleUploadedFile("Bilan.exe", content, "application/x-msdownload")
        return {"company": str(company.pk), "file": file, **members}

    refused = editor.post(add, given(b"MZ"))
    empty = editor.post(add, given(b""))
    answer = editor.post(add, given(pdf()), follow=True)

    assert "Programs and scripts are not taken" in refused.content.decode()
    assert "This file is empty." in empty.content.decode()
    document = Evidence.objects.get()
    assert (document.name, document.media_type) == ("Bilan.pdf", "application/pdf")
    assert "“Bilan.pdf” is kept." in answer.content.decode()

    page = reverse("admin:companies_evidence_change", args=[document.pk])
    text = editor.get(page).content.decode()
    assert address(document) in text
    assert document.sha256 in text
    # Shown to anyone is published: with a second factor only.
    editor.post(page, {"is_public": "on"})
    assert not Evidence.objects.get().is_public
    make.second_factor(editor).post(page, {"is_public": "on"})
    assert Evidence.objects.get().is_public


def test_what_came_from_outside_is_only_read(company: Company) -> None:
    report = file_report(
        company=company, blocks=[b"report"], name="r", verifier=make.verifier()
    )
    owner = make.second_factor(browser(make.member(company, "owner")))
    page = reverse("admin:companies_evidence_change", args=[report.pk])

    assert owner.get(page).status_code == 200
    assert owner.post(page, {"is_public": "on"}).status_code == 403
    query = {
        "app_label": "companies",
        "model_name": "statement",
        "field_name": "evidence",
        "term": "",
    }
    offered = owner.get(reverse("admin:autocomplete"), query).json()["results"]
    assert offered == []


def test_a_stranger_and_a_viewer_add_nothing(company: Company) -> None:
    add = reverse("admin:companies_evidence_add")
    for user in (
        make.member(company, "viewer"),
        make.member(make.company("Étrangère"), "owner"),
    ):
        file = SimpleUploadedFile("a.txt", b"text")
        browser(user).post(add, {"company": str(company.pk), "file": file})

    assert not Evidence.objects.exists()
