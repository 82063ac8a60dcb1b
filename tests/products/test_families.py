"""Families of variants: what the sheets say of siblings, and who may change it."""

import json
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from companies.models import Company
from products import composing, families, services
from products.errors import FamilyOfAnother, UnknownAttribute
from products.models import Family, Product, Replacement, Sheet
from products.publishing import publish_due
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def family(company: Company) -> Family:
    """Return a family that varies by size and colour."""
    return Family.objects.create(
        name="Pulls", company=company, varies_by=["size", "colour"]
    )


def member(family: Family, name: str = "Pull", **variant: str) -> Product:
    """Publish a variant of a family."""
    return make.product(
        of=family.company, family=family, variant=variant, name=name, published=True
    )


def variants(product: Product, *, publish: bool = True) -> dict[str, Any]:
    """Return the section of the variants, of the sheet in English."""
    if publish:
        services.publish_sheet(product=product)
    sheet = Sheet.objects.of_gtin(product.pk, "en")[0]
    found = json.loads(bytes(sheet.body))["sections"]["variants"]
    assert isinstance(found, dict)
    return found


def followed() -> None:
    """Do what the sweep does."""
    families.follow()
    publish_due()


def browser_of(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return make.second_factor(client)


def test_the_sheet_names_the_family_and_what_differs(family: Family) -> None:
    product = member(family, size="S", colour="bleu")
    member(family, "Pull M", size="M", colour="bleu", pattern="rayé")

    section = variants(product)

    fields = section["fields"]
    assert fields["group_id"]["value"] == f"F{family.pk}"
    assert fields["varies_by"]["value"] == ["size", "colour"]
    # By the pattern this family does not vary.
    assert [one["differs"] for one in fields["siblings"]["value"]] == [{"size": "M"}]
    (panel,) = section["panels"]
    assert panel["title"] == "Pulls"
    assert panel["text"] == "There is 1 other variant. They differ by: size, colour."
    assert panel["lines"] == ["Pull M — size M"]


def test_a_variant_that_is_not_out_is_not_named(family: Family) -> None:
    product = member(family, size="S")
    make.product(of=family.company, family=family, name="Secret")

    assert variants(product)["fields"]["siblings"]["status"] == "unknown"


def test_those_that_are_published_together_name_each_other(family: Family) -> None:
    assert family.company is not None
    for size in ("S", "M", "L"):
        make.product(of=family.company, family=family, variant={"size": size})

    services.publish_company(company=family.company)

    for product in family.products.all():
        assert len(variants(product, publish=False)["fields"]["siblings"]["value"]) == 2


def test_a_sibling_that_was_replaced_is_left_out(family: Family) -> None:
    product, old, new = (member(family, size=size) for size in ("S", "M", "L"))
    services.replace_product(
        old=old,
        new=new,
        since=Sheet.objects.all()[0].published_at.date(),
        author=make.operator(),
    )

    followed()

    siblings = variants(product, publish=False)["fields"]["siblings"]["value"]
    assert [one["gtin"] for one in siblings] == [new.pk]
    assert Replacement.objects.count() == 1


def test_a_new_grade_reaches_the_siblings_and_comes_to_rest(family: Family) -> None:
    product, other = member(family, size="S"), member(family, "Autre", size="M")
    variants(product)
    make.field(other, "nutrition.nutri_score", {"grade": "b"})

    services.publish_sheet(product=other)
    followed()

    section = variants(product, publish=False)
    (sibling,) = section["fields"]["siblings"]["value"]
    assert sibling["grades"] == {"nutri_score": "b"}
    assert section["panels"][1]["lines"] == ["Autre — Nutri-Score B"]
    # The same grade is no difference any more.
    make.field(product, "nutrition.nutri_score", {"grade": "b"})
    assert "grades" not in variants(product)["fields"]["siblings"]["value"][0]
    for _run in range(3):
        followed()
    count = Sheet.objects.count()
    followed()
    assert Sheet.objects.count() == count
    assert not Product.objects.due().exists()


def test_what_a_company_is_editing_waits_for_it(family: Family) -> None:
    product, other = member(family, size="S"), member(family, size="M")
    followed()
    make.field(product, "identity.brand", "Pas encore")

    services.describe_variant(product=other, attributes={"size": "XL"})
    families.follow()

    assert product not in Product.objects.due()
    assert other in Product.objects.due()


def test_the_queries_do_not_grow_with_the_family(
    family: Family, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    products = [member(family, size=str(number)) for number in range(8)]
    day = Sheet.objects.all()[0].published_at.date()

    def count(some: list[Product]) -> int:
        with django_assert_max_num_queries(30) as queries:
            composing.gather_all(some, on=day)
        return len(queries)

    assert count(products[:1]) == count(products)


def test_a_product_moves_between_families(company: Company, family: Family) -> None:
    other = Family.objects.create(name="Gilets", company=company)
    product = member(family, size="S")
    left, joined = member(family, size="M"), member(other, size="L")
    for one in (left, joined):
        services.publish_sheet(product=one)

    services.place_product(product=product, family=other)
    followed()

    assert variants(left, publish=False)["fields"]["siblings"]["status"] == "unknown"
    assert len(variants(joined, publish=False)["fields"]["siblings"]["value"]) == 1
    services.place_product(product=product, family=None)
    followed()
    assert variants(joined, publish=False)["fields"]["siblings"]["status"] == "unknown"


def test_a_family_has_one_company(family: Family) -> None:
    stranger = make.product(of=make.company("Étrangère"))

    with pytest.raises(FamilyOfAnother):
        services.place_product(product=stranger, family=family)

    stranger.refresh_from_db()
    assert stranger.family is None


def test_attributes_are_those_that_have_words(family: Family) -> None:
    product = member(family, size="S")

    with pytest.raises(UnknownAttribute):
        services.describe_variant(product=product, attributes={"shoe": "42"})
    family.varies_by = ["weather"]
    with pytest.raises(UnknownAttribute):
        services.change_family(family=family)

    services.describe_variant(product=product, attributes={"size": " ", "colour": "a"})
    product.refresh_from_db()
    assert product.variant == {"colour": "a"}


def page(family: Family) -> str:
    """Return the address of a family's page."""
    return reverse("admin:products_family_change", args=[family.pk])


def form(family: Family, *products: Product, **sizes: str) -> dict[str, Any]:
    """Return the page's form as a browser sends it."""
    data: dict[str, Any] = {
        "name": family.name,
        "reference": "PM-7",
        "varies_by": ["size", "colour"],
        "products-TOTAL_FORMS": len(products),
        "products-INITIAL_FORMS": len(products),
    }
    for number, product in enumerate(products):
        data |= {
            f"products-{number}-gtin": product.pk,
            f"products-{number}-family": family.pk,
            f"products-{number}-attribute_size": sizes[product.name],
            f"products-{number}-attribute_colour": "écru",
        }
    return data


def test_an_editor_describes_the_variants_field_by_field(family: Family) -> None:
    first, second = member(family, "a", size="S"), member(family, "b", size="M")
    assert family.company is not None
    browser = browser_of(make.member(family.company, role="editor"))

    shown = browser.get(page(family)).content.decode()
    answer = browser.post(page(family), form(family, first, second, a="36", b="38"))

    assert 'name="products-0-attribute_size" value="S"' in shown
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.variant == {"size": "36", "colour": "écru"}
    assert second.variant == {"size": "38", "colour": "écru"}
    family.refresh_from_db()
    assert (family.reference, family.news_at is None) == ("PM-7", False)


def test_a_stranger_describes_nothing(family: Family) -> None:
    product = member(family, "a", size="S")
    stranger = browser_of(make.member(make.company("Étrangère")))

    answer = stranger.post(page(family), form(family, product, a="36"))

    assert answer.status_code in {302, 403}
    product.refresh_from_db()
    assert product.variant == {"size": "S"}


def test_the_products_page_leads_to_its_family(family: Family) -> None:
    product = member(family, size="S")
    assert family.company is not None
    browser = browser_of(make.member(family.company, role="editor"))

    shown = browser.get(
        reverse("admin:products_product_change", args=[product.pk])
    ).content.decode()

    assert f'<a href="{page(family)}">size S</a>' in shown
    assert 'name="variant"' not in shown
