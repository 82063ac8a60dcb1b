"""
Views that wait: asynchronous, with their database work in one small pool of threads.

A thousand open streams must not hold a thread or a database connection each, which is
what Django's own `sync_to_async` would give them, one executor per request. In front of
such views `common.handler` keeps no thread either.
"""

import asyncio
import contextvars
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import close_old_connections
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

P = ParamSpec("P")
T = TypeVar("T")

POOL_THREADS = 4
# A connection that was asked whether it lives is believed for so long.
TRUSTED_SECONDS = 1.0
_looked = threading.local()
_pool = ThreadPoolExecutor(POOL_THREADS, thread_name_prefix="waiting")


async def in_pool(function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `function`, which may use the database, in the pool of this module."""
    context = contextvars.copy_context()

    def run() -> T:
        _look_after_connections()
        try:
            return context.run(function, *args, **kwargs)
        except BaseException:
            # Whatever broke: a connection that did with it is not used again.
            close_old_connections()
            raise

    return await asyncio.get_running_loop().run_in_executor(_pool, run)


def _look_after_connections() -> None:
    """Close what is too old or broken; of one that has just worked, ask nothing."""
    now = time.monotonic()
    if now - getattr(_looked, "at", 0.0) >= TRUSTED_SECONDS:
        close_old_connections()
        _looked.at = now


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
