"""The door for ASGI servers, the one of the embedded mode among them."""

import time
from functools import lru_cache

from common import middleware
from common.access_lines import log_answer
from common.asgi import Application, Receive, Scope, Send
from common.waiting import in_pool
from products.fast_path.reading import Answer, Found, Request, Sheets, Wanted

RawHeaders = list[tuple[bytes, bytes]]

HEADER = middleware.HEADER.lower().encode()


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
            *_encoded(answer, wanted, found),
            (HEADER, answer.request_id.encode()),
        ]
        await send(
            {"type": "http.response.start", "status": answer.status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": answer.body})
        log_answer(
            request.method, request.path, answer.status, started, answer.request_id
        )


def _encoded(answer: Answer, wanted: Wanted, found: Found) -> RawHeaders:
    key = (answer.status, wanted.reader.secure)
    if key not in found.encoded:
        found.encoded[key] = [
            (name.lower().encode(), value.encode("latin-1"))
            for name, value in answer.headers
        ]
    return found.encoded[key]


def _request(scope: Scope) -> Request | None:
    if scope["type"] != "http":
        return None
    sent = scope["headers"]
    headers = {_as_in_wsgi(name): value.decode("latin-1") for name, value in sent}
    if len(headers) != len(sent):
        # Of a header that comes twice, Django knows what to make.
        return None
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"],
        scope["scheme"],
        headers.get,
    )


@lru_cache(maxsize=1024)
def _as_in_wsgi(name: bytes) -> str:
    # With an underscore it is another header, which only looks alike there.
    if b"_" in name:
        return f"not {name!r}"
    return "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
