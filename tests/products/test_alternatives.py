"""The alternatives on the sheet: what is found, said, kept up to date and left out."""

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from companies.models import Company
from companies.services import Source
from products import live, lookup, services
from products.comparing import compare_due, pools, working
from products.models import (
    Comparable,
    ComparedCategory,
    Family,
    LiveDocument,
    Offering,
    Product,
    Replacement,
    Sheet,
)
from products.tasks import compare_products
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.database]

KNIT = ["en:clothes", "en:jumpers"]


def jumper(
    footprint: str | None = None,
    *,
    name: str = "Pull",
    category: list[str] | None = None,
    of: Company | None = None,
    method: str = "PEF 3.1",
    source: Source | None = None,
    **columns: Any,
) -> Product:
    """Publish a jumper with a footprint for one kilogram."""
    made = make.product(name=name, of=of, **columns)
    said: dict[str, Any] = {"source": source} if source else {}
    make.field(made, "identity.category", KNIT if category is None else category)
    if footprint is not None:
        make.field(made, "eco.pcf_total", footprint, unit="KGM", **said)
        make.field(made, "eco.method", method)
        make.field(made, "eco.scope", "cradle_to_gate")
        make.field(made, "eco.declared_unit", {"value": "1", "unit": "KGM"})
    services.publish_sheet(product=made)
    return made


def section(product: Product, language: str = "en") -> dict[str, Any]:
    """Return the alternatives as a reader of the sheet gets them."""
    sheet = lookup.current_sheet(product.pk, language)
    assert sheet is not None
    found = json.loads(sheet.body)["sections"]["alternatives"]["fields"]
    assert isinstance(found["alternatives"], dict)
    return found["alternatives"]


def gtins(product: Product) -> list[str]:
    return [one["gtin"] for one in section(product)["value"] or []]


def walk() -> None:
    """Let what waits some minutes be due, and compare it."""
    ComparedCategory.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    compare_due()


def test_a_sheet_names_what_does_better_with_both_figures_and_their_days() -> None:
    company = make.company("Laine & Cie")
    worse, better = jumper("3.4"), jumper("1.2", name="Pull léger", of=company)
    compare_products()

    shown = section(worse)

    (one,) = shown["value"]
    assert (one["gtin"], one["name"]) == (better.pk, "Pull léger")
    assert one["url"].endswith(f"/01/{better.pk}")
    (reason,) = one["reasons"]
    assert reason["criterion"] == "footprint"
    assert reason["theirs"]["value"] == "1.2"
    assert reason["mine"] == {
        "value": "3.4",
        "on": timezone.now().date().isoformat(),
        "level": "declared",
    }
    assert reason["text"].replace("\xa0", " ") == (
        "carbon footprint 1.2 kg CO₂e instead of 3.4 kg CO₂e for 1 kg, same method"
    )
    assert shown["status"] == "known"
    assert shown["level"] == "declared"
    assert shown["source"]["kind"] == "computed"
    assert "No brand can pay" in shown["note"]
    assert section(worse, "fr")["value"][0]["gtin"] == better.pk


def test_where_nothing_does_better_it_says_so() -> None:
    best = jumper("1.2")
    alone = make.product(published=True)
    compare_products()

    for product in (best, alone):
        shown = section(product)
        assert (shown["status"], shown["value"]) == ("unknown", None)
        assert shown["text"] == "No better product is known in this category."
    assert not LiveDocument.objects.exists()
    assert not Comparable.objects.due().exists()


@pytest.mark.parametrize("reason", ["replaced", "discontinued", "recalled", "sibling"])
def test_who_cannot_be_bought_safely_is_no_alternative(reason: str) -> None:
    family = Family.objects.create(name="Pulls")
    is_sibling = reason == "sibling"
    mine = jumper("3.4", family=family)
    other = jumper("1.2", family=family if is_sibling else None)
    if reason == "replaced":
        Replacement.objects.create(
            old=other, new=mine, since="2026-01-01", reason="other"
        )
    elif reason == "discontinued":
        Offering.objects.create(product=other, state="discontinued")
    elif reason == "recalled":
        make.field(
            other, "recalls.recalls", [{"text": "Fil cassant", "authority": "DGCCRF"}]
        )
        services.publish_sheet(product=other)
    compare_products()

    assert gtins(mine) == []


def test_a_recall_takes_a_product_from_other_sheets_at_once() -> None:
    mine, other = jumper("3.4"), jumper("1.2")
    compare_products()
    assert gtins(mine) == [other.pk]
    make.field(
        other, "recalls.recalls", [{"text": "Fil cassant", "authority": "DGCCRF"}]
    )
    services.publish_sheet(product=other)

    compare_products()

    assert gtins(mine) == []


def test_what_is_fictitious_is_never_mixed_with_what_is_real() -> None:
    mine = jumper("3.4")
    jumper("1.2", of=make.company(is_fictitious=True))
    compare_products()

    assert gtins(mine) == []


def test_an_expired_value_recommends_nothing_even_without_a_new_revision() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    mine, gone = jumper("3.4"), jumper("1.2", source=Source(valid_until=yesterday))
    soon = jumper("1.3", source=Source(valid_until=timezone.localdate()))
    compare_products()
    assert gtins(mine) == [soon.pk]
    assert Comparable.objects.get(pk=gone.pk).footprint is None

    Comparable.objects.filter(pk=soon.pk).update(holds_until=yesterday)
    walk()

    assert gtins(mine) == []


def test_the_wider_category_is_looked_through_when_one_is_too_few_and_says_so() -> None:
    mine, near = jumper("3.4"), jumper("3")
    far = jumper("1", category=["en:clothes", "en:cardigans"])
    compare_products()

    shown = section(mine)
    assert gtins(mine) == [near.pk, far.pk]
    assert [one.get("wider_category") for one in shown["value"]] == [None, "en:clothes"]
    assert "wider category “clothes”" in shown["text"]
    second = jumper("2.9")
    walk()
    # The one that does better on as much comes by its number.
    assert gtins(mine) == [near.pk, second.pk]


def test_a_better_product_of_the_same_company_may_stand_there_and_says_so() -> None:
    company = make.company()
    mine, other = jumper("3.4", of=company), jumper("1.2", of=company)
    compare_products()

    (one,) = section(mine)["value"]
    assert one["gtin"] == other.pk
    assert one["same_company"] == "A product of the same company."


def test_how_satisfied_the_employees_are_is_a_reason() -> None:
    few, many = make.company("A"), make.company("B")
    make.rate(few, 64)
    make.rate(many, 78)
    mine, other = jumper(of=few), jumper(of=many)
    compare_products()

    (one,) = section(mine)["value"]
    assert one["gtin"] == other.pk
    text = "employee satisfaction 78 % instead of 64 %"
    assert one["reasons"][0]["text"].replace("\xa0", " ") == text
    assert gtins(other) == []


def test_compared_again_nothing_is_written_and_nobody_is_told() -> None:
    mine = jumper("3.4")
    jumper("1.2")
    compare_products()
    before = list(LiveDocument.objects.values_list("alternatives", flat=True))
    told: list[str] = []
    stop = live.listen(told.append)

    Comparable.objects.update(is_due=True)
    walk()
    stop()

    assert told == []
    assert list(LiveDocument.objects.values_list("alternatives", flat=True)) == before
    assert gtins(mine)


def test_publishing_again_without_news_compares_nothing() -> None:
    mine = jumper("3.4")
    compare_due()

    services.publish_sheet(product=mine)
    assert not Comparable.objects.due().exists()

    make.field(mine, "eco.pcf_total", "3.3", unit="KGM")
    services.publish_sheet(product=mine)
    assert Comparable.objects.due().count() == 1


def test_what_is_published_while_it_is_compared_stays_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mine = jumper("3.4")
    compared = working._compare

    def meanwhile(rows: Any) -> None:
        compared(rows)
        monkeypatch.setattr(working, "_compare", compared)
        make.field(mine, "eco.pcf_total", "3.3", unit="KGM")
        services.publish_sheet(product=mine)

    monkeypatch.setattr(working, "_compare", meanwhile)
    working.compare_changed()

    assert Comparable.objects.due().count() == 1


def test_one_that_cannot_be_compared_holds_up_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bad, good = jumper("3.4"), jumper("3.3")
    best = jumper("1.2")
    found = working._alternatives

    def fails(row: Comparable, *rest: Any) -> Any:
        if row.pk == bad.pk:
            raise ArithmeticError
        return found(row, *rest)

    monkeypatch.setattr(working, "_alternatives", fails)
    compare_products()

    assert gtins(good) == [best.pk]
    assert gtins(bad) == []
    assert not Comparable.objects.due().exists()


def many(count: int, category: str = "en:jumpers") -> None:
    """Add published products with footprints, as publications note them."""
    products = Product.objects.bulk_create(
        Product(gtin=make.gtin(), name="Pull") for _number in range(count)
    )
    Comparable.objects.bulk_create(
        Comparable(
            product=one,
            category=category,
            maker=one.gtin,
            name_fr="Pull",
            name_en="Jumper",
            footprint=Decimal(number % 97 + 1),
            footprint_method="PEF 3.1",
            footprint_scope="cradle_to_gate",
            footprint_unit="1 KGM",
            said={"footprint": ["2026-05-02", "declared"]},
        )
        for number, one in enumerate(products)
    )


def test_a_piece_weighs_as_many_in_as_many_queries_however_large_the_category(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "AT_ONCE", 40)
    weighed: list[int] = []
    load = pools.load

    def counted(*args: Any, **options: Any) -> pools.Pool:
        pool = load(*args, **options)
        weighed.append(len(pool.candidates))
        return pool

    monkeypatch.setattr(pools, "load", counted)
    queries = []
    for count in (80, 240):
        many(count - Comparable.objects.count())
        Comparable.objects.update(is_due=True)
        with CaptureQueriesContext(connection) as found:
            working.compare_changed()
        queries.append(len(found))

    # So many are compared with each, however large the category.
    assert set(weighed) == {pools.BEST}
    assert queries[1] <= queries[0]
    assert max(queries) < 30


def test_a_category_is_walked_in_pieces_and_once_more_if_it_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(working, "AT_ONCE", 10)
    many(25)
    compare_due()
    category = ComparedCategory.objects.get(pk="en:jumpers")
    assert category.due_at > timezone.now()
    ComparedCategory.objects.update(due_at=timezone.now())

    cursors = []
    for _piece in range(2):
        assert working.walk_category()
        category.refresh_from_db()
        cursors.append(category.cursor)
    working.note_news(Comparable.objects.all()[:1])
    assert working.walk_category()
    category.refresh_from_db()

    assert "" not in cursors
    assert len(set(cursors)) == 2
    assert category.cursor == ""
    assert category.due_at < timezone.now() + working.ANYWAY / 2
    assert not working.walk_category()


def test_a_product_that_lost_its_category_loses_its_alternatives() -> None:
    mine = jumper("3.4", category=["en:hats"])
    jumper("1.2", category=["en:hats"])
    compare_products()
    assert gtins(mine)

    make.field(mine, "identity.category", None, status="none")
    services.publish_sheet(product=mine)
    compare_products()
    assert gtins(mine) == []

    Comparable.objects.all().delete()
    walk()
    assert not ComparedCategory.objects.exists()


def test_a_sheet_is_the_same_whether_or_not_it_was_compared() -> None:
    mine = jumper("3.4")
    jumper("1.2")
    before = Sheet.objects.count()

    compare_products()
    services.publish_sheet(product=mine)

    assert Sheet.objects.count() == before


def test_a_footprint_below_nothing_is_no_better_one() -> None:
    mine = jumper("3.4")
    jumper("-5")
    jumper("2000000")
    compare_products()

    assert gtins(mine) == []
