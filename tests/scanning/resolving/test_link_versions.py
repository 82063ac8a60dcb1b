"""A link in force is never edited: it is replaced, retired, made current again."""

from typing import Any

import pytest
from rest_framework.test import APIClient

from companies.models import Company
from products.models import Product
from scanning.errors import LinkAlreadyRetired
from scanning.models import Link
from scanning.resolving.rules import Entry
from scanning.services import linking
from scanning.services.linking import Change, Line
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]

URL = "/api/v1/links"
OLD, NEW = "https://brand.example/old", "https://brand.example/new"


@pytest.fixture
def company() -> Company:
    return make.company()


@pytest.fixture
def product(company: Company) -> Product:
    return make.product(of=company)


@pytest.fixture
def link(product: Product) -> Link:
    entry = Entry("gs1:pip", OLD, "Page", is_default=True)
    return register(product, entry)


@pytest.fixture
def member(company: Company) -> APIClient:
    client = APIClient(headers={"Accept-Language": "en"})
    client.force_login(make.member(company))
    return client


def register(product: Product, entry: Entry, rest: str = "") -> Link:
    line = Line(f"/01/{product.pk}{rest}", entry)
    return linking.register_links(lines=[line], author=None)[0]


def location(client: Any, product: Product) -> str:
    answer = client.get(f"/01/{product.pk}")
    assert answer.status_code == 307
    return str(answer["Location"])


def test_replacing_keeps_the_old_version(
    member: APIClient, product: Product, link: Link
) -> None:
    answer = member.patch(f"{URL}/{link.pk}", {"href": NEW})

    assert answer.status_code == 201
    made = answer.json()
    assert (made["replaces"], made["href"], made["title"]) == (link.pk, NEW, "Page")
    link.refresh_from_db()
    assert link.href == OLD
    assert link.retired_at is not None
    assert location(member, product) == NEW
    assert [one["id"] for one in member.get(URL).json()["results"]] == [made["id"]]
    every = member.get(URL, {"versions": "all", "anchor": f"/gtin/{product.pk}"})
    assert [one["id"] for one in every.json()["results"]] == [made["id"], link.pk]


def test_the_slower_of_two_is_told(member: APIClient, link: Link) -> None:
    member.patch(f"{URL}/{link.pk}", {"href": NEW})

    answer = member.patch(f"{URL}/{link.pk}", {"href": "https://brand.example/third"})

    assert (answer.status_code, answer.json()["code"]) == (409, "link_already_retired")
    assert Link.objects.in_force().get().href == NEW


def test_a_version_that_breaks_a_rule_changes_nothing(
    member: APIClient, link: Link
) -> None:
    answer = member.patch(f"{URL}/{link.pk}", {"title": ""})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "title"
    assert Link.objects.get() == link
    assert Link.objects.get().is_in_force


def test_an_older_version_is_made_current_again(
    member: APIClient, product: Product, link: Link
) -> None:
    member.patch(f"{URL}/{link.pk}", {"href": NEW})

    answer = member.post(f"{URL}/{link.pk}/restoration")

    assert answer.status_code == 201
    assert location(member, product) == OLD
    assert Link.objects.count() == 3
    # Again: what is in force is answered, and nothing changes.
    again = member.post(f"{URL}/{answer.json()['id']}/restoration")
    assert again.json()["id"] == answer.json()["id"]
    assert Link.objects.count() == 3


def test_an_older_version_asked_for_twice_is_made_current_once(
    member: APIClient, link: Link
) -> None:
    member.patch(f"{URL}/{link.pk}", {"href": NEW})

    made = [member.post(f"{URL}/{link.pk}/restoration").json()["id"] for _ in range(2)]

    assert made[0] == made[1]
    assert Link.objects.count() == 3


def test_a_viewer_restores_nothing(company: Company, link: Link) -> None:
    viewer = APIClient()
    viewer.force_login(make.member(company, role="viewer"))

    answer = viewer.post(f"{URL}/{link.pk}/restoration")

    assert (answer.status_code, answer.json()["code"]) == (403, "not_an_editor")


def test_a_retired_link_is_made_current_again(
    member: APIClient, product: Product, link: Link
) -> None:
    assert member.delete(f"{URL}/{link.pk}").status_code == 204
    assert member.get(f"/01/{product.pk}").status_code == 404

    answer = member.post(f"{URL}/{link.pk}/restoration")

    assert answer.json()["replaces"] == link.pk
    assert location(member, product) == OLD


def test_a_default_that_others_need_is_not_retired(
    member: APIClient, product: Product, link: Link
) -> None:
    register(product, Entry("gs1:dpp", NEW, "Passport"), "/21/S1")

    answer = member.delete(f"{URL}/{link.pk}")

    assert answer.json()["errors"][0]["code"] == "no_default_at_or_above"
    link.refresh_from_db()
    assert link.is_in_force


def test_a_default_is_moved_in_one_step(link: Link) -> None:
    other = Line(link.anchor.path, Entry("gs1:dpp", NEW, "Passport", is_default=True))

    linking.change_links(
        lines=[other], changes=[Change(link, {"is_default": False})], author=None
    )

    defaults = Link.objects.in_force().filter(is_default=True)
    assert [one.href for one in defaults] == [NEW]
    assert Link.objects.in_force().count() == 2


def test_a_stranger_sees_and_changes_no_version(link: Link) -> None:
    stranger = APIClient(headers={"Accept-Language": "en"})
    stranger.force_login(make.member(make.company("Étrangère")))

    assert stranger.get(URL).json()["results"] == []
    for answer in (
        stranger.get(f"{URL}/{link.pk}"),
        stranger.patch(f"{URL}/{link.pk}", {"href": NEW}),
        stranger.delete(f"{URL}/{link.pk}"),
        stranger.post(f"{URL}/{link.pk}/restoration"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_link")
    assert Link.objects.get().is_in_force


def test_a_product_that_was_sold_takes_its_links_along(
    member: APIClient, product: Product, link: Link
) -> None:
    buyer = make.company("Acheteuse")
    Product.objects.filter(pk=product.pk).update(company=buyer)
    client = APIClient()
    client.force_login(make.member(buyer))

    refused = member.patch(f"{URL}/{link.pk}", {"href": NEW})
    line = {
        "anchor": link.anchor.path,
        "link_type": "gs1:dpp",
        "href": NEW,
        "title": "Passeport",
    }
    client.post(URL, {"links": [line]})

    assert (refused.status_code, refused.json()["code"]) == (403, "not_an_editor")
    assert client.patch(f"{URL}/{link.pk}", {"href": NEW}).status_code == 201


def test_replacing_what_is_retired_meanwhile_is_refused(link: Link) -> None:
    linking.retire_link(link=Link.objects.get(), author=None)

    with pytest.raises(LinkAlreadyRetired):
        linking.replace_link(link=link, changes={"href": NEW}, author=None)
