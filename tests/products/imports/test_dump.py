"""A dump of Open Food Facts: what is read of it, what is refused, what stays."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from products import composing
from products.importing.open_food_facts import ATTRIBUTION
from products.models import Product, SourceRecord
from products.records import statements_of
from tests import make
from tests.products.imports import runs

pytestmark = [pytest.mark.django_db, pytest.mark.database]

A, B, C = "3017620422003", "3274080005003", "5449000000996"
A14, B14 = A.zfill(14), B.zfill(14)


def test_the_samples_come_in_but_for_in_store_numbers() -> None:
    in_store = [runs.record("20000004"), runs.record("2000000000008")]
    run = runs.imported(runs.dump([*runs.samples(), *in_store]))

    assert (run.state, run.error_text) == ("done", "")
    assert (run.done, run.added, run.failed) == (337, 335, 2)
    assert run.reasons["restricted"] == 2
    assert Product.objects.count() == SourceRecord.objects.count() == 335


def test_a_product_is_made_with_its_source_named_and_is_due() -> None:
    runs.imported(runs.dump([runs.record(A, "Pâte à tartiner", brands="Nutella")]))

    product = Product.objects.get(pk=A14)
    assert (product.name, product.company) == ("Pâte à tartiner", None)
    assert product.attribution == ATTRIBUTION
    assert product.attribution_url == f"https://world.openfoodfacts.org/product/{A}"
    assert product.publication_due_at is not None
    record = product.records.get()
    assert record.source_kind == "community"
    assert record.observed_at == datetime.fromtimestamp(runs.CHANGED, UTC)
    assert record.values == {
        "identity.brand": {"value": "Nutella"},
        "identity.name": {"value": {"fr": "Pâte à tartiner"}},
    }


def test_the_same_dump_again_writes_nothing() -> None:
    content = runs.dump(runs.samples())
    runs.imported(content)
    before = set(SourceRecord.objects.values_list("pk", flat=True))
    Product.objects.update(publication_due_at=None)

    run = runs.imported(content)

    assert (run.added, run.changed, run.unchanged) == (0, 0, 335)
    assert set(SourceRecord.objects.values_list("pk", flat=True)) == before
    assert not Product.objects.due().exists()


def test_a_later_dump_supersedes_and_an_older_one_takes_nothing_back() -> None:
    runs.imported(runs.dump([runs.record(A, "Un")]))
    later = runs.record(A, "Deux", last_modified_t=runs.CHANGED + 60)
    assert runs.imported(runs.dump([later])).changed == 1

    older = runs.record(A, "Trois", last_modified_t=runs.CHANGED - 60)
    assert runs.imported(runs.dump([older])).unchanged == 1

    first, second = SourceRecord.objects.order_by("pk")
    assert second.supersedes == first
    assert SourceRecord.objects.current().get() == second
    assert Product.objects.get(pk=A14).name == "Deux"


def test_a_number_that_is_there_twice_counts_once_and_it_is_said() -> None:
    content = runs.dump([runs.record(A, "Un"), runs.record(B), runs.record(A, "Deux")])

    run = runs.imported(content)

    assert (run.done, run.added, run.twice) == (3, 2, 1)
    assert runs.refusals(run) == [(3, "", "twice_in_file")]
    assert Product.objects.get(pk=A14).name == "Deux"


def test_twice_far_apart_the_last_line_counts_too(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("products.importing.unpacking.BLOCK", 10)
    monkeypatch.setattr("products.importing.unpacking.PIECE", 40)
    # By date it would be the older one.
    again = runs.record(A, "Deux", last_modified_t=runs.CHANGED - 60)

    run = runs.imported(runs.dump([runs.record(A, "Un"), runs.record(B), again]))

    assert (run.done, run.added, run.twice) == (3, 2, 1)
    assert Product.objects.get(pk=A14).name == "Deux"


def test_each_bad_line_is_refused_by_its_number_and_the_others_count() -> None:
    in_a_year = int((timezone.now() + timedelta(days=365)).timestamp())
    run = runs.imported(
        runs.dump(
            [
                runs.record(A),
                b'{"code": "32740',
                b'["no", "record"]',
                b'{"code": "\xff"}',
                b"[" * 100_000,
                runs.record("3274080005004"),
                runs.record("2000000000008"),
                runs.record("abc"),
                runs.record(""),
                runs.record(C, obsolete="on"),
                runs.record(C, " "),
                runs.record(C, last_modified_t=None),
                runs.record(C, last_modified_t=in_a_year),
                b"",
                runs.record(B),
            ]
        )
    )

    assert (run.state, run.added, run.failed) == ("done", 2, 12)
    assert [(line, code) for line, _field, code in runs.refusals(run)] == [
        (2, "not_json"),
        (3, "not_a_record"),
        (4, "not_utf8"),
        (5, "not_json"),
        (6, "wrong_check_digit"),
        (7, "restricted"),
        (8, "not_a_gtin"),
        (9, "gtin_missing"),
        (10, "obsolete"),
        (11, "name_missing"),
        (12, "undated"),
        (13, "in_the_future"),
    ]


def test_a_wrong_field_is_left_out_and_the_rest_of_the_record_counts() -> None:
    nutriments = {"fat_100g": -1, "sugars_100g": "beaucoup", "salt_100g": "0,5"}
    bad = runs.record(A, nutriments=nutriments, brands="a\x00b")

    run = runs.imported(runs.dump([bad]))

    assert (run.added, run.failed) == (1, 0)
    assert sorted(runs.refusals(run)) == [
        (1, "identity.brand", "control_character"),
        (1, "nutrition.fat", "out_of_bounds"),
        (1, "nutrition.sugars", "not_a_number"),
    ]
    values = SourceRecord.objects.get().values
    assert values["nutrition.salt"] == {"unit": "GRM", "value": "0.5"}


def test_what_a_company_declared_stays_and_the_record_stands_beside() -> None:
    company = make.company()
    product = make.product(A14, name="Pâte de la maison", of=company)

    runs.imported(runs.dump([runs.record(A, "Nutella", brands="Ferrero")]))

    product.refresh_from_db()
    assert (product.name, product.company) == ("Pâte de la maison", company)
    # The licence asks for it wherever the record is shown.
    assert product.attribution == ATTRIBUTION
    assert product.statements.get().value == {"fr": "Pâte de la maison"}
    draft = composing.gather(product, on=timezone.localdate())
    name = draft.documents["identity.name"]
    assert name["value"] == {"fr": "Pâte de la maison"}
    assert name["discrepancy"][0]["source"]["name"] == "Open Food Facts"
    assert draft.documents["identity.brand"]["value"] == "Ferrero"


def test_a_sheet_can_be_asked_to_wait() -> None:
    wish = runs.AT_ONCE._replace(publishes=False)
    runs.worked(runs.asked(runs.dump([runs.record(A)]), wish=wish))

    assert Product.objects.get().publication_due_at is None


def test_records_are_statements_of_their_source_in_one_query(
    django_assert_num_queries: object,
) -> None:
    doubtful = runs.record(
        A,
        nutriments={"sugars_100g": 229},
        nutriscore_grade="not-applicable",
        data_quality_errors_tags=["en:nutrition-value-over-105-for-sugars"],
    )
    runs.imported(runs.dump([doubtful, runs.record(B)]))

    with django_assert_num_queries(1):  # type: ignore[operator]
        found = statements_of([A14, B14])

    by_field = {one.field: one for one in found[A14]}
    sugars = by_field["nutrition.sugars"]
    assert (sugars.value, sugars.unit, sugars.is_disputed) == ("229", "GRM", True)
    assert by_field["nutrition.nutri_score"].status == "not_applicable"
    assert by_field["nutrition.nutri_score"].value is None
    assert all(one.level == "declared" for one in found[A14])
    assert found[A14][0].pk < found[B14][0].pk < 0
