"""Publishing: composed once, kept as bytes, numbered without a gap."""

import contextlib
import hashlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from common import canonical
from config.celery import app
from products import composing, publishing, services, tasks
from products.drafts import Draft
from products.models import Product, Sheet
from products.publishing import Published, publish_product
from products.services import publish_company, publish_sheet
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.database
def test_the_first_revision_is_there_in_both_languages() -> None:
    product = make.product()

    published = publish_sheet(product=product)

    assert published == Published(1, is_new=True)
    sheets = Sheet.objects.filter(product=product)
    assert {(sheet.language, sheet.revision) for sheet in sheets} == {
        ("fr", 1),
        ("en", 1),
    }
    assert {str(sheet) for sheet in sheets} == {
        f"{product.pk} · fr · 1",
        f"{product.pk} · en · 1",
    }


def test_the_bytes_are_canonical_and_vouched_for() -> None:
    product = make.product(published=True)

    for sheet in product.sheets.all():
        body = bytes(sheet.body)
        content = json.loads(body)
        assert canonical.dumps(content) == body
        assert content["language"] == sheet.language
        assert content["revision"] == sheet.revision
        assert sheet.etag == hashlib.sha256(body).hexdigest()[:32]
        assert bytes(sheet.digest) == hashlib.sha256(bytes(sheet.salt) + body).digest()
        assert len(bytes(sheet.salt)) == 32
    assert len({bytes(sheet.salt) for sheet in product.sheets.all()}) == 2


def test_publishing_again_without_a_change_adds_nothing() -> None:
    product = make.product(published=True)

    assert publish_sheet(product=product) == Published(1, is_new=False)
    assert product.sheets.count() == 2


def test_a_correction_is_the_next_revision_and_the_earlier_one_stays() -> None:
    product = make.product(published=True)
    before = {sheet.pk: bytes(sheet.body) for sheet in product.sheets.all()}
    make.field(product, "identity.name", {"fr": "Pull corrigé"})

    assert publish_sheet(product=product) == Published(2, is_new=True)

    for sheet in product.sheets.filter(revision=1):
        assert bytes(sheet.body) == before[sheet.pk]
    for sheet in product.sheets.filter(revision=2):
        assert json.loads(bytes(sheet.body))["name"] == "Pull corrigé"


def test_going_back_to_an_earlier_content_is_a_new_revision() -> None:
    product = make.product(published=True)
    product.name = "x"
    for name in ("Autre", "Pull marin"):
        make.field(product, "identity.name", {"fr": name})
        publish_sheet(product=product)

    assert product.sheets.filter(language="fr").count() == 3


def test_a_change_of_the_company_is_a_new_revision() -> None:
    company = make.company()
    product = make.product(of=company, published=True)
    make.fact(company, "employees", "41")

    assert publish_sheet(product=product).is_new


def test_a_text_in_one_language_gives_both_the_same_number() -> None:
    product = make.product()
    make.field(product, "identity.name", {"fr": "Pull", "en": "Jumper"})
    publish_sheet(product=product)
    make.field(product, "identity.name", {"fr": "Pull", "en": "Sweater"})

    assert publish_sheet(product=product).revision == 2
    assert set(product.sheets.values_list("language", "revision")) == {
        (language, revision) for language in ("fr", "en") for revision in (1, 2)
    }


def test_a_language_that_is_missing_is_caught_up_with() -> None:
    product = make.product(published=True)
    product.sheets.filter(language="en").delete()

    assert publish_sheet(product=product) == Published(2, is_new=True)
    assert product.sheets.filter(revision=2).count() == 2


def test_the_author_is_kept() -> None:
    author = make.member(make.company())
    product = make.product()

    publish_sheet(product=product, author=author)

    assert {sheet.published_by for sheet in product.sheets.all()} == {author}


def test_what_fails_publishes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    product = make.product()
    compose = composing.compose

    def fail_in_english(
        product: Product, draft: Draft, *, language: str, **members: Any
    ) -> dict[str, Any]:
        if language == "en":
            raise ValueError("no English")
        return compose(product, draft, language=language, **members)

    monkeypatch.setattr(composing, "compose", fail_in_english)
    with pytest.raises(ValueError, match="no English"):
        publish_sheet(product=product)

    assert not Sheet.objects.exists()


def test_an_unknown_product_is_a_bug() -> None:
    with pytest.raises(Product.DoesNotExist):
        publish_product(make.gtin())


def due(product: Product, minutes: int) -> None:
    moment = timezone.now() - timedelta(minutes=minutes)
    Product.objects.filter(pk=product.pk).update(publication_due_at=moment)


def test_publishing_settles_what_was_due_even_without_a_change() -> None:
    product = make.product(published=True)
    due(product, 1)

    publish_sheet(product=product)

    assert not Product.objects.due().exists()


def test_the_task_publishes_what_is_due_and_nothing_else() -> None:
    waiting, later = make.product(), make.product()
    due(waiting, 5)

    tasks.publish_due_products()
    tasks.publish_due_products()

    assert waiting.sheets.count() == 2
    assert not later.sheets.exists()


def test_who_waits_longest_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    products = [make.product() for _ in range(3)]
    for minutes, product in zip((5, 15, 10), products, strict=True):
        due(product, minutes)
    monkeypatch.setattr(publishing, "AT_ONCE", 2)
    monkeypatch.setattr(publishing, "WORK_SECONDS", 0)

    assert publishing.publish_due()  # something still waits

    assert list(Product.objects.due()) == [products[0]]


def test_many_are_published_in_as_many_queries_as_one(
    django_assert_num_queries: Any,
) -> None:
    company = make.company()
    for _ in range(8):
        due(make.product(of=company), 1)
    some = list(Product.objects.values_list("pk", flat=True))
    publishing.publish_products(some[:1])  # the words of its name are known now
    with CaptureQueriesContext(connection) as alone:
        publishing.publish_products(some[1:2])

    with django_assert_num_queries(len(alone)):
        publishing.publish_products(some[2:])

    assert Sheet.objects.count() == 16


def test_a_product_that_cannot_be_composed_does_not_hold_up_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    broken, fine = make.product(), make.product()
    due(broken, 10)
    due(fine, 5)
    gather_all = composing.gather_all

    def fail_for_one(products: list[Product], *, on: date) -> list[Draft]:
        if broken in products:
            raise ValueError("broken")
        return gather_all(products, on=on)

    monkeypatch.setattr(composing, "gather_all", fail_for_one)
    # Whether the task then fails, so that somebody looks, is its own business.
    with contextlib.suppress(ValueError):
        tasks.publish_due_products()

    assert fine.sheets.exists()
    assert list(Product.objects.due()) == [broken]


def test_a_company_s_products_are_published_at_once() -> None:
    company = make.company()
    mine = [make.product(of=company) for _ in range(2)]
    other = make.product(of=make.company("Autre"))

    assert publish_company(company=company, author=None) == 2

    assert all(product.sheets.count() == 2 for product in mine)
    assert not other.sheets.exists()
    assert not Product.objects.due().exists()


def test_of_many_products_the_rest_is_left_to_the_task(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(services.publishing, "AT_ONCE", 2)
    company = make.company()
    products = [make.product(of=company) for _ in range(3)]

    with django_capture_on_commit_callbacks() as callbacks:
        assert publish_company(company=company) == 3

    assert [product.sheets.exists() for product in products] == [True, True, False]
    assert list(Product.objects.due()) == [products[2]]
    assert callbacks.count(tasks.hint_publications) == 1
    tasks.hint_publications()
    assert products[2].sheets.exists()


def test_a_queue_that_is_down_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    monkeypatch.setattr(services.publishing, "AT_ONCE", 1)
    # Nobody in this process would read the message, so it is refused.
    app.conf.task_always_eager = False
    company = make.company()
    products = [make.product(of=company) for _ in range(2)]

    with django_capture_on_commit_callbacks() as callbacks:
        publish_company(company=company)
    callbacks[0]()

    assert list(Product.objects.due()) == [products[1]]


def test_fifty_are_published_at_once() -> None:
    assert services.AT_ONCE == 50


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_eight_editors_who_publish_one_change_make_one_revision() -> None:
    product = make.product(of=make.company(), published=True)
    make.field(product, "identity.name", {"fr": "Pull corrigé"})
    barrier = threading.Barrier(8)

    def publish(_number: int) -> Published:
        try:
            barrier.wait(timeout=10)
            return publish_product(product.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(publish, range(8)))

    assert sorted(result.is_new for result in results) == [False] * 7 + [True]
    assert {result.revision for result in results} == {2}
    assert product.sheets.count() == 4


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_eight_editors_who_change_and_publish_make_numbers_without_a_gap() -> None:
    product = make.product(published=True)
    barrier = threading.Barrier(8)

    def publish(number: int) -> Published:
        try:
            barrier.wait(timeout=10)
            make.field(product, "identity.name", {"fr": f"Pull {number}"})
            return publish_product(product.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(publish, range(8)))

    numbers = sorted(
        product.sheets.filter(language="fr").values_list("revision", flat=True)
    )
    assert numbers == list(range(1, len(numbers) + 1))
    assert sum(result.is_new for result in results) == len(numbers) - 1
