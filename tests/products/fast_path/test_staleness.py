"""What memory may serve after a change: nothing told, nothing beyond its seconds."""

import json
import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from products import live, lookup, stock
from products.fast_path import Sheets
from products.fast_path.listening import Listener
from products.fast_path.reading import Request, Wanted
from products.fast_path.shelf import Shelf
from products.models import LiveDocument, Product, Sheet
from products.services import publish_sheet, set_stock
from tests import make
from tests.products.fast_path.asking import url
from tests.products.fast_path.test_shelf import Clock

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def wanted(sheets: Sheets, product: Product) -> Wanted:
    headers = {"HTTP_HOST": "localhost"}
    found = sheets.wanted(Request("GET", url(product.pk), "", "http", headers.get))
    assert found is not None
    return found


def served(sheets: Sheets, product: Product) -> dict[str, Any]:
    """Return the sheet as a request would get it: from memory, or read."""
    asked = wanted(sheets, product)
    found = sheets.kept(asked) or sheets.read(asked)
    assert found is not None
    sheet: dict[str, Any] = json.loads(found.body)
    return sheet


def change_untold(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish the next revision without a word to anybody."""
    monkeypatch.setattr("products.live.note_changes", lambda _gtins: None)
    make.field(product, "identity.brand", "Vallon")
    publish_sheet(product=product)


def test_a_change_that_nobody_told_is_seen_after_the_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product, clock = make.product(published=True), Clock()
    sheets = Sheets(Shelf(max_bytes=10**7, seconds=2, clock=clock))
    assert served(sheets, product)["revision"] == 1
    change_untold(product, monkeypatch)

    clock.now += 1.999
    assert served(sheets, product)["revision"] == 1
    clock.now += 0.001
    assert served(sheets, product)["revision"] == 2


def test_nothing_is_kept_where_memory_is_off(monkeypatch: pytest.MonkeyPatch) -> None:
    product = make.product(published=True)
    sheets = Sheets(Shelf(max_bytes=0, seconds=2))
    assert served(sheets, product)["revision"] == 1

    change_untold(product, monkeypatch)

    assert served(sheets, product)["revision"] == 2


def test_a_read_that_a_publication_overtakes_is_not_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = make.product(published=True)
    shelf: Shelf[Any] = Shelf(max_bytes=10**7, seconds=1000)
    sheets, read = Sheets(shelf), lookup.read

    def overtaken(*asked: Any) -> Any:
        sheet = read(*asked)
        make.field(product, "identity.brand", "Vallon")
        publish_sheet(product=product)
        shelf.forget(product.pk)
        return sheet

    monkeypatch.setattr(lookup, "read", overtaken)
    assert served(sheets, product)["revision"] == 1
    monkeypatch.setattr(lookup, "read", read)

    assert served(sheets, product)["revision"] == 2


def test_a_stock_that_grows_too_old_is_not_kept_beyond_that_instant() -> None:
    product, clock = make.product(published=True), Clock()
    set_stock(product=product, store="Lyon", quantity=3)
    just_known = timezone.now() - stock.STALE_AFTER + timedelta(seconds=900)
    LiveDocument.objects.filter(product=product).update(stock_as_of=just_known)
    sheets = Sheets(Shelf(max_bytes=10**7, seconds=10_000, clock=clock))
    served(sheets, product)

    assert sheets.kept(wanted(sheets, product))
    clock.now += 900
    assert sheets.kept(wanted(sheets, product)) is None


class Heard(Shelf[Any]):
    """A shelf that tells when it was told something."""

    def __init__(self) -> None:
        super().__init__(max_bytes=10**7, seconds=1000)
        self.forgotten = threading.Event()

    def forget(self, gtin: str) -> None:
        super().forget(gtin)
        self.forgotten.set()


@pytest.mark.services
def test_a_change_on_another_connection_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("products.fast_path.listening.BEAT_SECONDS", 0.05)
    product, shelf = make.product(published=True), Heard()
    listener = Listener(shelf)
    sheets = Sheets(shelf, listener)
    try:
        listener.start()
        assert listener.is_listening.wait(10)
        assert served(sheets, product)["revision"] == 1
        publish_elsewhere(product)

        assert shelf.forgotten.wait(10)
        assert served(sheets, product)["revision"] == 2
    finally:
        listener.stop()


@pytest.mark.services
def test_who_still_hears_confirms_it_and_who_is_cut_off_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("products.fast_path.listening.BEAT_SECONDS", 0.01)
    shelf = Heard()
    confirmed = threading.Event()
    monkeypatch.setattr(shelf, "confirm", lambda _at: confirmed.set())
    listener = Listener(shelf)
    try:
        listener.start()
        assert confirmed.wait(10)
        monkeypatch.setattr(live, "CHANNEL", "no channel")  # the question fails
        while listener.is_listening.is_set():
            pass
        confirmed.clear()
        assert not confirmed.wait(0.2)
    finally:
        listener.stop()


@pytest.mark.services
def test_a_listener_that_was_cut_off_forgets_all_and_listens_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("products.fast_path.listening.BEAT_SECONDS", 0.05)
    monkeypatch.setattr("products.fast_path.listening.FIRST_PAUSE_SECONDS", 0.01)
    product, shelf = make.product(published=True), Heard()
    listener = Listener(shelf)
    sheets = Sheets(shelf, listener)
    try:
        listener.start()
        assert listener.is_listening.wait(10)
        served(sheets, product)
        forgot = threading.Event()
        monkeypatch.setattr(shelf, "forget_all", forgot.set)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE query LIKE 'LISTEN %' AND datname = current_database()"
            )
        assert forgot.wait(10)
        assert listener.is_listening.wait(10)
        publish_elsewhere(product)
        assert shelf.forgotten.wait(10)
    finally:
        listener.stop()


def publish_elsewhere(product: Product) -> None:
    """Publish in another thread, hence on another connection, as a worker would."""

    def publish() -> None:
        try:
            make.field(product, "identity.brand", "Vallon")
            publish_sheet(product=product)
        finally:
            connection.close()

    elsewhere = threading.Thread(target=publish)
    elsewhere.start()
    elsewhere.join(30)
    assert Sheet.objects.filter(product=product, revision=2).exists()
