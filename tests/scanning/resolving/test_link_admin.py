"""The admin of links: an entity with its links, and the history of their versions."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from companies.access import company_group
from companies.models import Company
from products.models import Product
from scanning.models import Anchor, HandedOverPrefix, Link
from scanning.resolving import linktypes
from scanning.resolving.rules import Entry
from scanning.services.linking import Line, register_links
from tests import make

pytestmark = pytest.mark.django_db

ADD = reverse("admin:scanning_anchor_add")
LIST = reverse("admin:scanning_anchor_changelist")
VERSIONS = reverse("admin:scanning_link_changelist")
OLD, NEW = "https://brand.example/old", "https://brand.example/new"
FRENCH = "https://brand.example/fr"


@pytest.fixture
def company() -> Company:
    return make.company()


@pytest.fixture
def product(company: Company) -> Product:
    return make.product(of=company, name="Pull marin")


@pytest.fixture
def member(company: Company) -> Client:
    return signed_in(make.member(company, role="editor"))


def signed_in(user: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def rows(*links: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """Return what the browser sends of the links of an entity."""
    sent: dict[str, Any] = {
        "links-TOTAL_FORMS": len(links),
        "links-INITIAL_FORMS": initial,
    }
    for at, link in enumerate(links):
        usual = {"link_type": linktypes.PIP, "position": 0, **link}
        sent |= {f"links-{at}-{name}": value for name, value in usual.items()}
    return sent


def registered(product: Product, *entries: Entry, rest: str = "") -> Anchor:
    lines = [Line(f"/01/{product.pk}{rest}", entry) for entry in entries]
    return register_links(lines=lines, author=None)[0].anchor


def page_of(anchor: Anchor) -> str:
    return reverse("admin:scanning_anchor_change", args=[anchor.pk])


def test_a_member_registers_a_product_with_its_links(
    member: Client, company: Company, product: Product
) -> None:
    sent = {
        "path": f" /01/{product.pk[1:]} ",
        "company": company.pk,
        **rows(
            {"href": OLD, "title": "Page", "is_default": "on"},
            {
                "href": FRENCH,
                "title": "Fiche",
                "hreflang": "fr fr-CA",
                "media_type": "text/html",
                "is_default_multi": "on",
            },
        ),
    }

    answer = member.post(ADD, sent)

    assert answer.status_code == 302, answer.content.decode()
    anchor = Anchor.objects.get()
    assert (anchor.path, anchor.item_description) == (f"/01/{product.pk}", "Pull marin")
    assert member.get(anchor.path)["Location"] == OLD
    french = member.get(anchor.path, headers={"Accept-Language": "fr-CA"})
    assert french["Location"] == FRENCH
    assert {link.author for link in Link.objects.all()} == {User.objects.get()}


def test_a_rule_of_gs1_comes_back_on_the_form(
    member: Client, company: Company, product: Product
) -> None:
    link = {"href": OLD, "title": "Page", "is_default": "on", "hreflang": "fr"}
    sent = {"path": f"/01/{product.pk}", "company": company.pk, **rows(link)}

    answer = member.post(ADD, sent)

    assert answer.status_code == 200
    assert "The default link has a title only" in answer.content.decode()
    assert not Anchor.objects.exists()


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/01/09520123456789", "8 would be right"),
        ("/01/09520123456788/10/L/21/S", "A serial number stands alone"),
        ("hello", "This is no key of GS1."),
    ],
)
def test_a_wrong_key_is_told_where_it_was_typed(
    member: Client, company: Company, path: str, sentence: str
) -> None:
    answer = member.post(ADD, {"path": path, "company": company.pk, **rows()})

    assert sentence in answer.content.decode()
    assert not Anchor.objects.exists()


def test_a_key_of_another_company_is_not_taken(member: Client) -> None:
    other = make.product(of=make.company("Étrangère"))
    own = Company.objects.get(name="Filature du Test")

    for path in (f"/01/{other.pk}", "/414/9520123456788", f"/01/{make.product().pk}"):
        answer = member.post(ADD, {"path": path, "company": own.pk, **rows()})
        assert answer.status_code == 200
        assert not Anchor.objects.exists()


def test_an_operator_assigns_a_place(admin_client: Client, company: Company) -> None:
    sent = {"path": "/414/9520123456788", "company": company.pk, **rows()}
    link = {"href": OLD, "title": "Shop", "is_default": "on"}

    admin_client.post(ADD, sent)
    anchor = Anchor.objects.get()
    answer = signed_in(make.member(company)).post(page_of(anchor), rows(link))

    assert answer.status_code == 302
    assert Link.objects.get().anchor == anchor


def test_replacing_retiring_and_adding_are_one_step(
    member: Client, product: Product
) -> None:
    anchor = registered(
        product,
        Entry("gs1:pip", OLD, "Page", is_default=True),
        Entry("gs1:dpp", "https://brand.example/dpp", "Passport"),
    )
    default, passport = Link.objects.order_by("pk")
    answer = member.post(
        page_of(anchor),
        {
            "item_description": "Pull marin",
            **rows(
                {"id": default.pk, "href": NEW, "title": "Page", "is_default": "on"},
                {
                    "id": passport.pk,
                    "link_type": passport.link_type,
                    "href": passport.href,
                    "title": passport.title,
                    "DELETE": "on",
                },
                {"href": FRENCH, "title": "Fiche", "hreflang": "fr"},
                initial=2,
            ),
        },
    )

    assert answer.status_code == 302, answer.content.decode()
    in_force = Link.objects.in_force().order_by("pk")
    assert {link.href for link in in_force} == {NEW, FRENCH}
    assert Link.objects.get(href=NEW).replaces == default
    assert Link.objects.count() == 4


def test_saving_without_a_change_makes_no_version(
    member: Client, product: Product
) -> None:
    anchor = registered(product, Entry("gs1:pip", OLD, "Page", is_default=True))
    link = {"id": Link.objects.get().pk, "href": OLD, "title": "Page"}

    member.post(
        page_of(anchor),
        {
            "item_description": "Other words",
            **rows({**link, "is_default": "on"}, initial=1),
        },
    )

    anchor.refresh_from_db()
    assert anchor.item_description == "Other words"
    assert Link.objects.count() == 1


def test_what_a_phone_gets_is_said_language_by_language(
    member: Client, product: Product
) -> None:
    french = Entry("gs1:pip", FRENCH, "Fiche", ("fr",), is_default_multi=True)
    registered(product, Entry("gs1:pip", OLD, "Page", is_default=True), french)
    registered(product, Entry("gs1:dpp", NEW, "Passport"), rest="/21/S1")

    text = member.get(LIST).content.decode()

    assert f"fr: <bdi>{FRENCH}</bdi>" in text
    assert f"others: <bdi>{OLD}</bdi>" in text
    assert "what the level above gives, or our sheet" in text


def test_the_list_costs_the_same_for_many(member: Client, product: Product) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert member.get(LIST).status_code == 200
        return len(queries)

    registered(product, Entry("gs1:pip", OLD, "Page", is_default=True))
    before = cost()
    for number in range(10):
        entry = Entry("gs1:pip", f"{NEW}/{number}", "Page", is_default=True)
        registered(product, entry, rest=f"/10/L{number}")

    assert cost() == before


@pytest.mark.parametrize("typed", ["3017620422003", "/gtin/3017620422003", "brand"])
def test_an_entity_is_found_however_it_is_typed(
    member: Client, company: Company, typed: str
) -> None:
    product = make.product("03017620422003", of=company)
    anchor = registered(product, Entry("gs1:pip", OLD, "Page", is_default=True))

    assert anchor.path in member.get(LIST, {"q": typed}).content.decode()
    kind = {"kind": linktypes.PIP}
    assert anchor.path in member.get(LIST, kind).content.decode()
    kind = {"kind": f"{linktypes.NAMESPACE}dpp"}
    assert anchor.path not in member.get(LIST, kind).content.decode()


def test_an_older_version_is_made_current_from_the_history(
    member: Client, product: Product
) -> None:
    anchor = registered(product, Entry("gs1:pip", OLD, "Page", is_default=True))
    old = Link.objects.get()
    row = {"id": old.pk, "href": NEW, "title": "Page", "is_default": "on"}
    member.post(page_of(anchor), {"item_description": "x", **rows(row, initial=1)})

    history = member.get(VERSIONS, {"anchor__id__exact": anchor.pk})
    assert OLD in history.content.decode()
    assert NEW in history.content.decode()
    retired = member.get(VERSIONS, {"versions": "old"}).content.decode()
    assert NEW not in retired
    chosen = {"action": "make_current", "_selected_action": [old.pk]}
    told = member.post(VERSIONS, chosen, follow=True).content.decode()

    assert "1 link is current." in told
    assert member.get(anchor.path)["Location"] == OLD
    one = reverse("admin:scanning_link_change", args=[old.pk])
    assert member.get(one).status_code == 200
    assert member.post(one, {"href": "x"}).status_code == 403


def test_a_version_that_cannot_be_current_says_why(
    member: Client, product: Product
) -> None:
    anchor = registered(product, Entry("gs1:dpp", OLD, "Old", is_default=True))
    old = Link.objects.get()
    row = {"id": old.pk, "link_type": old.link_type, "href": OLD, "title": "Old"}
    other = {"href": NEW, "title": "New", "is_default": "on"}
    member.post(page_of(anchor), rows({**row, "DELETE": "on"}, other, initial=1))

    chosen = {"action": "make_current", "_selected_action": [old.pk]}
    told = member.post(VERSIONS, chosen, follow=True).content.decode()

    assert "There is a default already" in told
    assert member.get(anchor.path)["Location"] == NEW


def test_strangers_and_viewers_change_nothing(
    company: Company, product: Product
) -> None:
    anchor = registered(product, Entry("gs1:pip", OLD, "Page", is_default=True))
    link = Link.objects.get()
    row = {"id": link.pk, "href": NEW, "title": "Page", "is_default": "on"}
    stranger = signed_in(make.member(make.company("Étrangère")))
    viewer = signed_in(make.member(company, role="viewer"))
    chosen = {"action": "make_current", "_selected_action": [link.pk]}

    assert OLD not in stranger.get(VERSIONS).content.decode()
    assert anchor.path not in stranger.get(LIST).content.decode()
    assert stranger.get(page_of(anchor)).status_code == 302
    assert viewer.get(page_of(anchor)).status_code == 200
    for client in (stranger, viewer):
        client.post(page_of(anchor), rows(row, initial=1))
        client.post(VERSIONS, chosen)
        assert client.get(ADD).status_code == (403 if client is viewer else 200)
    assert Link.objects.get().href == OLD


def test_a_position_that_no_column_holds_is_refused(
    member: Client, product: Product
) -> None:
    link = {"title": "Page", "href": OLD, "position": 999_999_999}

    answer = member.post(ADD, {"path": f"/01/{product.pk}", **rows(link)})

    assert answer.status_code == 200
    assert not Link.objects.exists()


def test_only_operators_hand_prefixes_over(
    member: Client, admin_client: Client
) -> None:
    page = reverse("admin:scanning_handedoverprefix_add")
    sent = {"ai": "01", "prefix": "9520123", "title": "Brand"}

    assert member.get(page).status_code == 403
    refused = admin_client.post(page, {**sent, "resolver_root": "ftp://r.example"})
    assert refused.status_code == 200
    refused = admin_client.post(
        page, {**sent, "prefix": "95é", "resolver_root": "https://r.example"}
    )
    assert refused.status_code == 200
    for root in (
        "http://127.0.0.1:8000",
        "https://r.example/?a=",
        "https://r.example/#f",
    ):
        refused = admin_client.post(page, {**sent, "resolver_root": root})
        assert refused.status_code == 200
    admin_client.post(page, {**sent, "resolver_root": "https://r.example/"})

    assert HandedOverPrefix.objects.get().resolver_root == "https://r.example"


def test_the_group_may_do_what_members_need() -> None:
    found = {
        one.codename
        for one in company_group().permissions.filter(
            content_type__app_label="scanning"
        )
    }

    assert {"view_anchor", "add_anchor", "change_anchor"} <= found
    assert {"view_link", "add_link", "change_link"} <= found
    assert not {name for name in found if "prefix" in name or "delete" in name}


def test_where_a_code_leads_asks_for_a_second_factor(
    company: Company, product: Product
) -> None:
    registered(product, Entry("gs1:pip", OLD, "Page", is_default=True))
    link = Link.objects.get()
    thief = Client()
    thief.force_login(make.member(company, role="editor"))
    row = {"id": link.pk, "href": NEW, "title": "Page", "is_default": "on"}
    chosen = {"action": "make_current", "_selected_action": [link.pk]}

    saved = thief.post(page_of(link.anchor), rows(row, initial=1))
    restored = thief.post(VERSIONS, chosen)

    asked = reverse("second_factor")
    assert [saved["Location"], restored["Location"]] == [asked, asked]
    assert Link.objects.get().href == OLD
