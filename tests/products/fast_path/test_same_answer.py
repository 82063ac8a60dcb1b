"""The shortest way to a sheet answers what the view answers, byte for byte."""

from typing import Any

import pytest
from django.conf import LazySettings
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.test import override_settings

from config.asgi import django_application
from config.wsgi import django_application as django_wsgi
from products.services import set_stock
from tests import make
from tests.products.fast_path.asking import (
    HANDED_ON,
    Answer,
    ask,
    ask_wsgi,
    first,
    first_wsgi,
    url,
)

pytestmark = pytest.mark.django_db(transaction=True)

BEHIND_A_PROXY: dict[str, Any] = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https"),
    "SECURE_HSTS_SECONDS": 31_536_000,
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": True,
    "SECURE_HSTS_PRELOAD": True,
    "ALLOWED_HOSTS": ["flash.example"],
}
HEADERS: list[dict[str, str]] = [
    {},
    {"accept-language": "en"},
    {"accept-language": "de, en;q=0.5"},
    {"accept-language": "fr-CA,fr;q=0.9,en;q=0.8"},
    {"accept-language": "*"},
    {"accept-encoding": "gzip"},
    {"accept-encoding": "gzip, deflate, br, zstd"},
    {"accept-encoding": "br;q=0.1, gzip;q=0.9", "accept-language": "en"},
    {"accept-encoding": "identity;q=0, *"},
    {"accept-encoding": "gzip", "if-none-match": "*"},
    {"accept": "application/json"},
    {"accept": "*/*"},
    {"if-none-match": '"other"'},
    {"if-none-match": "*"},
    {"x-request-id": "0123456789"},
    {"x-request-id": "no good"},
]


def comparable(answer: Answer) -> Answer:
    """Drop what may differ: REST framework's methods, and an identifier drawn."""
    headers = dict(answer.headers)
    headers.pop("allow", None)
    if answer.status == 304:
        headers.pop("content-length", None)
    if len(headers["x-request-id"]) == 32:
        del headers["x-request-id"]
    return answer._replace(headers=headers)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("headers", HEADERS, ids=repr)
def test_both_doors_answer_what_the_view_answers(
    method: str, headers: dict[str, str]
) -> None:
    product = make.product(of=make.company(), published=True)
    set_stock(product=product, store="Lyon", quantity=3)
    path = url(product.pk)

    for ours, django in (
        (
            first(path, method, headers=headers),
            ask(django_application, path, method, headers=headers),
        ),
        (
            first_wsgi(path, method, headers=headers),
            ask_wsgi(django_wsgi, path, method, headers=headers),
        ),
    ):
        # The body of a HEAD is the server's to drop, as Django leaves it.
        expected = django if method == "GET" else django._replace(body=b"")
        assert comparable(ours) == comparable(expected)


def test_a_header_that_is_no_ascii_is_read_as_django_reads_it() -> None:
    product = make.product(published=True)
    headers = {"accept-language": "é;q=x"}

    ours = first(url(product.pk), headers=headers)

    django = ask(django_application, url(product.pk), headers=headers)
    assert comparable(ours) == comparable(django)


@pytest.mark.parametrize("told", ["https", "https, http", " https"], ids=repr)
def test_behind_a_proxy_that_ends_tls_the_answer_is_django_s_too(told: str) -> None:
    product = make.product(published=True)
    headers = {"host": "flash.example", "x-forwarded-proto": told}
    with override_settings(**BEHIND_A_PROXY):
        # Django's middleware reads its settings once.
        asgi, wsgi = get_asgi_application(), get_wsgi_application()
        for ours, django in (
            (
                first(url(product.pk), headers=headers),
                ask(asgi, url(product.pk), headers=headers),
            ),
            (
                first_wsgi(url(product.pk), headers=headers),
                ask_wsgi(wsgi, url(product.pk), headers=headers),
            ),
        ):
            assert ours.status == 200
            assert "preload" in ours.headers["strict-transport-security"]
            assert comparable(ours) == comparable(django)


@pytest.mark.parametrize("told", ["http", "", "httpsx", "http, https"], ids=repr)
def test_who_came_without_tls_is_redirected_by_django(
    told: str, settings: LazySettings
) -> None:
    product = make.product(published=True)
    for name, value in BEHIND_A_PROXY.items():
        setattr(settings, name, value)
    headers = {"host": "flash.example", "x-forwarded-proto": told}

    assert first(url(product.pk), headers=headers).status == HANDED_ON
    assert first_wsgi(url(product.pk), headers=headers).status == HANDED_ON


def test_a_reader_s_word_for_tls_is_not_believed_without_a_proxy(
    settings: LazySettings,
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    product = make.product(published=True)

    answer = first(url(product.pk), headers={"x-forwarded-proto": "https"})

    assert answer.status == HANDED_ON


def test_who_has_it_gets_304_for_the_form_that_they_have() -> None:
    product = make.product(published=True)
    tags = {
        coding: first(url(product.pk), headers={"accept-encoding": coding}).headers[
            "etag"
        ]
        for coding in ("identity", "gzip", "br")
    }

    for coding, tag in tags.items():
        for asked, known in (
            (coding, tag),
            (coding, f"W/{tag}"),
            (coding, ", ".join(tags.values())),
        ):
            again = first(
                url(product.pk),
                headers={"accept-encoding": asked, "if-none-match": known},
            )
            assert (again.status, again.body) == (304, b"")
            assert again.headers["etag"] == tag
            assert "content-encoding" not in again.headers
    assert len(set(tags.values())) == 3
