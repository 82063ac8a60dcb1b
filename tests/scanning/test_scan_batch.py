"""Many codes at once: each as it would be alone."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from products.gtin import check_digit
from scanning import counting
from scanning.models import DailyScans
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans/batch"
VECTORS = Path(__file__).parents[1] / "vectors" / "consumer_codes.json"
CASES: list[dict[str, Any]] = json.loads(VECTORS.read_text())["cases"]


def send(api: APIClient, *codes: dict[str, Any]) -> Any:
    return api.post(URL, {"codes": list(codes)}, format="json")


def test_every_published_case_is_understood_as_alone(api: APIClient) -> None:
    sent = [
        {"code": case["input"]} | ({"format": case["hint"]} if "hint" in case else {})
        for case in CASES[:100]
    ]

    answered = send(api, *sent).json()["codes"]

    assert len(answered) == len(sent)
    for case, document in zip(CASES, answered, strict=False):
        for name, value in case["expect"].items():
            if name != "note":
                assert document[name] == value


def test_a_code_says_the_same_alone_and_in_a_batch(api: APIClient) -> None:
    product = make.product(published=True)
    code = f"https://a.example/01/{product.gtin}/10/L1?17=261231"

    alone = api.post("/api/v1/scans", {"code": code}, format="json").json()["read"]
    [in_batch] = send(api, {"code": code}).json()["codes"]

    assert in_batch.pop("issuer") is None
    assert in_batch.pop("sheet") == f"/api/v1/products/{product.gtin}"
    assert in_batch == alone


def test_what_is_unknown_says_who_issued_it(api: APIClient) -> None:
    [document] = send(api, {"code": "3017620422003"}).json()["codes"]

    assert (document["sheet"], document["issuer"]) == (None, "GS1 France")


@pytest.mark.database
@pytest.mark.parametrize("size", [2, 100])
def test_the_number_of_queries_does_not_grow(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries, size: int
) -> None:
    shop, product = make.store(), make.product(published=True)
    make.in_store_number(shop, "12345", product)
    body = "211234500899"
    codes = [
        {"code": body + str(check_digit(body)), "store": shop.slug},
        *[{"code": product.gtin}] * (size - 1),
    ]

    with django_assert_num_queries(4):
        answered = send(api, *codes).json()["codes"]

    assert {document["sheet"] for document in answered} == {
        f"/api/v1/products/{product.gtin}"
    }


def test_nothing_is_asked_of_the_database_for_what_is_no_product(
    api: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        send(api, {"code": "bonjour"}, {"code": ""})


def test_a_named_scan_is_counted_once_and_an_unnamed_one_not(api: APIClient) -> None:
    product = make.product(published=True)
    named = {"code": product.gtin, "id": str(uuid.uuid4())}

    send(api, named, named, {"code": product.gtin})
    send(api, named)
    counting.flush()

    assert DailyScans.objects.get().count == 1


@pytest.mark.parametrize("number", [0, 101])
def test_only_1_to_100_codes_are_taken(api: APIClient, number: int) -> None:
    answer = send(api, *[{"code": "x"}] * number)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")


def test_one_unknown_store_refuses_the_batch_by_its_name(api: APIClient) -> None:
    body = send(api, {"code": "x"}, {"code": "y", "store": "nulle-part"}).json()

    assert (body["code"], body["store"]) == ("unknown_store", "nulle-part")
