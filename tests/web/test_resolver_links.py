"""What companies and operators registered, as the resolver answers it."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from companies.models import Company
from products.models import Product
from products.services import publish_sheet
from scanning.models import HandedOverPrefix, Link
from scanning.resolving.rules import Entry
from scanning.services.linking import Line, register_links, replace_link
from tests import make, resolver_world
from tests.resolver_checks import DEFAULT, VOCABULARY, Answer, is_linkset
from tests.resolver_world import PIP_EN, PIP_FR, SERIAL_DPP, TRACES, G, P, default

pytestmark = [pytest.mark.django_db, pytest.mark.database]

BROWSER = {"Accept": "text/html,*/*;q=0.8", "Accept-Language": "en"}
HANDLED_BY = f"{VOCABULARY}handledBy"


@pytest.fixture
def company() -> Company:
    return resolver_world.create()


def json_ld(client: Client, path: str) -> list[dict[str, Any]]:
    answer = client.get(path, headers={"Accept": "application/ld+json"})
    assert answer.status_code == 200
    linkset: list[dict[str, Any]] = answer.json()["linkset"]
    return linkset


@pytest.mark.parametrize("count", [1, 30])
@pytest.mark.parametrize("path", ["/01/{}", "/01/{}/22/V/10/L/21/S"])
def test_a_redirect_costs_one_query_however_many_links(
    client: Client,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
    path: str,
) -> None:
    product = make.product(of=make.company())
    entries = [
        Entry("gs1:dpp", f"https://b.example/{number}", "x") for number in range(count)
    ]
    entries[0] = entries[0]._replace(is_default=True)
    lines = [Line(f"/01/{product.pk}", entry) for entry in entries]
    register_links(lines=lines, author=None)

    with django_assert_num_queries(1):
        answer = client.get(path.format(product.pk))

    assert answer["Location"] == "https://b.example/0"
    with django_assert_num_queries(2):
        client.get(f"/01/{product.pk}?linkType=linkset")


def test_a_scan_made_here_leads_to_our_sheet_all_the_same(
    client: Client, company: Company
) -> None:
    publish_sheet(product=Product.objects.get(pk=G))

    scanned = client.post("/scan", {"code": f"https://x.example{P}/10/L1"})
    sheet = client.get(scanned["Location"], headers=BROWSER)

    assert scanned["Location"] == f"/sheets/{G}?lot=L1"
    assert sheet.status_code == 200
    assert '<span class="code">L1</span>' in sheet.content.decode()
    assert client.get(f"/sheets/{make.gtin()}").status_code == 404
    assert client.get("/sheets/123").status_code == 400


def test_our_sheet_stands_among_the_links_when_it_is_not_the_default(
    client: Client, company: Company
) -> None:
    publish_sheet(product=Product.objects.get(pk=G))

    answer = client.get(f"{P}?linkType=linkset")

    [entity] = answer.json()["linkset"]
    hrefs = [link["href"] for link in entity[f"{VOCABULARY}pip"]]
    assert hrefs == [PIP_EN, PIP_EN, PIP_FR, f"{settings.BASE_URL}/sheets/{G}"]
    assert entity[DEFAULT][0]["href"] == PIP_EN
    for language, expected in (("fr", PIP_FR), ("de", PIP_EN), ("en", PIP_EN)):
        asked = client.get(
            f"{P}?linkType=gs1:pip", headers={"Accept-Language": language}
        )
        assert asked["Location"] == expected


def test_several_alike_are_a_list_for_people(client: Client, company: Company) -> None:
    answer = client.get(f"{P}?linkType=gs1:traceability", headers=BROWSER)

    text = answer.content.decode()
    assert answer.status_code == 300
    assert all(f'href="{href}"' in text for href in TRACES)
    assert answer["Content-Security-Policy"]
    assert not answer.cookies


def test_a_title_cannot_leave_the_page_s_data(client: Client, company: Company) -> None:
    title = "</script><script>alert(1)</script>&"
    line = Line(P, Entry("gs1:dpp", "https://b.example/", title))
    register_links(lines=[line], author=None)

    text = client.get(f"{P}?linkType=linkset", headers=BROWSER).content.decode()

    assert "<script>alert" not in text
    data = text.partition('ld+json">')[2].partition("</script>")[0]
    entity = json.loads(data)["linkset"][0]
    assert entity[f"{VOCABULARY}dpp"][0]["title"] == title


def test_what_untp_adds_is_in_json_ld_only(client: Client, company: Company) -> None:
    entry = Entry(
        "gs1:dpp",
        "https://b.example/secret",
        "Passport",
        group="passports",
        encryption_method="AES-256",
        access_role=("untp:accessRole#Owner",),
    )
    register_links(lines=[Line(P, entry)], author=None)
    pip = Link.objects.get(anchor__path=P, is_default=True)
    replace_link(link=pip, changes={"href": "https://b.example/2"}, author=None)

    [entity] = json_ld(client, P)
    plain = client.get(f"{P}?linkType=linkset")

    passport = entity[f"{VOCABULARY}dpp"][0]
    assert passport["encryptionMethod"] == "AES-256"
    assert passport["accessRole"] == ["untp:accessRole#Owner"]
    assert passport["group"] == "passports"
    assert [one["href"] for one in entity["predecessor-version"]] == [PIP_EN]
    assert client.get(P)["Location"] == "https://b.example/2"
    assert "AES-256" not in plain.content.decode()
    headers = {name.lower(): value for name, value in plain.items()}
    is_linkset(Answer(200, headers, plain.content, settings.BASE_URL))


def test_an_unknown_key_of_a_handed_over_prefix_goes_to_its_resolver(
    client: Client, company: Company
) -> None:
    rows = [("952", "0123"), ("952", "012")]
    for start, rest in rows:
        HandedOverPrefix.objects.create(
            ai="01",
            prefix=f"{start}{rest}",
            resolver_root=f"https://{rest}.example",
            title="Brand's resolver",
        )
    unknown = "/01/19520123000001/10/A%2FB?17=261231&x=%0d"
    answer = client.get(unknown, RAW_URI=unknown, headers={"Accept-Language": "en"})

    # The longest prefix decides; path and query are as they were sent.
    assert answer.status_code == 307, answer.content
    assert answer["Location"] == f"https://0123.example{unknown}"
    assert client.get("/01/19520123000001")["Location"].endswith("/19520123000001")
    # What is registered here is answered here, and says who else may know more.
    known = client.get(f"{P}/21/X?linkType=linkset").json()["linkset"][0]
    assert known[HANDLED_BY][0]["href"] == f"https://0123.example{P}/21/X"
    [entity] = json_ld(client, f"{P}/21/X")
    assert entity["untp:idr"][0]["href"] == f"https://0123.example{P}/21/X"
    assert client.get(P)["Location"] == PIP_EN
    assert client.get("/01/03017620422003").status_code == 404


def test_a_prefix_of_another_kind_of_key_is_not_handed_over(client: Client) -> None:
    HandedOverPrefix.objects.create(
        ai="414", prefix="952012", resolver_root="https://r.example", title="x"
    )

    assert client.get("/01/19520123000001").status_code == 404
    assert client.get("/414/9520123456788").status_code == 307


@pytest.mark.parametrize(
    ("href", "query", "expected"),
    [
        ("https://b.example/#part", "a=1", "https://b.example/?a=1#part"),
        ("https://b.example/?", "a=1", "https://b.example/?a=1"),
        ("https://b.example/?x=1&", "a", "https://b.example/?x=1&a"),
        ("https://b.example/", "linkType=gs1:pip&&a=%zz", "https://b.example/?&a=%zz"),
        ("https://b.example/", "context=LK", "https://b.example/"),
        ("https://b.example/", "é=<>", "https://b.example/?%C3%A9=<>"),
        ("https://b.example/", "lang=en", "https://b.example/?lang=en"),
    ],
)
def test_the_query_is_passed_on_as_it_was(
    client: Client, href: str, query: str, expected: str
) -> None:
    product = make.product(of=make.company())
    line = Line(f"/01/{product.pk}", default(href, "Page"))
    register_links(lines=[line], author=None)

    answer = client.generic("GET", f"/01/{product.pk}", QUERY_STRING=query)

    assert answer["Location"] == expected


def test_a_linkset_that_the_reader_has_is_not_sent_again(
    client: Client, company: Company
) -> None:
    first = client.get(f"{P}?linkType=linkset")

    again = client.get(
        f"{P}?linkType=linkset", headers={"If-None-Match": first["ETag"]}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert "Content-Type" not in again
    assert again["Link"] == first["Link"]


def test_untp_s_name_of_the_passport_is_gs1_s(client: Client, company: Company) -> None:
    answer = client.get(f"{P}/21/N1?linkType=untp:dpp")

    assert answer["Location"] == SERIAL_DPP


def test_a_place_without_links_is_not_a_product(client: Client) -> None:
    place = client.get("/414/9520123456788", headers=BROWSER)
    pallet = client.get("/00/095201234567891235", headers=BROWSER)

    assert (place.status_code, pallet.status_code) == (404, 404)
    assert "Nobody has told us about /414/9520123456788" in place.content.decode()
    assert "numbers a pallet or a parcel" in pallet.content.decode()
