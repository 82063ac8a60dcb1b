"""What `/01/…` answers of a product with a sheet, and what it refuses."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from scanning.models import CodeReport
from tests import make
from tests.resolver_checks import DEFAULT, MULTI, VOCABULARY, Answer, is_linkset

pytestmark = pytest.mark.django_db


def answer_of(response: Any) -> Answer:
    """Return a response as the rows of the contract see it."""
    headers = {name.lower(): value for name, value in response.items()}
    return Answer(response.status_code, headers, response.content, settings.BASE_URL)


def test_a_page_is_cacheable_by_anyone_and_leaves_no_cookie(client: Client) -> None:
    product = make.product(published=True)

    answer = client.get(f"/01/{product.pk}")

    assert answer["Cache-Control"] == "public, max-age=60"
    varies = {one.strip() for one in answer["Vary"].split(",")}
    assert varies == {"Accept", "Accept-Language"}
    assert not answer.cookies
    assert answer["Content-Security-Policy"].startswith("default-src 'none';")


def test_a_page_that_the_reader_has_is_not_sent_again(client: Client) -> None:
    product = make.product(published=True)
    tag = client.get(f"/01/{product.pk}")["ETag"]

    same = client.get(f"/01/{product.pk}", headers={"If-None-Match": tag})
    other = client.get(f"/01/{product.pk}?lang=en", headers={"If-None-Match": tag})

    assert (same.status_code, same.content) == (304, b"")
    assert other.status_code == 200


@pytest.mark.parametrize("others", [0, 5])
def test_a_page_costs_three_queries(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, others: int
) -> None:
    first = make.product(published=True)
    for _number in range(others):
        make.product(published=True)

    # What is registered for it, the sheet, and the log's keys.
    with django_assert_num_queries(3):
        client.get(f"/01/{first.pk}")
    # Of a lot or an item, also whose product it is and what is warned of.
    with django_assert_num_queries(5):
        client.get(f"/01/{first.pk}/10/LOT/21/SERIAL")


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("application/json", "application/json"),
        ("application/json, text/plain, */*", "application/json"),
        ("application/json, text/html;q=0.5", "application/json"),
        ("*/*", "text/html; charset=utf-8"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html; charset=utf-8"),
        ("image/png", "text/html; charset=utf-8"),
    ],
)
def test_json_is_for_those_who_ask_for_it(
    client: Client, accept: str, media_type: str
) -> None:
    product = make.product(published=True)

    answer = client.get(f"/01/{product.pk}", headers={"Accept": accept})

    assert answer["Content-Type"] == media_type


def test_the_json_is_the_same_as_the_api_s(client: Client) -> None:
    product = make.product(published=True)

    answer = client.get(f"/01/{product.pk}", headers={"Accept": "application/json"})

    assert answer.content == client.get(f"/api/v1/products/{product.pk}").content


def test_a_number_of_13_digits_leads_to_the_same_sheet(client: Client) -> None:
    product = make.product(published=True)

    answer = client.get(f"/01/{product.pk[1:]}")

    assert f'<span class="code">{product.pk}</span>' in answer.content.decode()


def test_lot_and_serial_of_the_code_are_shown(client: Client) -> None:
    product = make.product(published=True)

    target = f"/01/{product.pk}/10/L24%26b/21/S7"
    answer = client.get(target, RAW_URI=target)

    text = answer.content.decode()
    assert 'Lot <span class="code">L24&amp;b</span>' in text
    assert '<span class="code">S7</span>' in text


def test_a_wrong_check_digit_is_read_back_with_the_right_one(client: Client) -> None:
    answer = client.get("/01/03760123450011?lang=en")

    text = answer.content.decode()
    assert answer.status_code == 400
    assert "The check digit of 03760123450011 is wrong; 0 would be right." in text
    assert 'value="03760123450011"' in text
    assert answer["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("rest", "status", "sentence"),
    [
        ("123", 400, "A GTIN has 8, 12, 13 or 14 digits."),
        ("<b>x</b>", 400, "A GTIN has 8, 12, 13 or 14 digits."),
        ("03017620422003/99/x", 400, "this address is not understood"),
        ("02000000000008", 404, "is a number that one shop gave"),
        ("09990000000012", 404, "is a coupon or a receipt"),
        ("03017620422003", 404, "Nobody has told us about the product"),
    ],
)
def test_what_leads_to_no_sheet_says_why(
    client: Client, rest: str, status: int, sentence: str
) -> None:
    answer = client.get(f"/01/{rest}", {"lang": "en"})

    text = answer.content.decode()
    assert answer.status_code == status
    assert sentence in text
    assert "<b>x" not in text
    assert 'name="code"' in text


def test_a_program_gets_a_problem(client: Client) -> None:
    answer = client.get("/01/03017620422003", headers={"Accept": "application/json"})

    assert answer["Content-Type"] == "application/problem+json"
    problem = json.loads(answer.content)
    assert (problem["status"], problem["code"]) == (404, "unknown_product")


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/01/03017620422003").status_code == 405


def test_an_address_that_is_no_digital_link_has_a_page(client: Client) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": "en"})

    assert answer.status_code == 400
    assert "This address is no GS1 Digital Link" in answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/api/v1/nothing", "/.well-known/nothing", "/favicon.ico", "/static/no"]
)
def test_what_is_no_link_keeps_its_own_404(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_json_ld_and_linkset_are_forms_of_the_same_address(client: Client) -> None:
    product = make.product(published=True, name="Pull marin")
    anchor = f"{settings.BASE_URL}/01/{product.pk}"

    linked = client.get(f"/01/{product.pk}", headers={"Accept": "application/ld+json"})
    listed = client.get(f"/01/{product.pk}/21/S1?linkType=linkset")

    assert linked["Content-Type"] == "application/ld+json"
    assert linked.json()["@context"]
    is_linkset(answer_of(listed))
    [entity] = listed.json()["linkset"]
    assert entity["anchor"] == anchor
    assert entity["itemDescription"] == "Pull marin"
    # The sheet is the address itself: one request less.
    assert entity[DEFAULT] == [{"href": anchor, "title": "Pull marin"}]
    assert {"href": anchor, "title": "Pull marin"} in entity[f"{VOCABULARY}pip"]
    assert [one["hreflang"] for one in entity[MULTI]] == [["fr"], ["en"]]
    english = entity[MULTI][1]["href"].removeprefix(settings.BASE_URL)
    assert client.get(english)["Content-Language"] == "en"


def test_the_sheet_is_the_product_s_information_page(client: Client) -> None:
    product = make.product(published=True, name="Pull marin")

    page = client.get(f"/01/{product.pk}?linkType=gs1:pip&language=en")
    other = client.get(f"/01/{product.pk}?linkType=gs1:dpp")

    assert page.status_code == 200
    assert page["Content-Language"] == "en"
    assert "Pull marin" in page.content.decode()
    assert other.status_code == 404
    assert f"/01/{product.pk}?linkType=linkset" in page["Link"]


def test_an_unknown_product_is_told_who_issued_its_number(client: Client) -> None:
    target = "/01/03017620422003/10/A%2FB"
    answer = client.get(target, RAW_URI=target, headers={"Accept": "application/json"})

    problem = answer.json()
    assert problem["key"] == "/01/03017620422003/10/A%2FB"
    assert "France" in problem["issuer"]
    assert problem["report"]


def test_an_unknown_product_is_reported_from_its_page(client: Client) -> None:
    page = client.get("/01/03017620422003", headers={"Accept-Language": "en"})
    text = page.content.decode()

    assert not page.cookies
    assert "csrfmiddlewaretoken" not in text
    assert page["Cache-Control"] == "public, max-age=60"
    assert 'action="/report/03017620422003"' in text

    strict = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en"})
    told = strict.post("/report/03017620422003", {"name": "Pâte", "brand": ""})
    html = strict.post("/report/03017620422003", {"name": "<b>x</b>"})
    wrong = strict.post("/report/03017620422004", {})

    assert told.status_code == 202
    assert "is in the queue" in told.content.decode()
    assert [html.status_code, wrong.status_code] == [400, 400]
    assert CodeReport.objects.get().name == "Pâte"
    assert client.get("/report/03017620422003").status_code == 405


def test_typing_again_needs_no_cookie(client: Client) -> None:
    product = make.product(published=True)

    answer = client.get("/scan", {"code": product.pk[1:], "lang": "en"})

    assert answer.status_code == 303
    assert answer["Location"] == f"/01/{product.pk}?lang=en"


@pytest.mark.parametrize(
    "path", ["/01/09520123456788", "/01/xx", "/.well-known/gs1resolver", "/foo"]
)
def test_other_sites_may_ask_and_nobody_gets_a_cookie(
    client: Client, path: str
) -> None:
    asked = client.options(path, headers={"Access-Control-Request-Method": "GET"})
    written = Client(enforce_csrf_checks=True).put(path)

    assert asked.status_code == 204
    assert written.status_code == 405
    for answer in (asked, written, client.get(path)):
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert "Accept-Language" in answer["Vary"]
        assert "Cookie" not in answer["Vary"]
        assert not answer.cookies
