"""In-store numbers: something in their own chain, nothing anywhere else."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from rest_framework.test import APIClient

from products.gtin import check_digit
from scanning.models import InStoreNumber, NumberLayout
from tests import make

pytestmark = pytest.mark.django_db
URL = "/api/v1/scans"


def number(body: str) -> str:
    return body + str(check_digit(body))


def scan(api: APIClient, **members: Any) -> Any:
    return api.post(URL, members, format="json")


@pytest.mark.database
def test_inside_its_store_a_number_leads_to_the_sheet_with_its_price(
    api: APIClient,
) -> None:
    cheese, shop = make.product(published=True), make.store()
    make.in_store_number(shop, "12345", cheese)

    answer = scan(api, code=number("211234500899"), format="ean_13", store=shop.slug)

    body = answer.json()
    assert (answer.status_code, body["gtin"]) == (200, cheese.gtin)
    assert (body["read"]["kind"], body["read"]["gtin14"]) == ("rcn", None)
    assert (body["read"]["price"], body["read"]["currency"]) == ("8.99", "EUR")


def test_the_number_is_the_same_in_every_form(api: APIClient) -> None:
    cheese, shop = make.product(published=True), make.store()
    make.in_store_number(shop, "12345", cheese)
    code = number("211234500899")

    for text in (f"0{code}", f"(01)0{code}", f"https://a.example/01/0{code}"):
        assert scan(api, code=text, store=shop.slug).json()["gtin"] == cheese.gtin


def test_outside_its_store_the_same_number_means_nothing(api: APIClient) -> None:
    shop, other = make.store(), make.store("autre")
    make.in_store_number(shop, "12345", make.product(published=True))
    code = number("211234500899")

    answers = [scan(api, code=code), scan(api, code=code, store=other.slug)]

    assert {answer.json()["code"] for answer in answers} == {"in_store_number"}


def test_a_number_that_its_store_does_not_sell_is_told_with_its_price(
    api: APIClient,
) -> None:
    body = scan(api, code=number("211234500899"), store=make.store().slug).json()

    assert (body["status"], body["code"]) == (422, "in_store_number")
    assert body["codes"][0]["price"] == "8.99"


def test_the_longest_prefix_of_a_layout_is_tried_first(api: APIClient) -> None:
    shop = make.store(patterns=["2IIIIIIPPPPPC", "29IIIIIWWWWWC"])
    code = number("291234501234")

    read = scan(api, code=code, store=shop.slug).json()["codes"][0]

    assert read["item"] == "12345"


def test_a_store_that_nobody_knows_is_refused(api: APIClient) -> None:
    answer = scan(api, code=number("211234500899"), store="nulle-part")

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_store")


def test_a_product_number_is_the_same_in_every_store(api: APIClient) -> None:
    product = make.product(published=True)

    answer = scan(api, code=product.gtin, store=make.store().slug)

    assert answer.json()["gtin"] == product.gtin


@pytest.mark.database
def test_a_phone_finds_the_shop_that_it_is_in(api: APIClient) -> None:
    shop = make.store()
    make.store("autre")

    found = api.get("/api/v1/stores", {"q": "halles", "page_size": "1"}).json()
    rest = api.get(found["next"]).json()["results"]
    none = api.get("/api/v1/stores", {"q": "nulle\0part"}).json()["results"]

    assert [one["slug"] for one in found["results"] + rest] == ["autre", shop.slug]
    assert found["results"][0]["chain"] == "Halles"
    assert none == []


def test_a_layout_that_cannot_be_read_is_refused() -> None:
    layout = NumberLayout(chain=make.store().chain, pattern="21PPPPPPPPPPC")

    with pytest.raises(ValidationError):
        layout.full_clean()


def form(chain: int, item: str, gtin: str) -> dict[str, str]:
    return {"chain": str(chain), "item": item, "product": gtin}


def test_a_member_declares_what_its_chain_sells(client: Client) -> None:
    company = make.company()
    shop, product = make.store(of=company), make.product()
    client.force_login(make.member(company))
    make.second_factor(client)

    answer = client.post(
        "/admin/scanning/instorenumber/add/", form(shop.chain_id, "777", product.gtin)
    )

    assert answer.status_code == 302
    assert InStoreNumber.objects.get().product == product


def test_an_article_without_product_is_refused_in_words(client: Client) -> None:
    company = make.company()
    shop = make.store(of=company)
    client.force_login(make.member(company))
    make.second_factor(client)

    for typed in ("123", "09521234543213"):
        answer = client.post(
            "/admin/scanning/instorenumber/add/", form(shop.chain_id, "777", typed)
        )
        assert "product" in answer.context["adminform"].form.errors


def test_a_stranger_neither_sees_nor_fills_the_chain_of_another(client: Client) -> None:
    shop, product = make.store(), make.product()
    made = make.in_store_number(shop, "1", product)
    client.force_login(make.member(make.company("Étrangère")))
    make.second_factor(client)

    page = client.get(f"/admin/scanning/instorenumber/{made.pk}/change/")
    answer = client.post(
        "/admin/scanning/instorenumber/add/", form(shop.chain_id, "777", product.gtin)
    )

    assert page.status_code == 302
    assert answer.status_code == 200
    assert InStoreNumber.objects.count() == 1


def test_a_viewer_changes_nothing(client: Client) -> None:
    company = make.company()
    shop = make.store(of=company)
    client.force_login(make.member(company, role="viewer"))
    make.second_factor(client)

    answer = client.post(
        f"/admin/scanning/chain/{shop.chain_id}/change/", {"name": "Autre"}
    )

    assert answer.status_code == 403
    assert (
        client.get(f"/admin/scanning/chain/{shop.chain_id}/change/").status_code == 200
    )


def test_a_member_makes_a_chain_with_shops_and_layouts(client: Client) -> None:
    company = make.company()
    client.force_login(make.member(company))
    make.second_factor(client)
    inlines = {
        f"{prefix}-{name}": value
        for prefix in ("stores", "layouts")
        for name, value in (("TOTAL_FORMS", "1"), ("INITIAL_FORMS", "0"))
    }

    answer = client.post(
        "/admin/scanning/chain/add/",
        {
            "company": str(company.pk),
            "name": "Halles",
            **inlines,
            "stores-0-name": "Halles de Lille",
            "stores-0-slug": "halles-lille",
            "layouts-0-pattern": "22IIIIIPPPPPC",
            "layouts-0-unit": "EUR",
            "layouts-0-decimals": "2",
        },
    )

    assert answer.status_code == 302
    assert NumberLayout.objects.get().chain.stores.get().slug == "halles-lille"
