"""A scan by text: the code that the phone has read itself."""

import json
import uuid
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from products.services import set_stock
from scanning import counting
from scanning.models import DailyScans, UnknownCode
from scanning.services.reading import scan_text
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans"


def scan(api: APIClient, **members: Any) -> Any:
    return api.post(URL, members, format="json")


@pytest.mark.database
def test_it_answers_what_was_read_with_the_sheet(api: APIClient) -> None:
    product = make.product(published=True)

    answer = scan(api, code=product.gtin[1:], format="ean_13")

    assert answer.status_code == 200
    body = answer.json()
    assert body["gtin"] == product.gtin
    assert body["read"]["text"] == product.gtin[1:]
    identity = body["sheet"]["sections"]["identity"]["fields"]
    assert identity["name"]["text"] == "Pull marin"


def test_the_sheet_is_the_one_that_the_product_address_serves(api: APIClient) -> None:
    product = make.product(published=True)
    set_stock(product=product, store="Lyon", quantity=3)

    sheet = scan(api, code=product.gtin).json()["sheet"]

    assert sheet == api.get(f"/api/v1/products/{product.gtin}").json()


@pytest.mark.parametrize(
    ("number", "typed"),
    [
        ("00000095200015", "95200015"),
        ("00012345000065", "012345000065"),
        ("09520123456788", "9520123456788"),
        ("09520123456788", "952 0123 456788"),
    ],
)
def test_each_length_leads_to_the_same_key(
    api: APIClient, number: str, typed: str
) -> None:
    from products import gtin

    number = number[:-1] + str(gtin.check_digit(number[:-1]))
    typed = typed[:-1] + number[-1]
    make.product(number, published=True)

    assert scan(api, code=typed, format="ean_8").json()["gtin"] == number


def test_our_own_digital_link_leads_to_its_product(api: APIClient) -> None:
    product = make.product(published=True)
    link = f"HTTPS://ANY.EXAMPLE/01/{product.gtin}/10/L1"

    body = scan(api, code=link).json()

    assert (body["gtin"], body["read"]["lot"]) == (product.gtin, "L1")


def test_an_english_phone_gets_the_english_sheet(api: APIClient) -> None:
    product = make.product(published=True)

    answer = api.post(URL, {"code": product.gtin}, headers={"Accept-Language": "en"})

    assert answer.json()["sheet"]["language"] == "en"


@pytest.mark.parametrize(
    ("code", "status", "problem"),
    [
        ("4006381333932", 422, "wrong_check_digit"),
        ("bonjour", 422, "unreadable_code"),
        ("12345", 422, "unreadable_code"),
        ("https://example.org/", 422, "unreadable_code"),
        ("2012345678900", 422, "in_store_number"),
        ("   ", 400, "empty_scan"),
        ("9812345678909", 422, "not_a_product_code"),
    ],
)
def test_a_code_of_no_product_is_refused_with_its_reason(
    api: APIClient, code: str, status: int, problem: str
) -> None:
    from products import gtin

    if problem in {"in_store_number", "not_a_product_code"}:
        code = code[:-1] + str(gtin.check_digit(code[:-1]))

    answer = scan(api, code=code)

    assert (answer.status_code, answer.json()["code"]) == (status, problem)
    assert answer.headers["Content-Type"] == "application/problem+json"


def test_a_wrong_check_digit_says_the_right_one(api: APIClient) -> None:
    body = scan(api, code="4006381333932").json()

    assert body["expected_check_digit"] == "1"
    assert body["read"] == "4006381333932"


def test_an_unknown_product_says_what_was_read(api: APIClient) -> None:
    answer = scan(api, code="4006381333931")

    assert answer.status_code == 404
    body = answer.json()
    assert (body["code"], body["gtin"]) == ("unknown_product", "04006381333931")
    assert body["codes"][0]["text"] == "4006381333931"


@pytest.mark.parametrize("members", [{}, {"format": "ean_13"}, {"code": ["a"]}])
def test_an_input_without_code_names_the_field(
    api: APIClient, members: dict[str, Any]
) -> None:
    answer = scan(api, **members)

    assert answer.status_code == 400
    assert answer.json()["errors"]


def test_malformed_json_is_a_problem(api: APIClient) -> None:
    answer = api.post(URL, "{", content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")


def test_a_json_list_is_refused(api: APIClient) -> None:
    answer = api.post(URL, json.dumps([1]), content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_a_scan_is_noted_on_its_path_and_written_later(api: APIClient) -> None:
    product = make.product(published=True)

    for _ in range(3):
        scan(api, code=product.gtin)

    assert not DailyScans.objects.exists()
    counting.flush()
    row = DailyScans.objects.get()
    assert (row.gtin, row.count) == (product.gtin, 3)


def test_a_scan_sent_again_counts_once(api: APIClient) -> None:
    product = make.product(published=True)
    sent = {"code": product.gtin, "id": str(uuid.uuid4())}

    answers = [scan(api, **sent).status_code for _ in range(2)]
    counting.flush()

    assert answers == [200, 200]
    assert DailyScans.objects.get().count == 1


def test_a_sheet_is_found_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    products = [make.product(published=True) for _ in range(3)]

    with django_assert_num_queries(1):
        scan_text(products[1].gtin)


@pytest.mark.parametrize(
    ("code", "problem", "reason"),
    [
        ("(01)09521234543213(17)261331", "unreadable_code", "date"),
        ("(01)09521234543213(37)5", "unreadable_code", "mutex"),
        ("(02)09521234543213", "unreadable_code", "requires 37"),
        ("https://a.example/01/09521234543213/21/N/10/L", "unreadable_code", "order"),
        ("(00)106141411234567897", "logistic_unit", None),
        ("https://a.example/00/106141411234567897", "logistic_unit", None),
        ("https://a.example/414/9520123456788", "not_a_product_code", None),
        ("(01)09521234543214", "wrong_check_digit", "check_digit"),
    ],
)
def test_a_code_without_product_says_what_it_is(
    api: APIClient, code: str, problem: str, reason: str | None
) -> None:
    answer = scan(api, code=code)

    body = answer.json()
    assert (answer.status_code, body["code"]) == (422, problem)
    assert body["detail"]
    assert body["codes"][0]["reason"] == reason


def test_a_symbology_identifier_may_come_beside_the_code(api: APIClient) -> None:
    product = make.product(published=True)

    answer = scan(api, code=f"01{product.gtin}10L1\x1d21S1", symbology_identifier="]d2")

    read = answer.json()["read"]
    assert read["key"] == f"/01/{product.gtin}/10/L1/21/S1"
    assert (read["kind"], read["lot"], read["serial"]) == ("gs1", "L1", "S1")


def test_an_unknown_product_says_who_issued_its_number_and_where_to_tell(
    api: APIClient,
) -> None:
    body = scan(api, code="3017620422003").json()

    assert (body["status"], body["code"]) == (404, "unknown_product")
    assert body["read"] == "3017620422003"
    assert body["issuer"] == "GS1 France"
    assert body["report"] == "/api/v1/unknown-codes/03017620422003/reports"
    assert body["codes"][0]["gtin14"] == "03017620422003"
    counting.flush()
    assert UnknownCode.objects.get().gtin == "03017620422003"


def test_an_unknown_case_points_to_the_known_unit_inside(api: APIClient) -> None:
    make.product("05400141288766", published=True)

    body = scan(api, code="15400141288763", format="itf").json()

    assert (body["code"], body["gtin"]) == ("unknown_product", "15400141288763")
    assert body["unit_inside"]["gtin"] == "05400141288766"


def test_too_many_scans_are_asked_to_wait(
    api: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setitem(ScopedRateThrottle.THROTTLE_RATES, "scan", "1/min")
    scan(api, code="x")

    answer = scan(api, code="x")

    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert int(answer.headers["Retry-After"]) > 0
