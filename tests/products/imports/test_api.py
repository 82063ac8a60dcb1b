"""Imports by program: the company's key, another company's, and none."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from companies.models import Act
from products.models import Product, ProductImport
from tests import make
from tests.products.imports import runs

pytestmark = pytest.mark.django_db

URL = "/api/v1/products/imports"
A, B = "3017620422003", "3274080005003"
TABLE = runs.table(("GTIN", "Nom (fr)"), (A, "Sablés"), ("42", "Rien"))


@pytest.fixture
def key() -> str:
    """Return the key of a company's program."""
    return str(make.api_key(make.company(), "products:write"))


def posted(api: APIClient, header: Any, address: str = URL, **query: str) -> Any:
    """Send the table as it is."""
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return api.post(
        f"{address}?{asked}", TABLE, content_type="text/csv", headers=header
    )


def test_a_table_is_sent_followed_and_recorded(
    api: APIClient, bearer: Any, key: str
) -> None:
    answer = posted(api, bearer(key), name="été.csv")

    assert answer.status_code == 202
    run = ProductImport.objects.get()
    assert answer["Location"].endswith(f"{URL}/{run.pk}")
    assert (answer.json()["name"], answer.json()["kind"]) == ("été.csv", "csv")
    runs.worked(run)
    found = api.get(answer["Location"], headers=bearer(key)).json()
    assert (found["state"], found["percent"]) == ("done", 100)
    assert (found["added"], found["refused"], found["done"]) == (1, 1, 2)
    assert found["refused_by_code"] == {"not_a_gtin": 1}
    (line,) = found["lines"]["results"]
    assert (line["line"], line["code"], line["value"]) == (3, "not_a_gtin", "42")
    assert line["detail"] == "Un GTIN a 8, 12, 13 ou 14 chiffres."
    assert Product.objects.get().company == run.company
    assert Act.objects.filter(kind="product_import.done", company=run.company).exists()


def test_a_form_with_a_file_is_taken_as_well(
    api: APIClient, bearer: Any, key: str
) -> None:
    upload = SimpleUploadedFile("produits.csv", TABLE)
    form = {"file": upload, "dry_run": "true"}

    answer = api.post(URL, form, format="multipart", headers=bearer(key))

    assert answer.status_code == 202
    assert answer.json()["name"] == "produits.csv"
    assert answer.json()["dry_run"] is True


def test_a_dry_run_waits_for_the_yes(api: APIClient, bearer: Any, key: str) -> None:
    posted(api, bearer(key), dry_run="true")
    run = runs.worked(ProductImport.objects.get())
    assert (run.state, Product.objects.count()) == ("checked", 0)

    answer = api.post(f"{URL}/{run.pk}/confirm", headers=bearer(key))
    assert (answer.status_code, answer.json()["state"]) == (200, "confirmed")
    runs.worked(run)
    again = api.post(f"{URL}/{run.pk}/confirm", headers=bearer(key))

    assert (again.status_code, again.json()["code"]) == (
        409,
        "product_import_not_to_confirm",
    )
    assert Product.objects.count() == 1


def test_what_is_not_finished_can_be_cancelled_once(
    api: APIClient, bearer: Any, key: str
) -> None:
    posted(api, bearer(key), dry_run="true")
    run = ProductImport.objects.get()

    first = api.post(f"{URL}/{run.pk}/cancel", headers=bearer(key))
    second = api.post(f"{URL}/{run.pk}/cancel", headers=bearer(key))

    assert (first.status_code, first.json()["state"]) == (200, "cancelled")
    assert (second.status_code, second.json()["code"]) == (
        409,
        "product_import_is_final",
    )


def test_refused_lines_come_page_by_page(
    api: APIClient, bearer: Any, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("products.views.imports.LINES", 2)
    content = runs.table(("GTIN",), *[(str(one),) for one in range(1, 6)])
    api.post(URL, content, content_type="text/csv", headers=bearer(key))
    run = runs.worked(ProductImport.objects.get())

    address, seen = f"{URL}/{run.pk}", []
    while address:
        page = api.get(address, headers=bearer(key)).json()["lines"]
        seen += [line["line"] for line in page["results"]]
        address = page["next"]

    assert seen == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("method", ["read", "confirm", "cancel"])
def test_another_companys_import_is_not_there(
    api: APIClient, bearer: Any, key: str, method: str
) -> None:
    posted(api, bearer(key), dry_run="true")
    run = runs.worked(ProductImport.objects.get())
    stranger = make.api_key(make.company("Autre"), "products:write")
    address = f"{URL}/{run.pk}"
    answer = (
        api.get(address, headers=bearer(stranger))
        if method == "read"
        else api.post(f"{address}/{method}", headers=bearer(stranger))
    )

    assert (answer.status_code, answer.json()["code"]) == (
        404,
        "unknown_product_import",
    )
    run.refresh_from_db()
    assert run.state == "checked"


def test_without_a_key_or_with_one_for_something_else_nothing_comes_in(
    api: APIClient, bearer: Any
) -> None:
    stock = make.api_key(make.company(), "stock:write")

    assert posted(api, {}).status_code == 401
    assert posted(api, bearer(stock)).status_code == 403
    assert not ProductImport.objects.exists()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "product_file_refused"),
        (b"%PDF-1.7 \0", 400, "product_file_refused"),
        (runs.dump([runs.record(A)]), 403, "dump_is_for_operators"),
    ],
    ids=["empty", "pdf", "dump"],
)
def test_what_is_no_table_is_refused_with_a_code(
    api: APIClient, bearer: Any, key: str, content: bytes, status: int, code: str
) -> None:
    answer = api.post(
        URL, content, content_type="application/octet-stream", headers=bearer(key)
    )

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    ("form", "begins"), [("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")]
)
def test_anyone_may_have_the_template(api: APIClient, form: str, begins: bytes) -> None:
    answer = api.get(f"{URL}/template.{form}")

    assert answer.status_code == 200
    assert answer.content.startswith(begins)
    assert f".{form}" in answer["Content-Disposition"]


def test_there_is_no_template_of_another_form(api: APIClient) -> None:
    assert api.get(f"{URL}/template.ods").status_code == 404
