"""Products in the admin: publishing, stock, and what a stranger cannot reach."""

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from companies.models import Company
from products.models import Family, Product, Sheet, Stock
from products.services import publish_sheet, set_stock
from tests import make

pytestmark = pytest.mark.django_db

LIST = reverse("admin:products_product_changelist")
ADD = reverse("admin:products_product_add")
PUBLISH_ALL = reverse("admin:products_product_publish_all")


def signed_in(user: User) -> Client:
    """Return a browser in which `user` is signed in, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    # The stranger's too: what turns them away must not be that they lack one.
    return make.second_factor(client)


def change(product: Product) -> str:
    """Return the address of a product's page."""
    return reverse("admin:products_product_change", args=[product.pk])


def product_form(product: Product, **stock: Any) -> dict[str, Any]:
    """Return the form of a product's page as a browser sends it."""
    return {
        "name": product.name,
        "variant": "{}",
        "statements-TOTAL_FORMS": "0",
        "statements-INITIAL_FORMS": "0",
        "offering-TOTAL_FORMS": "0",
        "offering-INITIAL_FORMS": "0",
        "pictures-TOTAL_FORMS": "0",
        "pictures-INITIAL_FORMS": "0",
        "stocks-TOTAL_FORMS": "1",
        "stocks-INITIAL_FORMS": "0",
        **{key.replace("__", "-"): value for key, value in stock.items()},
    }


@pytest.fixture
def company() -> Company:
    """Return a company."""
    return make.company("Filature")


@pytest.fixture
def browser(company: Company) -> Client:
    """Return the browser of an editor of the company."""
    return signed_in(make.member(company, role="editor"))


@pytest.fixture
def stranger() -> Client:
    """Return the browser of the owner of another company."""
    return signed_in(make.member(make.company("Étrangère")))


def test_the_list_says_what_readers_lack(browser: Client, company: Company) -> None:
    never = make.product(of=company, name="Jamais")
    current = make.product(of=company, name="Fraîche", published=True)
    behind = make.product(of=company, name="Dépassée", published=True)
    make.field(behind, "identity.brand", "Ance")

    rows = browser.get(LIST).context["cl"].result_list

    found = {row.pk: (row.current_revision, row.has_news) for row in rows}
    assert found == {
        never.pk: (None, False),
        current.pk: (1, False),
        behind.pk: (1, True),
    }
    text = browser.get(LIST).content.decode()
    assert text.count(">to publish</td>") == 2


def test_a_fact_of_the_company_is_news_for_each_sheet(
    browser: Client, company: Company
) -> None:
    make.product(of=company, published=True)
    make.product(of=company, published=True)
    make.fact(company, "employees", "47")

    rows = browser.get(LIST).context["cl"].result_list

    assert [row.has_news for row in rows] == [True, True]


def test_a_new_satisfaction_rate_is_news(browser: Client, company: Company) -> None:
    make.product(of=company, published=True)
    make.rate(company)

    (row,) = browser.get(LIST).context["cl"].result_list

    assert row.has_news


def test_the_chosen_sheets_are_published(browser: Client, company: Company) -> None:
    first = make.product(of=company)
    make.product(of=company)

    answer = browser.post(
        LIST, {"action": "publish", "_selected_action": [first.pk]}, follow=True
    )

    assert "1 sheet is published." in answer.content.decode()
    assert set(Sheet.objects.values_list("product", flat=True)) == {first.pk}
    author = Sheet.objects.first()
    assert author is not None
    assert author.published_by == User.objects.get()


def test_everything_is_published_at_once(browser: Client, company: Company) -> None:
    make.product(of=company)
    make.product(of=company)
    other = make.product(of=make.company("Étrangère"))

    assert "Publish all" in browser.get(LIST).content.decode()
    answer = browser.post(PUBLISH_ALL, follow=True)

    assert "2 sheets are published." in answer.content.decode()
    assert not Sheet.objects.filter(product=other).exists()


def test_publishing_all_takes_a_form(browser: Client) -> None:
    assert browser.get(PUBLISH_ALL).status_code == 403


def test_a_viewer_publishes_nothing(company: Company) -> None:
    product = make.product(of=company)
    viewer = signed_in(make.member(company, role="viewer"))

    viewer.post(LIST, {"action": "publish", "_selected_action": [product.pk]})

    assert viewer.post(PUBLISH_ALL).status_code == 403
    assert "Publish all" not in viewer.get(LIST).content.decode()
    assert viewer.get(change(product)).status_code == 200
    assert viewer.post(change(product), product_form(product)).status_code == 403
    assert viewer.get(ADD).status_code == 403
    assert not Sheet.objects.exists()


def test_an_editor_here_and_viewer_there_publishes_here_only(company: Company) -> None:
    there = make.company("Là-bas")
    user = make.member(company, role="editor")
    there.memberships.create(user=user, role="viewer")
    own, seen = make.product(of=company), make.product(of=there)

    signed_in(user).post(
        LIST, {"action": "publish", "_selected_action": [own.pk, seen.pk]}
    )

    assert set(Sheet.objects.values_list("product", flat=True)) == {own.pk}


def test_a_stranger_reaches_no_product(stranger: Client, company: Company) -> None:
    product = make.product(of=company, name="Secret", published=True)
    make.field(product, "identity.brand", "Ance")
    sheet = Sheet.objects.filter(product=product).first()
    assert sheet is not None
    family = Family.objects.create(name="Secrète", company=company)
    pages = [
        change(product),
        reverse("admin:products_product_history", args=[product.pk]),
        reverse("admin:products_product_delete", args=[product.pk]),
        reverse("admin:products_sheet_change", args=[sheet.pk]),
        reverse("admin:products_family_change", args=[family.pk]),
    ]

    for page in pages:
        assert stranger.get(page).status_code in {302, 403}
        assert stranger.post(page, product_form(product)).status_code in {302, 403}
    stranger.post(LIST, {"action": "publish", "_selected_action": [product.pk]})
    # The next page says that these addresses lead nowhere.
    stranger.get(reverse("admin:index"))
    for name in ("product", "statement", "sheet", "family"):
        listed = stranger.get(reverse(f"admin:products_{name}_changelist"))
        assert listed.status_code == 200
        assert "Secr" not in listed.content.decode()
        assert product.pk not in listed.content.decode()

    assert Sheet.objects.filter(product=product, language="fr").count() == 1


def test_autocomplete_offers_own_products_only(
    browser: Client, stranger: Client, company: Company
) -> None:
    product = make.product(of=company)
    query = {
        "app_label": "products",
        "model_name": "statement",
        "field_name": "product",
        "term": product.pk,
    }

    mine = browser.get(reverse("admin:autocomplete"), query).json()["results"]
    theirs = stranger.get(reverse("admin:autocomplete"), query).json()["results"]

    assert [one["id"] for one in mine] == [product.pk]
    assert theirs == []


def test_a_product_is_declared_under_its_number_of_any_length(
    browser: Client, company: Company
) -> None:
    browser.post(
        ADD,
        {
            "gtin": "3017620422003",
            "name": "Pull",
            "company": str(company.pk),
            "variant": "{}",
        },
    )

    assert Product.objects.get().pk == "03017620422003"


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        ("3017620422004", "The check digit of 3017620422004 is wrong; 3 would be"),
        ("123", "A GTIN has 8, 12, 13 or 14 digits."),
        ("2000000000008", "This number has a meaning inside one shop only."),
    ],
)
def test_a_number_that_is_none_is_refused(
    browser: Client, company: Company, number: str, sentence: str
) -> None:
    answer = browser.post(
        ADD,
        {
            "gtin": number,
            "name": "Pull",
            "company": str(company.pk),
            "variant": "{}",
        },
    )

    assert sentence in answer.content.decode()
    assert not Product.objects.exists()


def test_a_product_cannot_be_given_to_another_company_nor_to_none(
    browser: Client, company: Company
) -> None:
    other = make.company("Étrangère")
    family = Family.objects.create(name="Famille étrangère", company=other)
    form = {"gtin": "3017620422003", "name": "Pull", "variant": "{}"}

    for members in (
        {"company": str(other.pk)},
        {"company": ""},
        {"company": str(company.pk), "family": family.pk},
    ):
        assert browser.post(ADD, {**form, **members}).status_code == 200
    assert "étrangère" not in browser.get(ADD).content.decode().lower()

    assert not Product.objects.exists()


def test_the_stock_is_changed_through_the_service(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    form = product_form(product, stocks__0__store="Ambert", stocks__0__quantity="12")
    browser.post(change(product), form)

    row = Stock.objects.get()
    assert (row.store, row.quantity, row.version) == ("Ambert", 12, 1)
    assert product.live_documents.count() == 2

    browser.post(change(product), stock_form(product, row, seen=12, typed=7))

    row.refresh_from_db()
    assert (row.quantity, row.version) == (7, 2)


def test_a_stock_that_changed_meanwhile_is_not_overwritten(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    seen = set_stock(product=product, store="Ambert", quantity=12)
    set_stock(product=product, store="Ambert", quantity=3)

    answer = browser.post(change(product), stock_form(product, seen, seen=12, typed=9))

    assert "The stock changed meanwhile." in answer.content.decode()
    assert Stock.objects.get().quantity == 3


def test_saving_a_name_leaves_a_stock_that_changed_meanwhile(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    seen = set_stock(product=product, store="Ambert", quantity=12)
    set_stock(product=product, store="Ambert", quantity=3)

    form = stock_form(product, seen, seen=12, typed=12)
    answer = browser.post(change(product), {**form, "name": "Pull bleu"})

    assert answer.status_code == 302
    product.refresh_from_db()
    assert product.name == "Pull bleu"
    assert Stock.objects.get().quantity == 3


def stock_form(
    product: Product, row: Stock, *, seen: int, typed: int
) -> dict[str, Any]:
    """Return the form in which the quantity `typed` replaces the one `seen`."""
    return {
        **product_form(product),
        "stocks-INITIAL_FORMS": "1",
        "stocks-0-id": str(row.pk),
        "stocks-0-product": product.pk,
        "stocks-0-quantity": str(typed),
        "initial-stocks-0-quantity": str(seen),
        "stocks-0-seen_version": str(row.version),
    }


def test_a_revision_is_read_and_never_edited(browser: Client, company: Company) -> None:
    product = make.product(of=company, published=True)
    sheet = Sheet.objects.filter(language="fr").get()
    page = reverse("admin:products_sheet_change", args=[sheet.pk])

    text = browser.get(page).content.decode()

    assert f"&quot;gtin&quot;: &quot;{product.pk}&quot;" in text
    assert browser.post(page, {"revision": "9"}).status_code == 403
    assert browser.get(reverse("admin:products_sheet_add")).status_code == 403


def test_the_operator_reaches_products_that_nobody_declared(
    admin_client: Client,
) -> None:
    product = make.product()

    make.second_factor(admin_client).post(
        LIST, {"action": "publish", "_selected_action": [product.pk]}
    )

    assert Sheet.objects.filter(product=product).exists()
    page = admin_client.get(change(product)).content.decode()
    assert f"/01/{product.pk}" in page


def test_a_product_s_page_shows_what_is_current(
    browser: Client, company: Company
) -> None:
    product = make.product(of=company)
    make.field(product, "identity.brand", "Ancienne")
    make.field(product, "identity.brand", "Nouvelle")
    publish_sheet(product=product)

    text = browser.get(change(product)).content.decode()

    assert "Nouvelle" in text
    assert "Ancienne" not in text
    assert "Identity · Brand" in text
