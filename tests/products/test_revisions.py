"""Past revisions: read, listed, compared; and the forms that a reader asks for."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from companies.levels import SourceKind
from companies.services import Source
from products import formats
from products.models import Product, Sheet
from products.services import publish_sheet
from tests import make
from tests.ledger.tampering import unguarded

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    """Return a product with two revisions, the first one of yesterday."""
    made = make.product(published=True)
    with unguarded():
        Sheet.objects.update(published_at=timezone.now() - timedelta(days=1))
    make.field(made, "identity.name", {"fr": "Pull de laine"})
    make.field(made, "identity.brand", "Test")
    publish_sheet(product=made)
    return made


def read(api: APIClient, address: str, **headers: str) -> Any:
    response = api.get(address, headers=headers)
    assert response.status_code == 200, response.content
    return response.json()


def test_a_past_revision_is_read_as_it_was_published(
    api: APIClient, product: Product
) -> None:
    stored = Sheet.objects.get(product=product, language="fr", revision=1)

    response = api.get(f"/api/v1/products/{product.pk}?revision=1")

    assert response.content == bytes(stored.body)
    assert "max-age=31536000" in response["Cache-Control"]


def test_a_past_day_shows_what_readers_saw_then(
    api: APIClient, product: Product
) -> None:
    moment = (timezone.now() - timedelta(hours=3)).isoformat().replace("+00:00", "Z")

    document = read(api, f"/api/v1/products/{product.pk}?at={moment}")

    assert document["revision"] == 1


def test_before_the_first_revision_there_was_no_sheet(
    api: APIClient, product: Product
) -> None:
    response = api.get(f"/api/v1/products/{product.pk}?at=2020-01-01")

    assert response.status_code == 404
    assert response.json()["code"] == "unknown_revision"


@pytest.mark.parametrize("number", ["0", "9", "-1", "x", "", "1e3", "٣", "9" * 40])
def test_a_revision_that_is_none_is_told(
    api: APIClient, product: Product, number: str
) -> None:
    response = api.get(f"/api/v1/products/{product.pk}", {"revision": number})

    assert response.status_code == 404
    assert response.json()["code"] == "unknown_revision"


def test_revisions_of_an_unknown_product_are_not_found(api: APIClient) -> None:
    for tail in ("?revision=1", "?at=2026-01-01", "/revisions", "/diff"):
        response = api.get(f"/api/v1/products/{make.gtin()}{tail}")

        assert (response.status_code, response.json()["code"]) == (
            404,
            "unknown_product",
        )


def test_the_list_leads_to_each_revision(api: APIClient, product: Product) -> None:
    page = read(api, f"/api/v1/products/{product.pk}/revisions?page_size=1")
    following = read(api, page["next"])

    rows = [*page["results"], *following["results"]]
    assert [row["revision"] for row in rows] == [2, 1]
    assert read(api, rows[1]["url"])["revision"] == 1
    assert len(bytes.fromhex(rows[0]["digest"])) == 32


def test_the_difference_names_what_changed_and_nothing_else(
    api: APIClient, product: Product
) -> None:
    document = read(api, f"/api/v1/products/{product.pk}/diff")

    assert (document["from"]["revision"], document["to"]["revision"]) == (1, 2)
    changed = {one["field"]: one for one in document["changes"]}
    assert set(changed) == {"identity.name", "identity.brand"}
    assert changed["identity.brand"]["kind"] == "added"
    assert changed["identity.brand"]["before"]["status"] == "unknown"
    assert changed["identity.name"]["kind"] == "changed"
    assert changed["identity.name"]["after"]["text"] == "Pull de laine"


def test_backwards_what_was_added_is_removed(api: APIClient, product: Product) -> None:
    document = read(api, f"/api/v1/products/{product.pk}/diff?from=2&to=1")

    kinds = {one["field"]: one["kind"] for one in document["changes"]}
    assert kinds["identity.brand"] == "removed"


def test_that_there_is_none_is_an_answer(api: APIClient, product: Product) -> None:
    address = f"/api/v1/products/{product.pk}/diff"
    kinds = []
    for value, status in ((None, "none"), (["en:milk"], "known"), (None, "none")):
        make.field(product, "nutrition.allergens", value, status=status)
        publish_sheet(product=product)
        changes = {one["field"]: one for one in read(api, address)["changes"]}
        kinds.append(changes["nutrition.allergens"]["kind"])

    assert kinds == ["added", "changed", "changed"]


def test_that_somebody_says_otherwise_is_a_change(
    api: APIClient, product: Product
) -> None:
    before = timezone.now() - timedelta(days=3)
    other = Source(kind=SourceKind.COMMUNITY, name="Test", observed_at=before)
    make.field(product, "identity.brand", "Autre", source=other)
    publish_sheet(product=product)

    (change,) = read(api, f"/api/v1/products/{product.pk}/diff")["changes"]
    assert (change["field"], change["kind"]) == ("identity.brand", "restated")
    assert change["after"]["discrepancy"][0]["value"] == "Autre"


def test_the_same_revision_differs_in_nothing(api: APIClient, product: Product) -> None:
    assert read(api, f"/api/v1/products/{product.pk}/diff?from=2&to=2")["changes"] == []


@pytest.mark.parametrize("form", list(formats.FORMS.values()), ids=formats.FORMS)
def test_a_form_is_asked_for_by_address_or_by_header(
    api: APIClient, product: Product, form: formats.Form
) -> None:
    address = f"/api/v1/products/{product.pk}"

    by_address = api.get(address, {"profile": form.profile})
    by_header = api.get(address, headers={"Accept": form.media_type})

    assert by_address.content == by_header.content
    assert by_address["Content-Type"] == by_header["Content-Type"] == form.media_type
    assert by_address["ETag"] != api.get(address)["ETag"]
    assert "Accept" in by_header["Vary"].replace("Accept-", "")
    again = api.get(
        address,
        headers={"Accept": form.media_type, "If-None-Match": by_header["ETag"]},
    )
    assert again.status_code == 304


def test_a_passport_is_told_from_linked_data_by_its_profile(
    api: APIClient, product: Product
) -> None:
    address = formats.FORMS["untp-dpp-0.6.1"].address

    document = read(
        api,
        f"/api/v1/products/{product.pk}",
        Accept=f'application/ld+json;profile="{address}"',
    )

    assert "DigitalProductPassport" in document["type"]


def test_a_past_revision_has_its_forms_too(api: APIClient, product: Product) -> None:
    document = read(api, f"/api/v1/products/{product.pk}?revision=1&profile=lite")

    assert document["revision"] == 1


def test_an_unknown_form_is_refused_with_those_that_exist(
    api: APIClient, product: Product
) -> None:
    response = api.get(f"/api/v1/products/{product.pk}", {"profile": "pdf"})

    assert response.status_code == 400
    assert response.json()["code"] == "unknown_profile"
    assert response.json()["profiles"] == list(formats.PROFILES)


def test_a_reader_who_wants_anything_gets_the_sheet(
    api: APIClient, product: Product
) -> None:
    for accept in ("*/*", "application/json", "text/html, */*;q=0.1", "image/png"):
        response = api.get(f"/api/v1/products/{product.pk}", headers={"Accept": accept})
        assert json.loads(response.content)["sections"]
