"""What `/01/…` answers: page or JSON, cached or not, and what it refuses."""

import json

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests import make

pytestmark = pytest.mark.django_db


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


def test_a_page_costs_one_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    first = make.product(published=True)
    for _number in range(5):
        make.product(published=True)

    with django_assert_num_queries(1):
        client.get(f"/01/{first.pk}")


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

    answer = client.get(f"/01/{product.pk}/10/L24%26b/21/S7")

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
        ("02000000000008", 422, "is a number that one shop gave"),
        ("09990000000012", 422, "is a coupon or a receipt"),
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


def test_an_address_that_leads_nowhere_has_a_page(client: Client) -> None:
    answer = client.get("/nowhere", headers={"Accept-Language": "en"})

    assert answer.status_code == 404
    assert "There is nothing at this address." in answer.content.decode()
