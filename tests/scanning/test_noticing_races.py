"""Told, corrected and erased at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from products.errors import NoticeReferenceUsed
from products.models import Notice
from products.services import correct_notice, issue_notice
from products.services.noticing import Issuer
from scanning import noticing
from scanning.models import HistoryEntry, NoticeDelivery, Spreading
from scanning.services.history import erase_history, switch_history
from shoppers.models import Shopper
from tests import make
from tests.products.notices_made import content, issued

pytestmark = [pytest.mark.database, pytest.mark.django_db(transaction=True)]


def at_once(*works: Any) -> list[Any]:
    """Do several things at the same moment, each in a thread of its own."""

    def one(work: Any) -> Any:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(one, works))


def keepers(gtin: str, count: int) -> list[Shopper]:
    """Return shoppers with a history in which a product is."""
    made = [make.shopper().shopper for _ in range(count)]
    for shopper in made:
        switch_history(shopper=shopper, is_enabled=True)
        HistoryEntry.objects.create(
            shopper=shopper, gtin=gtin, scanned_at=timezone.now()
        )
    return made


def test_workers_at_once_tell_everybody_once_and_who_erases_has_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(noticing, "PIECE", 2)
    product = make.product(of=make.company(), published=True)
    shoppers = keepers(product.pk, 6)
    issued(product)

    def tell() -> None:
        noticing.work(settle_seconds=0)

    at_once(tell, tell, tell, lambda: erase_history(shopper=shoppers[3]))

    found = set(NoticeDelivery.objects.values_list("shopper", flat=True))
    assert found == {one.pk for one in shoppers} - {shoppers[3].pk}
    assert NoticeDelivery.objects.count() == 5
    assert Spreading.objects.get().done_at is not None


def test_of_the_same_notice_sent_at_once_one_is_recorded() -> None:
    product = make.product(of=make.company(), published=True)
    by = Issuer(author=make.operator())
    same = content(published_at=timezone.now())

    done = at_once(
        *[lambda: issue_notice(product=product, content=same, by=by) for _ in range(3)]
    )

    assert sorted(one.is_new for one in done) == [False, False, True]
    assert Notice.objects.count() == 1


def test_corrections_at_once_are_versions_one_after_the_other() -> None:
    product = make.product(of=make.company(), published=True)
    by = Issuer(author=make.operator())
    notice = issued(product)

    def correct(lot: str) -> None:
        said = content(batches=[{"lot": lot}])
        correct_notice(number=notice.number, content=said, by=by)

    at_once(lambda: correct("L1"), lambda: correct("L2"))

    versions = Notice.objects.order_by("version").values_list("version", flat=True)
    assert list(versions) == [1, 2, 3]
    with pytest.raises(NoticeReferenceUsed):
        issue_notice(product=product, content=content(authority="X"), by=by)
