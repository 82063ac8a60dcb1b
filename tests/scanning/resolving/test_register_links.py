"""Registering by API: who may, what is refused, line by line and all or nothing."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from rest_framework.test import APIClient

from companies.models import Company
from products.models import Product
from scanning.models import Anchor, Link
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]

URL = "/api/v1/links"
TARGET = "https://brand.example/en"
PIP = {"link_type": "gs1:pip", "href": TARGET, "title": "Product page"}
DEFAULT = {**PIP, "is_default": True}


@pytest.fixture
def company() -> Company:
    return make.company()


@pytest.fixture
def product(company: Company) -> Product:
    return make.product(of=company)


@pytest.fixture
def member(company: Company) -> APIClient:
    return signed_in(make.member(company, role="editor"))


def signed_in(user: User) -> APIClient:
    """Return the API client of a person who signed in to the admin."""
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def register(client: APIClient, *links: dict[str, Any]) -> Any:
    return client.post(URL, {"links": list(links)}, format="json")


def anchor_of(product: Product, rest: str = "") -> str:
    return f"/01/{product.pk}{rest}"


def codes_of(answer: Any) -> list[tuple[str, str]]:
    """Return what was refused: where, and by which rule."""
    return [(error["field"], error["code"]) for error in answer.json()["errors"]]


def test_a_member_registers_a_product_s_links(
    member: APIClient, product: Product
) -> None:
    answer = register(
        member,
        {**DEFAULT, "anchor": f"/gtin/{product.pk[1:]}/"},
        {
            **PIP,
            "anchor": anchor_of(product),
            "link_type": "https://gs1.org/voc/pip",
            "title": "Page du produit",
            "href": "https://brand.example/fr",
            "hreflang": ["fr", "fr-CA"],
            "media_type": "text/html",
            "is_default_multi": True,
        },
    )

    assert answer.status_code == 201
    first, second = answer.json()["links"]
    assert first["anchor"] == second["anchor"] == anchor_of(product)
    assert (first["link_type"], second["link_type"]) == ("gs1:pip", "gs1:pip")
    assert second["hreflang"] == ["fr", "fr-CA"]
    assert Link.objects.count() == 2
    assert Anchor.objects.get().item_description == product.name


def test_a_stranger_registers_nothing(product: Product) -> None:
    stranger = signed_in(make.member(make.company("Étrangère")))

    answer = register(stranger, {**DEFAULT, "anchor": anchor_of(product)})

    assert (answer.status_code, answer.json()["code"]) == (403, "not_an_editor")
    assert not Anchor.objects.exists()


def test_a_viewer_reads_and_registers_nothing(
    member: APIClient, company: Company, product: Product
) -> None:
    register(member, {**DEFAULT, "anchor": anchor_of(product)})
    link = Link.objects.get()
    viewer = signed_in(make.member(company, role="viewer"))

    assert len(viewer.get(URL).json()["results"]) == 1
    assert register(viewer, {**PIP, "anchor": anchor_of(product)}).status_code == 403
    assert viewer.patch(f"{URL}/{link.pk}", {"title": "x"}).status_code == 403
    assert viewer.delete(f"{URL}/{link.pk}").status_code == 403
    assert Link.objects.get().title == "Product page"


def test_nobody_who_has_not_signed_in_gets_in(api: APIClient) -> None:
    assert api.get(URL).status_code == 403
    assert register(api, DEFAULT).status_code == 403


def test_another_site_cannot_register_through_a_member_s_browser(
    company: Company, product: Product
) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(make.member(company))

    answer = register(client, {**DEFAULT, "anchor": anchor_of(product)})

    assert answer.status_code == 403
    assert not Link.objects.exists()


def test_a_key_that_nobody_declared_is_nobody_s(member: APIClient) -> None:
    product = make.product()

    answer = register(
        member,
        {**DEFAULT, "anchor": anchor_of(product)},
    )

    assert (answer.status_code, answer.json()["code"]) == (403, "key_not_held")


def test_a_place_must_be_assigned_first(member: APIClient, company: Company) -> None:
    place = {**DEFAULT, "link_type": "gs1:locationInfo", "anchor": "/414/9520123456788"}

    squatted = register(member, place)
    Anchor.objects.create(path="/414/9520123456788", company=company)
    assigned = register(member, place)
    below = register(
        member,
        {**place, "anchor": "/414/9520123456788/254/A1"},
    )

    assert squatted.json()["code"] == "key_not_held"
    assert assigned.status_code == 201
    # What is below a key is its holder's own.
    assert below.status_code == 201


@pytest.mark.parametrize(
    ("rest", "code"),
    [
        # R1
        ("/99/A", "anchor_invalid"),
        ("/21/%C3%A9", "anchor_invalid"),
        ("?17=261231", "anchor_invalid"),
        # R2
        ("/10/L/235/X", "qualifier_mixture"),
        # R3
        ("/10/L/21/S", "qualifier_mixture"),
        ("/22/V/21/S", "qualifier_mixture"),
    ],
)
def test_an_anchor_is_a_key_at_one_level(
    member: APIClient, product: Product, rest: str, code: str
) -> None:
    answer = register(member, {**DEFAULT, "anchor": anchor_of(product, rest)})

    assert answer.status_code == 400
    assert codes_of(answer) == [("links.0.anchor", code)]


def test_a_wrong_check_digit_is_told_with_the_right_one(member: APIClient) -> None:
    answer = register(member, {**DEFAULT, "anchor": "/01/09520123456789"})

    assert codes_of(answer) == [("links.0.anchor", "anchor_check_digit")]
    assert "8 would be right" in answer.json()["detail"]


def test_an_in_store_number_has_no_links(member: APIClient) -> None:
    answer = register(member, {**DEFAULT, "anchor": "/01/02000000000008"})

    assert codes_of(answer) == [("links.0.anchor", "in_store_number")]


def test_a_level_needs_a_default_at_or_above_it(
    member: APIClient, product: Product
) -> None:
    dpp = {**PIP, "link_type": "gs1:dpp"}

    without = register(member, {**dpp, "anchor": anchor_of(product, "/21/S")})
    # R4 is about the whole of what was sent, whatever its order.
    together = register(
        member,
        {**dpp, "anchor": anchor_of(product, "/21/S")},
        {**DEFAULT, "anchor": anchor_of(product)},
    )

    assert codes_of(without) == [("is_default", "no_default_at_or_above")]
    assert together.status_code == 201
    assert Link.objects.count() == 2


def test_a_published_sheet_is_a_default(member: APIClient, company: Company) -> None:
    product = make.product(of=company, published=True)

    answer = register(member, {**PIP, "anchor": anchor_of(product, "/10/L")})

    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        # R6
        ({"hreflang": ["en"]}, "is_default", "default_with_language"),
        ({"media_type": "text/html"}, "is_default", "default_with_language"),
        ({"context": ["LK"]}, "is_default", "default_with_language"),
        ({"is_default_multi": True}, "is_default_multi", "default_twice"),
        # R7
        ({"title": " "}, "title", "link_title_missing"),
        ({"title": "a\nb"}, "title", "link_title_malformed"),
        # R11
        ({"link_type": "gs1:nosuchlt"}, "link_type", "link_type_unknown"),
        ({"link_type": "gs1:defaultLink"}, "link_type", "link_type_reserved"),
        (
            {"link_type": "https://brand.example/voc/PIP"},
            "link_type",
            "foreign_link_type_duplicates_gs1",
        ),
        (
            {"link_type": "https://brand.example/x#y"},
            "link_type",
            "link_type_malformed",
        ),
        # R14
        ({"href": "http://brand.example/"}, "href", "href_not_https"),
        ({"href": "HTTPS://brand.example/"}, "href", "href_not_https"),
        ({"href": "javascript:alert(1)"}, "href", "href_malformed"),
        ({"href": "https://u:p@brand.example/"}, "href", "href_with_credentials"),
        ({"href": "https://brand.example/\r\nX: y"}, "href", "href_malformed"),
        ({"href": "https://brand.example/é"}, "href", "href_malformed"),
        ({"href": "https://[bad/"}, "href", "href_malformed"),
        ({"href": "https:///nohost"}, "href", "href_malformed"),
        ({"href": f"https://b.example/{'x' * 2000}"}, "href", "href_malformed"),
        (
            {"href": "http://localhost:8000/01/09520123456788"},
            "href",
            "href_leads_back",
        ),
        (
            {"href": "http://127.0.0.1:8000/01/09520123456788"},
            "href",
            "href_leads_back",
        ),
        ({"group": "two words"}, "group", "group_malformed"),
        ({"access_role": ["a b"]}, "access_role", "access_role_malformed"),
    ],
)
def test_each_rule_refuses_with_its_code(
    member: APIClient, product: Product, change: dict[str, Any], field: str, code: str
) -> None:
    answer = register(member, {**DEFAULT, "anchor": anchor_of(product), **change})

    assert answer.status_code == 400
    assert (f"links.0.{field}", code) in codes_of(answer)
    assert answer.json()["code"] == "link_refused"
    assert not Link.objects.exists()


@pytest.mark.parametrize(
    "tag", ["zh-Hant", "es-419", "EN", "french", "fr_FR", "fr-ca", "x-klingon"]
)
def test_a_language_has_the_shape_that_gs1_s_schema_takes(
    member: APIClient, product: Product, tag: str
) -> None:
    link = {**PIP, "anchor": anchor_of(product), "hreflang": [tag]}

    answer = register(member, {**DEFAULT, "anchor": anchor_of(product)}, link)

    assert codes_of(answer) == [("links.1.hreflang", "hreflang_shape")]
    assert tag in answer.json()["detail"]


@pytest.mark.parametrize(
    ("media_type", "status"),
    [
        ("text/html", 201),
        ("application/vc+jwt", 201),
        ("application/vnd.example+json", 201),
        ("text/hmtl", 400),
        ("html", 400),
        ("page/html", 400),
        ("text/html; charset=utf-8", 400),
    ],
)
def test_a_media_type_is_one_of_iana_s(
    member: APIClient, product: Product, media_type: str, status: int
) -> None:
    link = {**PIP, "anchor": anchor_of(product), "media_type": media_type}

    answer = register(member, {**DEFAULT, "anchor": anchor_of(product)}, link)

    assert answer.status_code == status
    if status == 400:
        assert codes_of(answer) == [("links.1.media_type", "media_type_unknown")]


def test_there_is_one_default(member: APIClient, product: Product) -> None:
    anchor = anchor_of(product)
    register(member, {**DEFAULT, "anchor": anchor})

    answer = register(
        member, {**DEFAULT, "anchor": anchor, "href": "https://brand.example/other"}
    )

    assert codes_of(answer) == [("links.0.is_default", "second_default")]


def test_the_same_link_twice_is_refused(member: APIClient, product: Product) -> None:
    anchor = anchor_of(product)
    other = {**PIP, "anchor": anchor, "hreflang": ["en"]}
    register(member, {**DEFAULT, "anchor": anchor}, other)

    answer = register(member, {**other, "title": "Again"})

    assert codes_of(answer) == [("links.0.href", "link_duplicate")]


def test_the_query_cannot_be_kept_from_the_target(
    member: APIClient, product: Product
) -> None:
    answer = register(member, {**DEFAULT, "anchor": anchor_of(product), "fwqs": False})

    found = [error["code"] for error in answer.json()["errors"]]
    assert found == ["query_pass_through_always_on"]


def test_one_wrong_line_keeps_all_of_them_out(
    member: APIClient, product: Product
) -> None:
    anchor = anchor_of(product)
    lines: list[dict[str, Any]] = [
        {**PIP, "anchor": f"{anchor}/10/L{number}", "href": f"{TARGET}/{number}"}
        for number in range(4)
    ]
    lines[1]["title"] = ""
    lines[3]["hreflang"] = ["french"]

    answer = register(member, {**DEFAULT, "anchor": anchor}, *lines)

    assert codes_of(answer) == [
        ("links.2.title", "link_title_missing"),
        ("links.4.hreflang", "hreflang_shape"),
    ]
    assert not Link.objects.exists()
    assert not Anchor.objects.exists()


def test_500_links_are_registered_at_once_and_501_are_not(
    member: APIClient, product: Product
) -> None:
    anchor = anchor_of(product)
    lines = [
        {**PIP, "anchor": f"{anchor}/10/L{number}", "title": "Lot " + "x" * 150}
        for number in range(500)
    ]

    too_many = register(member, {**DEFAULT, "anchor": anchor}, *lines)
    answer = register(member, {**DEFAULT, "anchor": anchor}, *lines[1:])

    assert (too_many.status_code, answer.status_code) == (400, 201)
    assert Link.objects.count() == 500
    assert len(member.get(URL, {"page_size": 100}).json()["results"]) == 100
