"""A recall reaches who scanned the product with a history, and nobody learns who."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from companies.models import Company
from products.models import Notice, Product
from products.services import correct_notice, withdraw_notice
from products.services.noticing import Issuer
from scanning import noticing, tasks
from scanning.counting import forgetting
from scanning.models import HistoryEntry, NoticeDelivery, Spreading
from scanning.services.history import switch_history
from shoppers.models import Shopper
from shoppers.services import Registered
from tests import make
from tests.products.notices_made import content, issued

pytestmark = pytest.mark.django_db
URL = "/api/v1/me/notices"


@pytest.fixture
def maker() -> Company:
    """Return who makes the cheese."""
    return make.company("Fromagerie du Test")


@pytest.fixture
def cheese(maker: Company) -> Product:
    """Return a product that readers see."""
    return make.product(name="Tomme", of=maker, published=True)


def keeper(product: Product, *lots: str) -> Registered:
    """Return a shopper with a history in which the product is."""
    registered = make.shopper()
    switch_history(shopper=registered.shopper, is_enabled=True)
    for lot in lots or ("",):
        HistoryEntry.objects.create(
            shopper=registered.shopper,
            gtin=product.pk,
            lot=lot,
            scanned_at=timezone.now(),
        )
    return registered


def spread() -> None:
    """Tell everyone now."""
    assert noticing.work(settle_seconds=0) is False


def told(by: Registered) -> list[dict[str, Any]]:
    """Return what a phone lists."""
    phone = APIClient(headers={"Authorization": f"Bearer {by.token}"})
    results: list[dict[str, Any]] = phone.get(URL).json()["results"]
    return results


def end(notice: Notice) -> None:
    """Withdraw a notice."""
    by = Issuer(author=make.operator())
    withdraw_notice(number=notice.number, reason="Analyses bonnes", by=by)


@pytest.mark.database
def test_who_scanned_a_lot_that_is_meant_or_no_known_one_is_told(
    cheese: Product,
) -> None:
    mine, unknown = keeper(cheese, "L9", "L1"), keeper(cheese)
    other, elsewhere = keeper(cheese, "L2"), keeper(make.product())
    issued(cheese, batches=[{"lot": "L1"}])

    spread()

    [meant], [check] = told(mine), told(unknown)
    assert (meant["affected"], meant["lot"], meant["seen"]) == (True, "L1", False)
    assert "L1" in meant["affected_text"]
    assert (meant["product_name"], meant["gtin"]) == ("Tomme", cheese.pk)
    assert (check["affected"], check["lot"]) == (None, None)
    assert told(other) == told(elsewhere) == []


def test_who_keeps_no_history_is_told_nothing(cheese: Product) -> None:
    off = keeper(cheese)
    switch_history(shopper=off.shopper, is_enabled=False)
    issued(cheese)

    spread()

    assert not NoticeDelivery.objects.exists()


def test_switching_off_and_erasing_leave_nothing(cheese: Product) -> None:
    off, erased, one = keeper(cheese), keeper(cheese), keeper(cheese, "L1", "L2")
    issued(cheese)
    spread()
    phone = APIClient(headers={"Authorization": f"Bearer {erased.token}"})
    single = APIClient(headers={"Authorization": f"Bearer {one.token}"})

    switch_history(shopper=off.shopper, is_enabled=False)
    phone.delete("/api/v1/me/scan-history")
    first, second = HistoryEntry.objects.filter(shopper=one.shopper)

    assert told(off) == told(erased) == []
    single.delete(f"/api/v1/me/scan-history/{first.pk}")
    assert len(told(one)) == 1
    single.delete(f"/api/v1/me/scan-history/{second.pk}")
    assert told(one) == []


def test_told_twice_is_told_once_however_many_pieces(
    cheese: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "PIECE", 2)
    keepers = [keeper(cheese) for _ in range(5)]
    issued(cheese)

    spread()
    NoticeDelivery.objects.filter(shopper=keepers[0].shopper).update(
        seen_at=timezone.now()
    )
    Spreading.objects.update(done_at=None, after=None)
    spread()

    assert NoticeDelivery.objects.count() == 5
    assert NoticeDelivery.objects.exclude(seen_at=None).count() == 1
    assert Spreading.objects.get().told == 5


def test_what_was_cut_short_goes_on_where_it_was(
    cheese: Product, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "PIECE", 2)
    monkeypatch.setattr(noticing, "WORK_SECONDS", 0)
    for _ in range(3):
        keeper(cheese)
    issued(cheese)

    assert noticing.work(settle_seconds=0) is True
    assert NoticeDelivery.objects.count() == 2
    assert noticing.work(settle_seconds=0) is False
    assert NoticeDelivery.objects.count() == 3


def test_of_two_notices_the_one_that_waits_longer_is_told_first(
    cheese: Product, maker: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "WORK_SECONDS", 0)
    later = make.product(of=maker, published=True)
    first, _second = keeper(cheese), keeper(later)
    issued(cheese)
    issued(later)

    assert noticing.work(settle_seconds=0) is True
    assert NoticeDelivery.objects.get().shopper == first.shopper


def test_a_scan_still_in_memory_is_waited_for(cheese: Product) -> None:
    keeper(cheese)
    issued(cheese)

    tasks.tell_notices()
    assert not Spreading.objects.exists()
    Notice.objects.update(recorded_at=timezone.now() - timedelta(seconds=6))
    tasks.tell_notices()

    assert NoticeDelivery.objects.count() == 1


def test_a_correction_reaches_the_newly_meant_and_those_told_before(
    cheese: Product,
) -> None:
    first, second = keeper(cheese, "L1"), keeper(cheese, "L2")
    notice = issued(cheese, batches=[{"lot": "L1"}])
    spread()
    NoticeDelivery.objects.update(seen_at=timezone.now())

    correct_notice(
        number=notice.number,
        content=content(batches=[{"lot": "L2"}]),
        by=Issuer(author=make.operator()),
    )
    spread()

    [mine], [theirs] = told(first), told(second)
    assert (mine["affected"], mine["version"], mine["seen"]) == (False, 2, False)
    assert (theirs["affected"], theirs["lot"]) == (True, "L2")
    assert Spreading.objects.get().told == 2


def test_its_end_is_told_to_those_who_were_told(cheese: Product) -> None:
    before = keeper(cheese)
    notice = issued(cheese)
    spread()
    after = keeper(cheese)

    end(notice)
    spread()

    assert [one["state"] for one in told(before)] == ["withdrawn"]
    assert told(before)[0]["reason"] == "Analyses bonnes"
    assert told(after) == []


def test_one_that_ended_before_anybody_heard_is_told_to_nobody(
    cheese: Product,
) -> None:
    keeper(cheese)
    end(issued(cheese))

    spread()

    assert not NoticeDelivery.objects.exists()


def test_seen_ones_come_after_the_unseen_and_pages_follow(cheese: Product) -> None:
    shopper = keeper(cheese)
    for number in range(5):
        issued(cheese, reference=f"R-{number}")
    spread()
    phone = APIClient(headers={"Authorization": f"Bearer {shopper.token}"})
    newest = told(shopper)[0]

    seen = phone.post(f"{URL}/{newest['id']}/seen")
    again = phone.post(f"{URL}/{newest['id']}/seen")

    assert (seen.status_code, seen.json()["seen"]) == (200, True)
    assert again.json() == seen.json()
    found, address = [], f"{URL}?page_size=2"
    while address:
        page = phone.get(address).json()
        found += page["results"]
        address = page["next"]
    assert len({one["id"] for one in found}) == len(found) == 5
    assert found[-1]["id"] == newest["id"]
    assert [one["seen"] for one in found] == [False] * 4 + [True]


def test_nobody_sees_or_answers_for_another(cheese: Product) -> None:
    mine, stranger = keeper(cheese), make.shopper()
    issued(cheese)
    spread()
    delivery = NoticeDelivery.objects.get()
    theirs = APIClient(headers={"Authorization": f"Bearer {stranger.token}"})

    assert told(stranger) == []
    assert theirs.post(f"{URL}/{delivery.pk}/seen").status_code == 404
    assert theirs.post(f"{URL}/{uuid.uuid4()}/seen").status_code == 404
    assert APIClient().get(URL).status_code == 401
    assert told(mine)[0]["seen"] is False


@pytest.mark.parametrize(("shoppers", "expected"), [(4, None), (5, 5)])
def test_a_company_learns_a_count_and_none_that_is_small(
    maker: Company, cheese: Product, shoppers: int, expected: int | None
) -> None:
    for _ in range(shoppers):
        keeper(cheese)
    notice = issued(cheese)
    spread()
    url = f"/api/v1/notices/{notice.number}/reach"

    def ask(of: Company) -> Any:
        secret = make.api_key(of, "products:write")
        return APIClient(headers={"Authorization": f"Bearer {secret}"}).get(url)

    assert ask(maker).json() == {"told": expected, "complete": True}
    assert ask(make.company("Ailleurs")).status_code == 404


def test_the_unseen_cost_one_query(
    cheese: Product, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    shopper = keeper(cheese)
    for number in range(3):
        issued(cheese, reference=f"R-{number}")
    spread()
    person = Shopper.objects.get(pk=shopper.shopper.pk)

    with django_assert_num_queries(1):
        assert len(noticing.unseen_of(person)) == 3


def test_what_was_told_is_forgotten_with_the_history(cheese: Product) -> None:
    keeper(cheese)
    issued(cheese)
    spread()
    NoticeDelivery.objects.update(told_at=timezone.now() - timedelta(days=731))

    assert forgetting.forget()["NoticeDelivery"] == 1


def test_a_scan_handed_in_late_is_found_within_the_day(cheese: Product) -> None:
    issued(cheese)
    spread()
    late = keeper(cheese)
    spread()
    assert told(late) == []

    Spreading.objects.update(done_at=timezone.now() - timedelta(hours=21))
    spread()
    spread()

    assert len(told(late)) == 1
    assert NoticeDelivery.objects.count() == 1


def test_an_old_notice_is_not_told_again_and_again(cheese: Product) -> None:
    issued(cheese)
    spread()
    Notice.objects.update(recorded_at=timezone.now() - timedelta(days=31))
    Spreading.objects.update(done_at=timezone.now() - timedelta(days=2))
    late = keeper(cheese)

    spread()

    assert told(late) == []
