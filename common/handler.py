"""
Django behind ASGI: a synchronous request runs whole in one thread of a pool.

Django's own handler begins a thread for each request, which opens connections to the
database and to the cache of its own, and goes to it and back for every middleware.
Here a thread keeps its connections for the next request, as under WSGI, and one way
there and back is all. Views that wait stay on the loop, behind a short chain.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

from asgiref.sync import ThreadSensitiveContext, iscoroutinefunction
from django.conf import settings
from django.core import signals
from django.core.exceptions import RequestAborted
from django.core.handlers.asgi import ASGIHandler, get_script_prefix
from django.core.handlers.base import BaseHandler
from django.core.handlers.exception import convert_exception_to_response
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.urls import Resolver404, resolve, set_script_prefix
from django.utils.deprecation import MiddlewareMixin
from django.utils.module_loading import import_string

from common import afterwards
from common.asgi import Receive, Scope, Send

AsyncView = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

# What answers at once. No more connections to the database than threads.
threads = ThreadPoolExecutor(settings.WEB_THREADS, thread_name_prefix="web")
# What Django itself does in a thread around a view that waits: nothing of any length.
_errands = ThreadPoolExecutor(1, thread_name_prefix="errands")


class Handler(ASGIHandler):
    """Django's handler, with a chain of middlewares for each kind of view."""

    def __init__(self) -> None:
        super().__init__()
        self.synchronous = _Synchronous()

    def load_middleware(self, **_how: bool) -> None:  # type: ignore[override]
        """Load what stands in front of the views that wait."""
        # Of these middlewares, none looks at a view or at what one raises.
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        view: Any = self._get_response_async  # type: ignore[attr-defined]
        chain: Any = convert_exception_to_response(view)
        for path in reversed(settings.WAITING_MIDDLEWARE):
            chain = convert_exception_to_response(_on_loop(import_string(path))(chain))
        self._middleware_chain = chain

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]
        """Answer one request."""
        if scope["type"] != "http":
            raise ValueError(f"This is HTTP only, and not {scope['type']}.")
        if _waits(scope):
            async with ThreadSensitiveContext(executor=_errands):
                await self.handle(scope, receive, send)  # type: ignore[arg-type]
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Any) -> None:
        try:
            body = await self.read_body(cast(Any, receive))
        except RequestAborted:
            return
        in_thread = asyncio.get_running_loop().run_in_executor
        # Without this task's context: a thread keeps its own, and its lines in it.
        errands = afterwards.Errands()
        response = await in_thread(threads, self._respond, scope, body, errands)
        try:
            await self._send(response, receive, send)
        finally:
            if errands:
                threads.submit(errands.do)

    async def _send(self, response: Any, receive: Receive, send: Any) -> None:
        if isinstance(response, StreamingHttpResponse):
            in_thread = asyncio.get_running_loop().run_in_executor
            try:
                await _while_connected(self.send_response(response, send), receive)
            finally:
                await in_thread(threads, response.close)
        else:
            await self.send_response(response, send)

    def _respond(
        self, scope: Any, body: Any, errands: afterwards.Errands
    ) -> HttpResponseBase:
        """Do all that has to do with a synchronous request, in the present thread."""
        with body, errands:
            set_script_prefix(get_script_prefix(scope))
            signals.request_started.send(sender=self.__class__, scope=scope)
            request, refusal = self.create_request(scope, body)
            response: Any = refusal
            if request is not None:
                response = self.synchronous.get_response(request)
            response._handler_class = self.__class__
            if response.streaming and not response.is_async:
                response = _whole(response)
            elif not response.streaming:
                response.close()
            answered: HttpResponseBase = response
            return answered


class _Synchronous(BaseHandler):
    """Every middleware and the view, as under WSGI."""

    def __init__(self) -> None:
        super().__init__()
        self.load_middleware()


def _waits(scope: Scope) -> bool:
    """Say whether the view of this address is a coroutine."""
    prefix = get_script_prefix(cast(Any, scope))
    try:
        match = resolve("/" + scope["path"].removeprefix(prefix).lstrip("/"))
    except Resolver404:
        return False
    return iscoroutinefunction(match.func)


def _whole(response: Any) -> HttpResponse:
    """Return what a file's answer says, read in its thread and closed."""
    try:
        whole = HttpResponse(b"".join(response), status=response.status_code)
    finally:
        response.close()
    whole.headers, whole.cookies = response.headers, response.cookies
    return whole


async def _while_connected(sending: Any, receive: Receive) -> None:
    """Send, and stop when the client has left."""
    tasks = [asyncio.ensure_future(sending), asyncio.ensure_future(receive())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        [sent, _left] = await asyncio.gather(*tasks, return_exceptions=True)
    if isinstance(sent, Exception):
        raise sent


def _on_loop(middleware: Any) -> Callable[[AsyncView], Any]:
    """Return a middleware whose hooks, which never block, run on the loop."""
    if isinstance(middleware, type) and issubclass(middleware, MiddlewareMixin):
        return type(middleware.__name__, (_Directly, middleware), {})
    return cast(Callable[[AsyncView], Any], middleware)


class _Directly:
    """Calls the hooks of a middleware without a thread for each."""

    get_response: AsyncView

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        response = None
        if hasattr(self, "process_request"):
            response = self.process_request(request)
        response = response or await self.get_response(request)
        if hasattr(self, "process_response"):
            response = self.process_response(request, response)
        return response
