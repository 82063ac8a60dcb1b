"""`GET /api/v1/products`: one page of what is published, and nothing that breaks it."""

import json
import unicodedata
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from rest_framework.test import APIClient
from rest_framework.throttling import ScopedRateThrottle

from products.searching import pages
from products.services import publish_sheet
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]

URL = "/api/v1/products"


def test_it_answers_a_product_as_its_sheet_names_it(api: APIClient) -> None:
    company = make.company("Biscuiterie du Test", is_fictitious=True)
    product = make.product(name="Sablés", of=company)
    make.field(product, "identity.name", {"fr": "Sablés", "en": "Shortbread"})
    make.field(product, "identity.brand", "Dunes")
    make.field(product, "identity.category", ["en:biscuits"])
    make.field(product, "identity.net_content", {"value": "250", "unit": "GRM"})
    make.field(product, "nutrition.nutri_score", {"grade": "d", "score": 15})
    publish_sheet(product=product)

    response = api.get(URL, {"q": "shortbread"}, headers={"Accept-Language": "en"})

    assert response.status_code == 200, response.content
    assert response["Cache-Control"] == "public, max-age=5"
    assert "Accept-Language" in response["Vary"]
    [found] = response.json()["results"]
    assert found.pop("url").endswith(f"/api/v1/products/{product.pk}")
    assert found.pop("net_content").startswith("250")
    assert found == {
        "gtin": product.pk,
        "name": "Shortbread",
        "brand": "Dunes",
        "category": "biscuits",
        "company": {"id": str(company.pk), "name": company.name},
        "image": None,
        "nutri_score": "d",
        "revision": 1,
        "fictitious": True,
    }
    french = api.get(URL, {"q": "sable biscuiterie", "company": str(company.pk)})
    assert [one["name"] for one in french.json()["results"]] == ["Sablés"]


def test_a_reader_who_has_the_page_is_not_sent_it_again(api: APIClient) -> None:
    make.product(published=True)
    etag = api.get(URL)["ETag"]

    response = api.get(URL, headers={"If-None-Match": etag})

    assert (response.status_code, response.content) == (304, b"")


def test_links_lead_through_every_product(api: APIClient) -> None:
    made = {make.product(name="Pull", published=True).pk for _ in range(3)}

    first = api.get(URL, {"q": "pull", "page_size": "2"}).json()
    second = api.get(first["next"]).json()

    gtins = [one["gtin"] for one in first["results"] + second["results"]]
    assert (set(gtins), len(gtins)) == (made, 3)
    assert (first["previous"], second["next"]) == (None, None)
    assert api.get(second["previous"]).json()["results"] == first["results"]


def test_it_says_which_word_was_taken_for_which(api: APIClient) -> None:
    make.product(name="Camembert", published=True)

    said = api.get(URL, {"q": "camenbert"}).json()
    literal = api.get(URL, {"q": "camenbert", "exact": "true"}).json()

    assert said["corrected"] == [{"given": "camenbert", "taken": "camembert"}]
    assert len(said["results"]) == 1
    assert (literal["corrected"], literal["results"]) == ([], [])


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "cD0yMDI2",
        "a:b:c",
        "\x00",
        "%F0%9F",
        signing.dumps([0, 1], salt=pages.SALT),
        signing.dumps([[0, 1, "x"], False, {}], salt="other"),
        signing.dumps("text", salt=pages.SALT),
    ],
    ids=["x", "é", "old", "abc", "nul", "bytes", "short", "salt", "text"],
)
def test_a_cursor_that_somebody_made_up_is_not_found(
    api: APIClient, cursor: str
) -> None:
    response = api.get(URL, {"cursor": cursor})

    assert response.status_code in {400, 404}
    assert response["Content-Type"] == "application/problem+json"
    assert response.status_code == 404 or cursor == "\x00"


HOSTILE = {
    "operators": "a AND b OR NOT (c NEAR d) * ^ : - {n}: x",
    "quotes": "\"' '; DROP TABLE products_product; -- \\",
    "tsquery": "'a':* & !b <-> c | :A",
    "percents": "%s %(a)s %% _ \\",
    "long": "lait " * 1900,
    "one-word": "a" * 9000,
    "emoji": "🍫🍫 👩‍👩‍👧",
    "scripts": "молоко 牛乳 حليب दूध ŧħæ",
    "marks": unicodedata.normalize("NFD", "é" * 50) + "\u0301" * 200,
    "controls": "\x01\x02\u202e\u200b\ufeff",
    "numbers": "½ ² Ⅻ 12345678",
    "spaces": " \t\n\u00a0\u3000",
}


@pytest.mark.parametrize("asked", HOSTILE.values(), ids=HOSTILE)
def test_whatever_is_typed_is_only_words(api: APIClient, asked: str) -> None:
    make.product(name="Lait", published=True)

    response = api.get(URL, {"q": asked})

    assert response.status_code == 200, response.content


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "a\x00b"),
        ("q", "a" * 10_001),
        ("company", "x"),
        ("page_size", "0"),
        ("page_size", "101"),
        ("page_size", "x"),
        ("fictitious", "perhaps"),
    ],
    ids=["nul", "endless", "company", "none", "too-many", "no-number", "perhaps"],
)
def test_what_cannot_be_asked_is_refused_with_its_field(
    api: APIClient, name: str, value: str
) -> None:
    response = api.get(URL, {name: value})

    assert response.status_code == 400
    assert json.loads(response.content)["errors"][0]["field"] == name


def test_who_searches_without_end_is_asked_to_wait(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "search", "2/min")

    statuses = [api.get(URL).status_code for _ in range(3)]

    assert statuses == [200, 200, 429]
    assert api.get("/search").status_code == 429


@pytest.mark.database
@pytest.mark.parametrize(
    ("begun", "asked"),
    [({}, {"q": "pull"}), ({"q": "pull"}, {}), ({"q": "pull"}, {"q": "4006381333931"})],
    ids=["list to words", "words to list", "words to number"],
)
def test_a_cursor_of_another_question_is_not_found(
    api: APIClient, begun: dict[str, str], asked: dict[str, str]
) -> None:
    make.product(name="Pull marin", published=True)
    make.product(name="Pull rouge", published=True)
    following = api.get(URL, {**begun, "page_size": "1"}).json()["next"]
    (cursor,) = parse_qs(urlsplit(following).query)["cursor"]

    response = api.get(URL, {**asked, "cursor": cursor})

    assert (response.status_code, response.json()["code"]) == (404, "not_found")
