"""The catalogue searched: what fits, in which order, a page at a time."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from companies.models import Company
from products import search_index
from products.models import Product, SearchEntry, SearchWord
from products.publishing import publish_products
from products.searching import Filters, Found, Wanted, find, statements
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def contents(
    product: Product, said: dict[str, str], brand: str, category: Sequence[str]
) -> dict[str, dict[str, Any]]:
    """Return what the sheets of a product say, as far as a search reads them."""

    def known(value: Any, text: str) -> dict[str, Any]:
        return {"status": "known", "value": value, "text": text} if value else {}

    company = product.company
    fields = {
        "name": known(said, ""),
        "brand": known(brand, brand),
        "category": known(list(category), ", ".join(category)),
    }
    return {
        language: {
            "gtin": product.pk,
            "name": said.get(language) or next(iter(said.values())),
            "fictitious": bool(company and company.is_fictitious),
            "sections": {
                "identity": {"fields": fields},
                "company": {"id": str(company.pk), "name": company.name}
                if company
                else {},
            },
        }
        for language in ("fr", "en")
    }


def sold(
    name: str | dict[str, str],
    *,
    brand: str = "",
    category: Sequence[str] = (),
    of: Company | None = None,
) -> Product:
    """Index a product as publishing does, without all else that it does."""
    said = {"fr": name} if isinstance(name, str) else name
    product = Product.objects.create(gtin=make.gtin(), name="–", company=of)
    search_index.index(
        {product.pk: contents(product, said, brand, category)}, {product.pk: 1}
    )
    return product


def search(text: str, language: str = "fr", **members: object) -> Found:
    members.setdefault("size", 20)
    return find(Wanted(text=text, language=language, **members))  # type: ignore[arg-type]


def names(found: Found) -> list[str]:
    return [card["name"] for card in found.cards]


@pytest.mark.parametrize(
    "asked",
    [
        "crème brûlée",
        "CREME BRULEE",
        "cremes brulees",
        "brûlée crème",
        "creme bru",
        "l'crème brûlée",
        "  crème\u00a0brûlée ",
        "de la crème brûlée",
    ],
)
def test_accents_case_order_and_endings_do_not_matter(asked: str) -> None:
    sold("Crème brûlée")
    sold("Lait entier")

    assert names(search(asked)) == ["Crème brûlée"]


def test_a_name_is_found_in_every_language_and_shown_in_the_reader_s() -> None:
    sold({"fr": "Bonnet de laine", "en": "Woollen hats", "de": "Wollmütze"})

    assert names(search("hat")) == ["Bonnet de laine"]
    assert names(search("wollmutze", "en")) == ["Woollen hats"]


def test_the_name_weighs_more_than_the_brand_and_the_brand_than_the_rest() -> None:
    company = make.company("Olive et fils")
    sold("Savon", of=company)
    sold("Huile d’olive vierge extra")
    sold("Pâte", brand="Olive")
    sold("Olives")

    assert names(search("olive")) == [
        "Olives",
        "Huile d’olive vierge extra",
        "Pâte",
        "Savon",
    ]


def test_whole_words_come_before_words_that_only_begin_alike() -> None:
    sold("Laitue")
    sold("Lait de coco des îles")

    assert names(search("lait")) == ["Lait de coco des îles", "Laitue"]
    assert names(search("lait ")) == ["Lait de coco des îles"]


@pytest.mark.parametrize("form", ["{}", "{:.14}", " {} "])
def test_a_gtin_finds_its_product(form: str) -> None:
    sold("Lait")
    product = sold("Beurre")

    assert names(search(form.format(product.pk))) == ["Beurre"]
    assert names(search(product.pk.lstrip("0"))) == ["Beurre"]
    assert names(search(make.gtin())) == []


@pytest.mark.parametrize(
    ("asked", "given", "taken"),
    [
        ("nutlla", "nutlla", "nutella"),
        ("nuttela", "nuttela", "nutella"),
        ("pate tartinnr", "tartinnr", "tartiner"),
        ("liat", "liat", "lait"),
        ("xhocolzt", "xhocolzt", "chocolat"),
    ],
)
def test_a_word_that_nothing_has_is_taken_for_its_neighbour(
    asked: str, given: str, taken: str
) -> None:
    sold("Nutella, pâte à tartiner", brand="Ferrero")
    sold("Chocolat au lait")

    found = search(asked)

    assert found.taken == {given: taken}
    assert len(found.cards) == 1
    literal = search(asked, is_exact=True)
    assert (literal.cards, literal.taken) == ([], {})


def test_of_two_neighbours_the_one_that_more_products_have_is_taken() -> None:
    sold("Plaine")
    sold("Plaise")
    sold("Plaise encore")

    assert search("plaixe").taken == {"plaixe": "plaise"}


def test_a_word_that_no_product_has_any_more_is_not_taken() -> None:
    product = sold("Nutella")
    now = contents(product, {"fr": "Pâte"}, "", ())
    search_index.index({product.pk: now}, {product.pk: 2})

    assert SearchWord.objects.filter(word="nutella").exists()
    assert search("nutlla").taken == {}
    assert search("nutella").cards == []
    assert names(search("pâte")) == ["Pâte"]


def test_only_what_is_published_is_found() -> None:
    make.product(name="Secret")
    published = make.product(name="Pull", published=True)
    make.field(published, "identity.name", {"fr": "Secret aussi"})

    assert search("secret").cards == []
    assert names(search("")) == ["Pull"]


def test_filters_keep_exact_values() -> None:
    company = make.company("Laiterie du Test", is_fictitious=True)
    codes = ["en:milks", "en:dairies"]
    sold("Lait", brand="Président", of=company, category=codes)
    sold("Lait", brand="Président d’été")

    def count(filters: Filters) -> tuple[int, int]:
        both = [search(text, filters=filters).cards for text in ("lait", "")]
        return len(both[0]), len(both[1])

    assert count(Filters(brand="president")) == (1, 1)
    assert count(Filters(category="en:milks")) == (1, 1)
    assert count(Filters(category="en:milk")) == (0, 0)
    assert count(Filters(company=str(company.pk))) == (1, 1)
    assert count(Filters(fictitious=False)) == (1, 1)
    assert count(Filters(brand="Président", fictitious=False)) == (0, 0)
    assert count(Filters()) == (2, 2)


@pytest.mark.parametrize("asked", ["lait", ""])
def test_pages_lead_on_and_back_while_products_arrive(asked: str) -> None:
    for number in range(7):
        sold(f"Lait {number}", brand="Lait")
    sold("Yaourt", brand="Lait")
    whole = names(search(asked))
    seen, found = [], search(asked, size=3)
    pages = [found]
    while True:
        seen += names(found)
        sold("Autre lait entier arrivé depuis")
        if found.next is None:
            break
        found = search(asked, size=3, cursor=found.next)
        pages.append(found)

    assert len(whole) == 8
    assert [one for one in seen if "depuis" not in one] == whole
    assert pages[0].previous is None
    assert pages[2].previous is not None
    back = search(asked, size=3, cursor=pages[2].previous)
    assert [one for one in names(back) if "depuis" not in one] == [
        one for one in names(pages[1]) if "depuis" not in one
    ]
    assert back.next is not None
    assert pages[1].previous is not None
    first = search(asked, size=10, cursor=pages[1].previous)
    assert first.previous is None


def test_a_corrected_page_leads_to_a_corrected_one() -> None:
    for number in range(4):
        sold(f"Nutella {number}")

    first = search("nutlla", size=3)
    assert first.next is not None
    second = search("nutlla", size=3, cursor=first.next)

    assert second.taken == {"nutlla": "nutella"}
    assert len(second.cards) == 1


@pytest.mark.parametrize("many", [1, 30], ids=["1", "30"])
def test_a_page_costs_one_query_and_a_misspelt_word_six(
    django_assert_num_queries: DjangoAssertNumQueries, many: int
) -> None:
    for _ in range(many):
        sold("Chocolat")

    with django_assert_num_queries(1):
        assert search("chocolat").cards
    with django_assert_num_queries(5):
        assert search("chocolta").cards
    with django_assert_num_queries(6):
        assert search("xhocolzt").cards
    with django_assert_num_queries(1):
        assert search("").cards


def test_publishing_indexes_in_as_many_queries_however_many_products(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    one, gtins = (
        [make.product(name="Lait cru").pk for _ in range(many)] for many in (1, 4)
    )
    # What is read once in the life of a process, and words that become known.
    publish_products([make.product(name="Lait cru").pk])
    with CaptureQueriesContext(connection) as asked:
        publish_products(one)
    with django_assert_num_queries(len(asked)):
        publish_products(gtins)
    SearchEntry.objects.all().delete()

    assert search("lait").cards == []
    search_index.index_again(gtins)
    assert len(search("lait").cards) == 4


def test_what_was_published_before_is_caught_up_with(
    capsys: pytest.CaptureFixture[str],
) -> None:
    publish_products([make.product(name=f"Lait {number}").pk for number in range(3)])
    SearchEntry.objects.all().delete()

    call_command("index_products")
    assert capsys.readouterr().out.splitlines() == [
        "3 products to index.",
        "3 products are indexed.",
    ]
    before = set(SearchEntry.objects.values_list("card_fr"))
    SearchEntry.objects.update(words="nbeurre")
    call_command("index_products")
    assert search("lait").cards == []
    call_command("index_products", "--all")
    assert len(search("lait").cards) == 3
    assert set(SearchEntry.objects.values_list("card_fr")) == before


def test_an_entry_that_goes_takes_its_words_along() -> None:
    sold("Lait")
    kept = sold("Lait cru")
    SearchEntry.objects.exclude(product=kept).delete()

    assert names(search("lait")) == ["Lait cru"]
    assert names(search("")) == ["Lait cru"]


def test_many_that_fit_are_walked_in_the_same_order_as_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(6):
        sold(f"Lait {number}", brand="Lait" if number % 2 else "")
    few = search("lait", size=4)
    monkeypatch.setattr(statements, "MOST_SORTED", 2)

    many = search("lait", size=4)

    assert many == few
    assert many.next is not None
    rest = search("lait", size=4, cursor=many.next)
    assert len({*names(many), *names(rest)}) == 6
