"""The door for ASGI servers, the one of the embedded mode among them."""

import time
from functools import cache

from common.access_lines import log_answer
from common.asgi import Application, Receive, Scope, Send
from common.waiting import in_pool
from products.fast_path.judging import Header
from products.fast_path.reading import Request, Sheets


class SheetFirst:
    """Answer the sheets; hand everything else on to `application`."""

    def __init__(self, application: Application, sheets: Sheets) -> None:
        self.application = application
        self.sheets = sheets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or hand on."""
        started = time.perf_counter()
        request = _request(scope)
        wanted = request and self.sheets.wanted(request)
        found = wanted and self.sheets.kept(wanted)
        if wanted and not found:
            found = await in_pool(self.sheets.read, wanted)
        if not request or not wanted or not found:
            await self.application(scope, receive, send)
            return
        answer = self.sheets.answer(request, wanted, found)
        headers = [
            (name.encode(), value.encode("latin-1")) for name, value in answer.headers
        ]
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": answer.body})
        log_answer(
            request.method, request.path, answer.status, started, answer.request_id
        )


def _request(scope: Scope) -> Request | None:
    if scope["type"] != "http":
        return None
    headers = dict(scope["headers"])
    if len(headers) != len(scope["headers"]):
        # Of a header that comes twice, Django knows what to make.
        return None
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"],
        scope["scheme"],
        _reader(headers),
    )


def _reader(headers: dict[bytes, bytes]) -> Header:
    def header(name: str, default: str) -> str:
        value = headers.get(_sent_as(name))
        return default if value is None else value.decode("latin-1")

    return header


@cache
def _sent_as(name: str) -> bytes:
    """Return the name of a header on the wire, from its name in WSGI."""
    return name.removeprefix("HTTP_").replace("_", "-").lower().encode()
