"""On SQLite one process serves, and hears of its own changes at once."""

from typing import Any

import pytest

from products.fast_path import Sheets
from products.fast_path.listening import Listener
from products.fast_path.shelf import Shelf
from products.services import publish_sheet, set_stock
from tests import make
from tests.products.fast_path.test_staleness import served

pytestmark = pytest.mark.django_db(transaction=True)


def test_on_sqlite_a_change_is_heard_at_once() -> None:
    product = make.product(published=True)
    shelf: Shelf[Any] = Shelf(max_bytes=10**7, seconds=1000)
    listener = Listener(shelf)
    sheets = Sheets(shelf, listener)
    try:
        served(sheets, product)
        make.field(product, "identity.brand", "Vallon")
        publish_sheet(product=product)
        assert served(sheets, product)["revision"] == 2

        set_stock(product=product, store="Lyon", quantity=3)
        told = served(sheets, product)["sections"]["stock"]["fields"]["quantity"]
        assert told["value"] == "1–5"
    finally:
        listener.stop()
