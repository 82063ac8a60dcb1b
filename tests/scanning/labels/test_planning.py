"""What an order would give, and which orders are refused."""

from collections.abc import Sequence
from typing import Any

import pytest
from django.conf import LazySettings

from common.errors import DomainError
from companies.errors import NotAnEditor
from companies.models import Company
from products.models import Product
from products.services import publish_sheet
from scanning.models import LabelRun
from scanning.services.label_planning import Batch, Plan, Style, plan_labels
from scanning.services.labelling import ask_for_labels
from tests import make

pytestmark = pytest.mark.django_db


def plan(batches: Sequence[Batch], **style: Any) -> Plan:
    """Plan an order of QR codes."""
    style = {"symbol": "qr", "layout": "a4-70x37", "error_correction": "M"} | style
    return plan_labels(batches=batches, style=Style(**style))


def code_of(batches: Sequence[Batch], **style: Any) -> str:
    """Return the code by which an order is refused."""
    with pytest.raises(DomainError) as refused:
        plan(batches, **style)
    return refused.value.code


def test_a_plan_says_how_many_and_how_large(product: Product) -> None:
    publish_sheet(product=product)

    planned = plan([Batch(product, "LOT1", "AB", 1, 5, 500)], copies=2)

    assert (planned.total, planned.warnings) == (1000, [])
    assert planned.modules == 33
    assert planned.module_mm == pytest.approx(8 * 25.4 / 300)
    assert b"/10/LOT1/21/AB00001</title>" in planned.preview()


def test_the_largest_code_of_a_run_is_the_one_that_must_fit(product: Product) -> None:
    batches = [Batch(product, serial="1"), Batch(product, serial="x" * 20)]

    assert plan(batches).modules > plan(batches[:1]).modules


def test_a_size_that_tills_do_not_read_is_a_warning(product: Product) -> None:
    publish_sheet(product=product)
    long = Batch(product, "l" * 20, "s" * 20)

    warning = plan([long], layout="a4-38x21", error_correction="H").warnings[0]

    assert "0.396" in warning


def test_a_size_that_phones_do_not_read_is_refused(product: Product) -> None:
    assert code_of([Batch(product)], layout="svg-30x30", symbol="bars") == (
        "symbol_too_small"
    )


def test_small_letters_and_missing_sheets_are_warnings(product: Product) -> None:
    warnings = plan([Batch(product, "lot")]).warnings

    assert len(warnings) == 2


def test_codes_that_lead_to_this_machine_are_a_warning(
    product: Product, settings: LazySettings
) -> None:
    publish_sheet(product=product)
    settings.BASE_URL = "http://127.0.0.1:8000"

    (warning,) = plan([Batch(product)]).warnings
    assert "HTTP://127.0.0.1:8000" in warning


def test_what_no_label_may_say_is_refused(
    company: Company, product: Product, settings: LazySettings
) -> None:
    settings.MAX_LABELS = 100
    orphan, other = make.product(), make.product(of=make.company("Autre"))
    in_store = make.product("02012345678903", of=company)
    case = make.product("19520123456785", of=company)

    assert code_of([]) == "nothing_to_print"
    assert code_of([Batch(product)], copies=0) == "nothing_to_print"
    assert code_of([Batch(orphan)]) == "label_product_refused"
    assert code_of([Batch(product), Batch(other)]) == "label_product_refused"
    assert code_of([Batch(in_store)]) == "label_product_refused"
    assert code_of([Batch(product, "é")]) == "invalid_lot_or_serial"
    assert code_of([Batch(product, "", "A", 1, 20, 10)]) == "invalid_lot_or_serial"
    assert code_of([Batch(product, "", "A", 1, 1, 101)]) == "too_many_labels"
    assert code_of([Batch(product, "L")], symbol="bars") == "symbol_cannot_hold"
    assert code_of([Batch(case)], symbol="bars") == "symbol_cannot_hold"
    assert code_of([Batch(product)], copies=2, layout="png-50x30") == (
        "copies_in_archive"
    )


def test_a_list_is_refused_line_by_line(product: Product) -> None:
    batches = [
        Batch(product, serial="A1", line=1),
        Batch(product, serial="é", line=2),
        Batch(product, serial="A1", line=4),
    ]

    with pytest.raises(DomainError) as refused:
        plan(batches)

    assert refused.value.extra == {"lines": [2, 4]}
    assert len(refused.value.detail.split("\n")) == 2


def test_only_editors_order_labels(company: Company, product: Product) -> None:
    for person in (make.member(company, "viewer"), make.member(make.company("Autre"))):
        with pytest.raises(NotAnEditor):
            ask_for_labels(
                batches=[Batch(product)],
                style=Style("qr", "a4-70x37", "M"),
                author=person,
            )
    assert not LabelRun.objects.exists()
