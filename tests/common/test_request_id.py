"""The request's id: taken when it is safe, made otherwise, repeated in the answer."""

import asyncio
import re
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from rest_framework.test import APIClient
from structlog.testing import capture_logs

from common.middleware import RequestContext, request_id

MADE = re.compile("[0-9a-f]{32}")


def answer(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(structlog.contextvars.get_contextvars()["request_id"])


async def answer_later(request: HttpRequest) -> HttpResponseBase:
    await asyncio.sleep(0)
    return answer(request)


def sent(identifier: str | None, path: str = "/") -> HttpRequest:
    headers = {} if identifier is None else {"X-Request-ID": identifier}
    return RequestFactory().get(path, headers=headers)


def through(request: HttpRequest, *, asynchronous: bool = False) -> HttpResponse:
    if asynchronous:
        coroutine: Any = RequestContext(answer_later)(request)
        response = asyncio.run(coroutine)
    else:
        response = RequestContext(answer)(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize("identifier", ["till-7.4_2", "a" * 64, "12345678"])
def test_a_safe_id_is_taken_bound_and_echoed(
    identifier: str, asynchronous: bool
) -> None:
    request = sent(identifier)

    response = through(request, asynchronous=asynchronous)

    assert response["X-Request-ID"] == identifier
    assert response.content.decode() == identifier
    assert request_id(request) == identifier


@pytest.mark.parametrize("asynchronous", [False, True], ids=["sync", "async"])
@pytest.mark.parametrize(
    "identifier", [None, "", "short", "a" * 65, "with space", "é" * 10, "line\nbreak1"]
)
def test_any_other_id_is_replaced(identifier: str | None, asynchronous: bool) -> None:
    response = through(sent(identifier), asynchronous=asynchronous)

    assert MADE.fullmatch(response["X-Request-ID"])


def test_two_requests_have_two_ids() -> None:
    assert through(sent(None))["X-Request-ID"] != through(sent(None))["X-Request-ID"]


def test_before_the_middleware_a_request_has_no_id() -> None:
    assert request_id(sent("12345678")) == ""


def test_the_access_line_has_the_path_without_the_query() -> None:
    with capture_logs() as logged:
        through(sent(None, "/api/v1/scans?code=typed"))

    (line,) = logged
    assert line["event"] == "request"
    assert line["path"] == "/api/v1/scans"
    assert line["status"] == 200
    assert line["ms"] >= 0


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_leave_no_access_line(path: str) -> None:
    with capture_logs() as logged:
        through(sent(None, path))

    assert logged == []


def test_a_real_answer_carries_the_id(api: APIClient) -> None:
    response = api.get("/api/v1/nowhere", headers={"X-Request-ID": "phone-12345"})

    assert response["X-Request-ID"] == "phone-12345"
    assert response.json()["request_id"] == "phone-12345"
