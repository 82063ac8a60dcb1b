"""The shortest way to a sheet answers what the view answers, or hands on."""

import asyncio
from typing import Any, NamedTuple

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import LazySettings
from django.db import DatabaseError

from config.asgi import django_application
from products import lookup
from products.asgi import SheetFirst
from products.services import publish_sheet, set_stock
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)


communicator: Any = ApplicationCommunicator


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


async def handed_on(_scope: Any, _receive: Any, send: Any) -> None:
    """Stand for Django: whoever sees this status was handed on."""
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b""})


def ask(application: Any, path: str, method: str = "GET", **members: Any) -> Answer:
    """Send one request to an ASGI application."""
    given = {"host": "localhost", **members.pop("headers", {})}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()],
        **members,
    }

    async def talk() -> Answer:
        line = communicator(application, scope)
        await line.send_input({"type": "http.request", "body": b""})
        start = await line.receive_output(5)
        body, more = b"", True
        while more:
            part = await line.receive_output(5)
            body, more = body + part.get("body", b""), part.get("more_body", False)
        await line.wait(5)
        headers = {name.decode(): value.decode() for name, value in start["headers"]}
        lower = {name.lower(): value for name, value in headers.items()}
        return Answer(start["status"], lower, body)

    return asyncio.run(talk())


def first(path: str, method: str = "GET", **members: Any) -> Answer:
    return ask(SheetFirst(handed_on), path, method, **members)


def url(gtin: str) -> str:
    return f"/api/v1/products/{gtin}"


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept-language": "en"},
        {"accept-language": "de, en;q=0.5"},
        {"accept-language": "fr-CA,fr;q=0.9,en;q=0.8"},
        {"accept-language": "*"},
        {"accept-language": "\u00e9;q=x"},
        {"if-none-match": '"other"'},
        {"if-none-match": "*"},
        {"x-request-id": "0123456789"},
        {"x-request-id": "no good"},
    ],
    ids=repr,
)
def test_it_answers_what_the_view_answers(method: str, headers: dict[str, str]) -> None:
    product = make.product(of=make.company(), published=True)
    set_stock(product=product, store="Lyon", quantity=3)

    ours = first(url(product.pk), method, headers=headers)
    django = ask(django_application, url(product.pk), method, headers=headers)

    assert ours.status == django.status
    # The body of a HEAD is the server's to drop, as Django leaves it.
    assert ours.body == (django.body if method == "GET" else b"")
    # REST framework names the methods; the identifier is drawn when none is given.
    for answer in (ours, django):
        answer.headers.pop("allow", None)
        if answer.status == 304:
            answer.headers.pop("content-length", None)
        if len(answer.headers["x-request-id"]) == 32:
            del answer.headers["x-request-id"]
    assert ours.headers == django.headers


def test_who_has_it_gets_304() -> None:
    product = make.product(published=True)
    tag = first(url(product.pk)).headers["etag"]

    again = first(url(product.pk), headers={"if-none-match": f"W/{tag}"})

    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize("length", [8, 12, 13, 14])
def test_each_length_finds_the_same_sheet(length: int) -> None:
    product = make.product("00000096385074", published=True)

    assert first(url(product.pk[14 - length :])).status == 200


def test_what_is_published_is_served_at_once() -> None:
    product = make.product(published=True)
    before = first(url(product.pk)).body

    make.field(product, "identity.brand", "Vallon")
    publish_sheet(product=product)

    assert first(url(product.pk)).body != before


@pytest.mark.parametrize(
    "members",
    [
        {"method": "POST"},
        {"query_string": b"lot=1"},
        {"headers": {"cookie": "django_language=en"}},
        {"headers": {"host": ""}},
        {"scheme": "https"},
        {"type": "websocket", "path": "/x"},
    ],
    ids=repr,
)
def test_whatever_is_not_plain_is_handed_on(members: dict[str, Any]) -> None:
    product = make.product(published=True)
    path = members.pop("path", url(product.pk))

    assert first(path, **members).status == 299


@pytest.mark.parametrize(
    "gtin", ["4006381333932", "123", "x" * 13, "09520123456788", "4006381333931/qr.svg"]
)
def test_a_wrong_or_unknown_number_is_handed_on(gtin: str) -> None:
    assert first(url(gtin)).status == 299


def test_another_host_is_handed_on(settings: LazySettings) -> None:
    product = make.product(published=True)
    settings.ALLOWED_HOSTS = ["flash.example"]

    assert first(url(product.pk)).status == 299
    assert first(url(product.pk), headers={"host": "flash.example:443"}).status == 200


def test_a_database_that_fails_is_left_to_django(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    product = make.product(published=True)

    def fail(*_args: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(lookup, "current_sheet", fail)

    assert first(url(product.pk)).status == 299
