"""Imports of products in the admin: editor, viewer, operator, stranger."""

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from products.models import Product, ProductImport, SourceRecord
from products.services.importing import By
from tests import make
from tests.products.imports import runs

pytestmark = pytest.mark.django_db

LIST = reverse("admin:products_productimport_changelist")
ADD = reverse("admin:products_productimport_add")
A = "3017620422003"
TABLE = runs.table(("GTIN", "Name (en)", "Salt"), (A, "Biscuits", "1"), ("42", "x", ""))


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def page(run: ProductImport, what: str = "change") -> str:
    """Return an address of a run."""
    return reverse(f"admin:products_productimport_{what}", args=[run.pk])


def test_a_table_is_uploaded_checked_confirmed_and_recorded() -> None:
    company = make.company()
    editor = make.member(company, "editor")
    browser = signed_in(editor)
    file = SimpleUploadedFile("été.csv", TABLE)
    form = {"company": str(company.pk), "file": file, "publishes": "on"}

    sent = browser.post(ADD, form)

    run = ProductImport.objects.get()
    assert (sent.status_code, sent.headers["Location"]) == (302, page(run))
    assert 'http-equiv="refresh"' in browser.get(page(run)).content.decode()
    runs.worked(run)
    shown = browser.get(page(run)).content.decode()
    assert "1 product is new or changes" in shown
    assert "1 refused line is left out" in shown
    assert "A GTIN has 8, 12, 13 or 14 digits." in shown
    assert not Product.objects.exists()
    browser.post(page(run, "confirm"))
    runs.worked(run)
    assert "1 product is recorded" in browser.get(page(run)).content.decode()
    assert set(Product.objects.values_list("statements__author", flat=True)) == {
        editor.pk
    }
    refused = browser.get(page(run, "refused"))
    assert b"".join(refused).decode("utf-8-sig").splitlines()[1].startswith("3,42,")


def test_confirming_asks_for_a_second_factor() -> None:
    company = make.company()
    browser = Client()
    browser.force_login(make.member(company, "editor"))
    run = runs.worked(runs.asked(TABLE, company))

    browser.post(page(run, "confirm"))

    run.refresh_from_db()
    assert run.state == "checked"


def test_a_viewer_looks_and_changes_nothing() -> None:
    company = make.company()
    browser = signed_in(make.member(company, "viewer"))
    run = runs.worked(runs.asked(TABLE, company))

    assert browser.get(ADD).status_code == 403
    assert browser.get(page(run)).status_code == 200
    assert browser.post(page(run, "confirm")).status_code == 403
    assert browser.post(page(run, "cancel")).status_code == 403
    run.refresh_from_db()
    assert run.state == "checked"


def test_a_stranger_finds_nothing() -> None:
    run = runs.worked(runs.asked(TABLE, make.company()))
    browser = signed_in(make.member(make.company("Autre"), "owner"))

    assert "produits" not in browser.get(LIST).content.decode()
    for what in ("change", "refused", "confirm", "cancel"):
        assert browser.get(page(run, what)).status_code in {302, 403, 404}


def test_a_member_brings_no_dump_and_the_operator_does(admin_user: User) -> None:
    company = make.company()
    dump = runs.dump([runs.record(A)])
    browser = signed_in(make.member(company, "owner"))
    file = SimpleUploadedFile("dump.jsonl.gz", dump)

    answer = browser.post(ADD, {"company": str(company.pk), "file": file})

    assert "speaks for no company" in answer.content.decode()
    run = runs.asked(dump, by=By(admin_user), wish=runs.AT_ONCE)
    assert (runs.worked(run).added, SourceRecord.objects.count()) == (1, 1)


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_template_is_handed_out(form: str) -> None:
    browser = signed_in(make.member(make.company(), "editor"))
    address = reverse("admin:products_productimport_template", args=[form])

    answer = browser.get(address)
    assert answer.status_code == 200
    assert b"".join(answer)
    assert browser.get(address.replace(form, "ods")).status_code == 404
