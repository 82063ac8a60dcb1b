"""Views that wait: coroutines, with their database work in one small pool."""

import asyncio
import contextvars
import threading
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import DomainError
from common.waiting import POOL_THREADS, WaitingView, in_pool
from companies.models import Company
from tests import make

# Threads of the pool keep a connection from earlier tests, and look after it.
pytestmark = pytest.mark.django_db
word: contextvars.ContextVar[str] = contextvars.ContextVar("word")


class Gone(DomainError):
    """What was waited for is gone."""

    code = "gone"
    status = 410


class Door(WaitingView):
    """A view that answers in two ways, or not."""

    permission_classes = (AllowAny,)
    authentication_classes = ()

    async def get(self, _request: Request) -> Response:
        """Answer a little later."""
        await asyncio.sleep(0)
        return Response({"later": True})

    async def post(self, _request: Request) -> HttpResponse:
        """Answer without REST framework."""
        return HttpResponse("plainly")

    async def delete(self, _request: Request) -> Response:
        """Refuse."""
        raise Gone("Gone.")

    async def put(self, _request: Request) -> Response:
        """Fail."""
        raise ZeroDivisionError


class Closed(WaitingView):
    """A view that nobody may enter."""

    authentication_classes = ()

    async def get(self, _request: Request) -> Response:
        """Never answer."""
        raise AssertionError


def knock(method: str, view: type[WaitingView] = Door) -> Any:
    request = getattr(RequestFactory(), method)("/")
    coroutine: Any = view.as_view()(request)
    return asyncio.run(coroutine)


def test_a_coroutine_answers() -> None:
    response = knock("get")

    assert response.status_code == 200
    assert response.content == b'{"later":true}'


def test_a_plain_response_is_passed_on() -> None:
    assert knock("post").content == b"plainly"


def test_a_handler_that_is_no_coroutine_answers_too() -> None:
    assert knock("options").status_code == 200


def test_a_refusal_becomes_a_problem() -> None:
    response = knock("delete")

    assert response.status_code == 410
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("method", ["patch", "trace"])
def test_another_method_is_refused(method: str) -> None:
    response = knock(method)

    assert response.status_code == 405
    assert "GET" in response["Allow"]


def test_who_may_not_enter_never_reaches_the_handler() -> None:
    assert knock("get", Closed).status_code == 403


def test_a_bug_is_left_to_the_500_page() -> None:
    with pytest.raises(ZeroDivisionError):
        knock("put")


def test_it_runs_elsewhere_and_sees_the_caller_s_context() -> None:
    async def main() -> tuple[str, str]:
        word.set("sesame")
        return await in_pool(lambda: (word.get(), threading.current_thread().name))

    seen, thread = asyncio.run(main())

    assert seen == "sesame"
    assert thread.startswith("waiting")


def test_an_exception_comes_back() -> None:
    async def main() -> None:
        await in_pool(int, "x")

    with pytest.raises(ValueError, match="invalid literal"):
        asyncio.run(main())


def test_fifty_at_once_share_four_threads() -> None:
    async def main() -> list[int]:
        return await asyncio.gather(*(in_pool(threading.get_ident) for _ in range(50)))

    assert len(set(asyncio.run(main()))) <= POOL_THREADS


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_the_database_is_read_from_the_pool() -> None:
    company = make.company("Lue ailleurs")

    def read() -> str:
        try:
            return Company.objects.get(pk=company.pk).name
        finally:
            connection.close()

    async def main() -> str:
        return await in_pool(read)

    assert asyncio.run(main()) == "Lue ailleurs"
