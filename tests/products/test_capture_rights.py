"""Who may say what: one's own products, what they are made of, and no one else's."""

from pathlib import Path
from typing import Any

import pytest

from companies.models import Company
from products.models import Capture, Event, EventCorrection
from tests import make
from tests.products.event_documents import (
    YARN,
    captured,
    commissioning,
    declared_wrong,
    document,
    life,
    link,
    observation,
    transformation,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def private_folder(tmp_path: Path, settings: Any) -> None:
    """Keep the documents of each test apart."""
    settings.CAPTURES_DIR = tmp_path / "captures"


@pytest.fixture
def maker() -> Company:
    """Return who declared the product."""
    return make.company("Tricoterie")


@pytest.fixture
def stranger() -> Company:
    """Return another company."""
    return make.company("Étrangère")


def test_what_one_s_product_is_made_of_may_be_told(maker: Company) -> None:
    pull = make.product(of=maker)

    capture = captured(maker, document(*life(pull.gtin)))

    assert capture.state == "done"


@pytest.mark.parametrize("making", ["output", "commissioned", "lot", "by quantity"])
def test_nobody_says_how_another_s_product_was_made(
    making: str, maker: Company, stranger: Company
) -> None:
    pull = make.product(of=maker)
    thing = link(pull.gtin, serial="1")
    event = {
        "output": transformation([link(YARN, lot="1")], [thing]),
        "commissioned": commissioning([thing]),
        "lot": commissioning([thing], ilmd={"cbvmda:lotNumber": "9"}),
        "by quantity": {
            **commissioning([]),
            "quantityList": [{"epcClass": link(pull.gtin, lot="1"), "quantity": 3}],
        },
    }[making]
    if making == "by quantity":
        del event["epcList"]

    capture = captured(stranger, document(event))

    assert capture.state == "refused"
    error = capture.errors.get()
    assert (error.event, error.code) == (0, "foreign_product")
    assert pull.gtin in error.text
    assert not Event.objects.exists()


def test_a_supplier_that_declared_its_product_speaks_for_itself(
    maker: Company, stranger: Company
) -> None:
    make.product(YARN, of=stranger)
    pull = make.product(of=maker)

    capture = captured(maker, document(*life(pull.gtin)))

    assert [one.event for one in capture.errors.all()] == [0]
    assert capture.errors.get().code == "foreign_product"


def test_a_shop_may_say_what_it_received(maker: Company, stranger: Company) -> None:
    pull = make.product(of=maker)
    received = observation([link(pull.gtin, serial="1")], step="receiving")

    assert captured(stranger, document(received)).state == "done"


def test_a_product_of_nobody_may_be_told_by_whoever_uses_it(maker: Company) -> None:
    make.product(YARN)

    event = commissioning([link(YARN, lot="1")])

    assert captured(maker, document(event)).state == "done"


def test_only_who_captured_an_event_declares_it_wrong(
    maker: Company, stranger: Company
) -> None:
    event = observation([link(make.gtin(), serial="1")])
    captured(maker, document(event))

    capture = captured(stranger, document(declared_wrong(event)))

    assert [one.code for one in capture.errors.all()] == ["foreign_event"]
    assert not EventCorrection.objects.exists()


def test_a_product_declared_meanwhile_is_not_told_any_more(
    maker: Company, stranger: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    gtin = make.gtin()
    from products.capturing import checking

    decide = checking._decide

    def declared_then(held: Any) -> None:
        make.product(gtin, of=maker)
        decide(held)

    monkeypatch.setattr(checking, "_decide", declared_then)
    body = document(commissioning([link(gtin, lot="1")]))

    capture = captured(stranger, body)

    assert (capture.state, capture.error_code) == ("refused", "foreign_product")
    assert not Event.objects.exists()
    assert Capture.objects.get().added == 0
