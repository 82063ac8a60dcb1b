"""Imports in the admin: the member, the viewer, the operator, the stranger."""

import csv
import html
import io

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from companies.models import ImportRun, Statement
from tests import make
from tests.companies.imports.runs import checked, csv_file, recorded, uploaded, worked

pytestmark = pytest.mark.django_db

LIST = reverse("admin:companies_importrun_changelist")
ADD = reverse("admin:companies_importrun_add")
ROWS = [
    ("employees", "", "47", "", "2025", "", ""),
    ("enps", "", "1.5", "", "", "", ""),
]


def signed_in(user: User, language: str = "en") -> Client:
    """Return a browser in which `user` is signed in."""
    client = Client(headers={"Accept-Language": language})
    client.force_login(user)
    return make.second_factor(client)


def page(run: ImportRun, what: str = "change") -> str:
    """Return an address of a run."""
    return reverse(f"admin:companies_importrun_{what}", args=[run.pk])


def test_a_file_is_uploaded_checked_confirmed_and_recorded() -> None:
    company = make.company("Filature")
    editor = make.member(company, "editor")
    browser = signed_in(editor)
    file = SimpleUploadedFile("faits été.csv", csv_file(ROWS))

    sent = browser.post(ADD, {"company": str(company.pk), "file": file})

    run = ImportRun.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, page(run))
    assert (run.name, run.company, run.asked_by) == ("faits été.csv", company, editor)
    waiting = browser.get(page(run)).content.decode()
    assert 'http-equiv="refresh"' in waiting
    worked(run)
    shown = browser.get(page(run)).content.decode()
    assert 'http-equiv="refresh"' not in shown
    assert "1 line says something new" in shown
    assert "1 refused line is left out" in shown
    assert "This is not a whole number." in shown
    assert not Statement.objects.exists()
    browser.post(page(run, "confirm"))
    worked(run)
    assert Statement.objects.get().author == editor
    assert "1 statement is recorded" in browser.get(page(run)).content.decode()


def test_what_cannot_be_read_is_said_on_the_form() -> None:
    company = make.company()
    browser = signed_in(make.member(company))
    file = SimpleUploadedFile("old.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 100)

    answer = browser.post(ADD, {"company": str(company.pk), "file": file})

    assert "This is an old Excel file" in answer.content.decode()
    assert not ImportRun.objects.exists()


def test_a_refused_file_says_why_on_its_page() -> None:
    company = make.company()
    run = checked(csv_file([("1", "2")], ("fact", "couleur")), company)

    text = signed_in(make.member(company)).get(page(run)).content.decode()

    assert run.state == ImportRun.State.REFUSED
    assert "couleur" in text
    assert page(run, "confirm") not in text


def test_the_reasons_are_worded_in_the_language_of_the_person() -> None:
    company = make.company()
    french = signed_in(make.member(company), "fr")
    file = SimpleUploadedFile("f.csv", csv_file(ROWS))

    french.post(ADD, {"company": str(company.pk), "file": file})

    assert worked(ImportRun.objects.get()).language == "fr"


def test_refused_lines_are_handed_out_as_csv() -> None:
    company = make.company()
    run = checked(csv_file(ROWS), company)

    answer = signed_in(make.member(company, "viewer")).get(page(run, "refused"))

    text = b"".join(answer).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Line", "Column", "Code", "Why"]
    assert rows[1][:3] == ["3", "value", "not_whole"]
    assert rows[1][3] == run.errors.get().text


def test_a_viewer_looks_and_changes_nothing() -> None:
    company = make.company()
    run = checked(csv_file(ROWS), company)
    browser = signed_in(make.member(company, "viewer"))

    text = browser.get(page(run)).content.decode()

    assert page(run, "confirm") not in text
    assert browser.get(ADD).status_code == 403
    assert browser.post(page(run, "confirm")).status_code == 403
    assert browser.post(page(run, "cancel")).status_code == 403
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_a_stranger_finds_nothing() -> None:
    company = make.company("Filature")
    run = checked(csv_file(ROWS), company)
    browser = signed_in(make.member(make.company("Étrangère")))

    for what in ("change", "refused", "history", "delete"):
        assert browser.get(page(run, what)).status_code in {302, 403, 404}
    for what in ("confirm", "cancel"):
        assert browser.post(page(run, what)).status_code == 404
    assert "faits.csv" not in browser.get(LIST).content.decode()
    file = SimpleUploadedFile("f.csv", csv_file(ROWS))
    sent = browser.post(ADD, {"company": str(company.pk), "file": file})
    assert "Select a valid choice" in sent.content.decode()
    assert ImportRun.objects.count() == 1


def test_a_file_of_operators_is_hidden_from_members(admin_user: User) -> None:
    company = make.company("Filature")
    data = csv_file([("Filature", "enps", "2")], ("company", "fact", "value"))
    run = worked(uploaded(data, None, admin_user))

    member = signed_in(make.member(company))

    assert member.get(page(run)).status_code == 404
    assert signed_in(admin_user).get(page(run)).status_code == 200


def test_an_operator_uploads_without_a_company(admin_client: Client) -> None:
    make.company("Filature")
    data = csv_file([("Filature", "enps", "2")], ("company", "fact", "value"))

    sent = admin_client.post(ADD, {"file": SimpleUploadedFile("f.csv", data)})

    assert sent.status_code == 302
    assert worked(ImportRun.objects.get()).added == 1


def test_confirming_and_cancelling_take_a_post(admin_client: Client) -> None:
    run = checked(csv_file(ROWS), make.company())

    for what in ("confirm", "cancel"):
        assert admin_client.get(page(run, what)).status_code == 403
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_confirming_twice_is_told_and_records_once(admin_client: Client) -> None:
    run = recorded(csv_file(ROWS), make.company())

    again = admin_client.post(page(run, "confirm"), follow=True)

    (message,) = again.context["messages"]
    assert str(message)
    assert html.escape(str(message)) in again.content.decode()
    assert worked(run).state == ImportRun.State.DONE
    assert Statement.objects.count() == 1


def test_the_list_shows_progress_and_offers_files() -> None:
    company = make.company()
    run = uploaded(csv_file(ROWS), company, make.member(company, "editor"))
    ImportRun.objects.filter(pk=run.pk).update(total=7, done=3)

    text = signed_in(make.member(company)).get(LIST).content.decode()

    assert "waiting (3 / 7)" in text
    assert reverse("admin:companies_importrun_template", args=["xlsx"]) in text
    assert reverse("admin:companies_importrun_export", args=["csv"]) in text
