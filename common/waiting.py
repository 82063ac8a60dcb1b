"""
Views that wait: asynchronous, with their database work in one small pool of threads.

A thousand open streams must not hold a thread or a database connection each, which is
what Django's own `sync_to_async` would give them, one executor per request.
"""

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from asgiref.sync import SyncToAsync
from django.db import close_old_connections, connections
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

P = ParamSpec("P")
T = TypeVar("T")

POOL_THREADS = 4
_pool = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="waiting")


async def in_pool(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `function`, which may use the database, in the pool of this module."""
    context = contextvars.copy_context()

    def run() -> T:
        close_old_connections()
        try:
            return context.run(function, *args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_pool, run)


def give_thread_back() -> None:
    """
    End the thread in which Django ran the synchronous middlewares of this request.

    It would stand by until the answer is complete, a thread for each open line. What
    still needs one, such as the middlewares on the way out, gets a new one.
    """
    context = SyncToAsync.thread_sensitive_context.get(None)
    if context is None:
        return
    executor = SyncToAsync.context_to_thread_executor.pop(context, None)
    if executor is not None:
        executor.submit(connections.close_all)
        executor.shutdown(wait=False)


class WaitingView(APIView):
    """An `APIView` whose handlers are coroutines; authentication runs in the pool."""

    async def dispatch(  # type: ignore[override]
        self, request: Any, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        """Do as `APIView.dispatch` does, awaiting the handler."""
        self.args, self.kwargs = args, kwargs
        self.headers = self.default_response_headers
        self.request = drf_request = self.initialize_request(request, *args, **kwargs)
        try:
            give_thread_back()
            await in_pool(self.initial, drf_request, *args, **kwargs)
            response = await self._handle(drf_request, *args, **kwargs)
        except Exception as error:
            response = self.handle_exception(error)
        self.response = self.finalize_response(drf_request, response, *args, **kwargs)
        if isinstance(self.response, Response):
            self.response.render()
        return self.response

    async def _handle(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        name = (request.method or "").lower()
        if name not in self.http_method_names or not hasattr(self, name):
            return self.http_method_not_allowed(request, *args, **kwargs)
        answer = getattr(self, name)(request, *args, **kwargs)
        return await answer if asyncio.iscoroutine(answer) else answer
