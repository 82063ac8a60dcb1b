"""What the shortest way does not answer: Django does."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.db import DatabaseError

from products import lookup
from products.fast_path import SheetFirst
from tests import make
from tests.products.fast_path.asking import (
    HANDED_ON,
    ask,
    first,
    first_wsgi,
    handed_on,
    sheets,
    url,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOT_PLAIN: list[dict[str, Any]] = [
    {"method": "POST"},
    {"query_string": b"lot=1"},
    {"headers": {"cookie": "django_language=en"}},
    {"headers": {"host": ""}},
    {"headers": {"host": "a b"}},
    {"headers": {"accept": "application/ld+json"}},
    {"headers": {"accept": "text/html, */*;q=0.8"}},
]


@pytest.mark.parametrize("members", NOT_PLAIN, ids=repr)
def test_whatever_is_not_plain_is_handed_on(members: dict[str, Any]) -> None:
    product = make.product(published=True)

    assert first(url(product.pk), **members).status == HANDED_ON
    assert first_wsgi(url(product.pk), **members).status == HANDED_ON


@pytest.mark.parametrize(
    "name", ["host", "accept", "accept-language", "accept-encoding"]
)
def test_a_header_too_long_to_be_remembered_is_handed_on(name: str) -> None:
    product = make.product(published=True)
    value = {"host": "localhost", "accept": "*/*"}.get(name, "fr")

    assert first(url(product.pk), headers={name: value}).status == 200
    headers = {name: value + " " * 500}
    assert first(url(product.pk), headers=headers).status == HANDED_ON


def test_what_is_no_request_is_handed_on() -> None:
    assert first("/x", type="websocket").status == HANDED_ON


def test_a_header_that_comes_twice_is_handed_on() -> None:
    product = make.product(published=True)
    twice = [(b"host", b"localhost"), (b"accept", b"*/*"), (b"accept", b"text/html")]
    door = SheetFirst(handed_on, sheets())

    assert ask(door, url(product.pk), headers={}).status == 200
    assert ask(_with_headers(door, twice), url(product.pk)).status == HANDED_ON


def _with_headers(application: Any, headers: list[tuple[bytes, bytes]]) -> Any:
    async def asked(scope: Any, receive: Any, send: Any) -> None:
        await application({**scope, "headers": headers}, receive, send)

    return asked


@pytest.mark.parametrize(
    "gtin", ["4006381333932", "123", "x" * 13, "09520123456788", "4006381333931/qr.svg"]
)
def test_a_wrong_or_unknown_number_is_handed_on(gtin: str) -> None:
    assert first(url(gtin)).status == HANDED_ON
    assert first_wsgi(url(gtin)).status == HANDED_ON


def test_another_host_is_handed_on(settings: LazySettings) -> None:
    product = make.product(published=True)
    settings.ALLOWED_HOSTS = ["flash.example"]

    assert first(url(product.pk)).status == HANDED_ON
    assert first(url(product.pk), headers={"host": "flash.example:443"}).status == 200


def test_a_host_that_a_proxy_tells_is_left_to_django(settings: LazySettings) -> None:
    product = make.product(published=True)
    headers = {"x-forwarded-host": "flash.example"}

    assert first(url(product.pk), headers=headers).status == 200
    settings.USE_X_FORWARDED_HOST = True
    assert first(url(product.pk), headers=headers).status == HANDED_ON


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_each_length_finds_the_same_sheet(length: int) -> None:
    product = make.product("00000096385074", published=True)

    assert first(url(product.pk[14 - length :])).status == 200


def test_a_database_that_fails_is_left_to_django(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = make.product(published=True)

    def fail(*_args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(lookup, "read", fail)

    assert first(url(product.pk)).status == HANDED_ON
    assert first_wsgi(url(product.pk)).status == HANDED_ON
