"""A company's table: what it states, what is refused, what it may not touch."""

import io
from typing import Any

import pytest
from openpyxl import Workbook

from companies.levels import SourceKind
from companies.services import Source
from companies.spreadsheets import Form
from products.errors import DumpIsForOperators, ProductFileRefused, TableNeedsCompany
from products.importing import headers, template
from products.importing.headers import Column
from products.models import Product, Statement
from products.services.importing import PROGRAM, By
from products.vocabulary import fields
from tests import make
from tests.products.imports import runs

pytestmark = [pytest.mark.django_db, pytest.mark.database]

A, B = "3017620422003", "3274080005003"
A14, B14 = A.zfill(14), B.zfill(14)
HEAD = ("GTIN", "Nom (fr)", "Name (en)", "Sel", "nutrition.energy_kj", "Contenu net")


def stated(gtin: str) -> dict[str, Any]:
    """Return what is stated of a product at present."""
    rows = Statement.objects.current().filter(product=gtin)
    return dict(rows.values_list("field", "value"))


def test_a_line_becomes_a_product_with_ordinary_statements() -> None:
    company = make.company("Biscuiterie du Test")
    line = (A, "Sablés", "Biscuits", "1,25", "1 950", "6 x 33 cl")

    run = runs.imported(runs.table(HEAD, line), company)

    assert (run.state, run.kind, run.added) == ("done", "csv", 1), run.error_text
    product = Product.objects.get()
    assert (product.pk, product.name, product.company) == (A14, "Sablés", company)
    assert product.publication_due_at is not None
    assert stated(A14) == {
        "identity.name": {"fr": "Sablés", "en": "Biscuits"},
        "nutrition.salt": "1.25",
        "nutrition.energy_kj": "1950",
        "identity.net_content": {"value": "1980", "unit": "MLT"},
    }
    salt = Statement.objects.get(field="nutrition.salt")
    assert (salt.unit, salt.level, salt.source_kind, salt.source_name) == (
        "GRM",
        "declared",
        "producer",
        "Biscuiterie du Test",
    )


def test_a_correction_supersedes_its_own_kind_of_source_alone() -> None:
    company = make.company()
    product = make.product(A14, of=company)
    register = Source(kind=SourceKind.LABORATORY, name="Laboratoire")
    measured = make.field(product, "nutrition.salt", "1.3", source=register)
    own = make.field(product, "nutrition.salt", "1.2")
    content = runs.table(("GTIN", "Sel"), (A, "1,25"))

    assert runs.imported(content, company).changed == 1
    assert runs.imported(content, company).unchanged == 1

    now = Statement.objects.current().filter(field="nutrition.salt")
    assert {(one.value, one.supersedes) for one in now} == {
        ("1.3", None),
        ("1.25", own),
    }
    assert measured in now


def test_one_wrong_cell_refuses_its_line_whole_and_no_other() -> None:
    company = make.company()
    content = runs.table(
        HEAD,
        (A, "Sablés", "", "beaucoup", "=1+1", "une boîte"),
        (B, "Galettes", "", "0,5", "", ""),
    )

    run = runs.imported(content, company)

    assert (run.added, run.failed) == (1, 1)
    assert sorted(runs.refusals(run)) == [
        (2, "identity.net_content", "not_a_quantity"),
        (2, "nutrition.energy_kj", "formula_in_cell"),
        (2, "nutrition.salt", "not_a_number"),
    ]
    assert not Product.objects.filter(pk=A14).exists()
    assert Product.objects.filter(pk=B14).exists()


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("3017620422004", "wrong_check_digit"),
        ("3.01762E+12", "number_was_rounded"),
        ("2000000000008", "restricted"),
        ("42", "not_a_gtin"),
    ],
)
def test_a_number_that_is_no_gtin_is_refused_with_its_reason(
    number: str, code: str
) -> None:
    run = runs.imported(
        runs.table(("GTIN", "Nom (fr)"), (number, "Sablés")), make.company()
    )

    assert [found for _line, _field, found in runs.refusals(run)] == [code]


def test_a_new_product_needs_a_name_and_a_known_one_does_not() -> None:
    company = make.company()
    make.product(B14, of=company)

    run = runs.imported(runs.table(("GTIN", "Sel"), (A, "1"), (B, "1")), company)

    assert runs.refusals(run) == [(2, "identity.name", "name_missing")]
    assert run.changed == 1


def test_what_another_company_declared_is_not_touched() -> None:
    other = make.product(A14, of=make.company("Autre"))
    unclaimed = make.product(B14)
    company = make.company()
    owner = By(make.member(company))
    content = runs.table(("GTIN", "Sel"), (A, "1"), (B, "1"))

    run = runs.worked(runs.asked(content, company, by=owner, wish=runs.AT_ONCE))

    assert [code for _line, _field, code in runs.refusals(run)] == [
        "other_company",
        "not_handed_over",
    ]
    assert set(stated(other.pk)) == set(stated(unclaimed.pk)) == {"identity.name"}


def test_an_operator_hands_over_what_nobody_declared() -> None:
    unclaimed = make.product(B14)
    company = make.company()

    run = runs.imported(runs.table(("GTIN", "Sel"), (B, "1")), company)

    unclaimed.refresh_from_db()
    assert (run.changed, unclaimed.company) == (1, company)


def test_a_dry_run_writes_nothing_until_it_is_confirmed() -> None:
    company = make.company()
    content = runs.table(("GTIN", "Nom (fr)"), (A, "Sablés"), ("1", "x"))

    run = runs.worked(runs.asked(content, company))

    assert (run.state, run.added, run.failed) == ("checked", 1, 1)
    assert not Product.objects.exists()

    run = runs.confirmed(run)

    assert (run.state, run.added, run.failed, run.done) == ("done", 1, 1, 2)
    assert len(runs.refusals(run)) == 1
    assert Product.objects.exists()


def test_none_is_said_and_an_empty_cell_says_nothing() -> None:
    company = make.company()
    product = make.product(A14, of=company)
    make.field(product, "nutrition.ingredients", "Farine")

    runs.imported(
        runs.table(("GTIN", "Allergènes", "Ingrédients"), (A, "[aucun]", "")), company
    )

    allergens = Statement.objects.get(field="nutrition.allergens")
    assert (allergens.status, allergens.value) == ("none", None)
    assert stated(A14)["nutrition.ingredients"] == "Farine"


def test_the_queries_of_a_batch_do_not_grow_with_its_lines(
    django_assert_max_num_queries: Any,
) -> None:
    company = make.company()
    lines = [(make.gtin(), f"Produit {one}", str(one)) for one in range(90)]
    run = runs.asked(
        runs.table(("GTIN", "Nom (fr)", "Sel"), *lines), company, wish=runs.AT_ONCE
    )

    with django_assert_max_num_queries(40):
        assert runs.worked(run).added == 90


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("form", list(Form), ids=["csv", "xlsx"])
def test_a_template_is_read_back_and_its_example_is_not(
    language: str, form: Form
) -> None:
    content = template.content(form, language)

    run = runs.imported(content, make.company())

    # Its columns are understood; there is no line to record.
    assert (run.state, run.error_code) == ("refused", "no_lines"), run.error_text


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_field_that_may_be_stated_has_a_column_of_its_own(language: str) -> None:
    written = [headers.header(one, language) for one in headers.columns()]

    assert len(set(written)) == len(written)
    assert headers.mapped(dict(enumerate(written))) == dict(
        enumerate(headers.columns())
    )
    paths = {one.key for one in headers.columns()} - set(headers.OTHERS)
    assert paths == {path for path, one in fields().items() if not one.is_computed}
    assert headers.mapped({0: "gtin", 1: "nutrition.salt"})[1] == Column(
        "nutrition.salt"
    )


def test_a_workbook_is_read_as_well() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["GTIN", "Nom (fr)", "Sel"])
    sheet.append([3017620422003, "Sablés", 1.25])
    file = io.BytesIO()
    book.save(file)

    run = runs.imported(file.getvalue(), make.company())

    assert (run.kind, run.added) == ("xlsx", 1), runs.refusals(run)
    assert stated(A14)["nutrition.salt"] == "1.25"


def test_columns_that_nobody_knows_refuse_the_file() -> None:
    run = runs.imported(
        runs.table(("Nom (fr)", "Prix bas"), ("a", "b")), make.company()
    )

    assert (run.state, run.error_code) == ("refused", "wrong_columns")
    assert "GTIN" in run.error_text
    assert "Prix bas" in run.error_text


def test_whose_file_it_may_be() -> None:
    company = make.company()
    with pytest.raises(TableNeedsCompany):
        runs.asked(runs.table(HEAD))
    with pytest.raises(DumpIsForOperators):
        runs.asked(runs.dump([runs.record(A)]), company, by=PROGRAM)
    with pytest.raises(ProductFileRefused):
        runs.asked(b"", company)
