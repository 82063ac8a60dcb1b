"""The door for WSGI servers."""

import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from common.access_lines import log_answer
from common.middleware import HEADER
from products.fast_path.reading import Request, Sheets

Environ = dict[str, Any]
Start = Callable[..., Any]
WsgiApplication = Callable[[Environ, Start], Iterable[bytes]]

STATUS_LINES = {
    status: f"{status} {HTTPStatus(status).phrase}" for status in (200, 304)
}


class SheetFirstWsgi:
    """Answer the sheets; hand everything else on to `application`."""

    def __init__(self, application: WsgiApplication, sheets: Sheets) -> None:
        self.application = application
        self.sheets = sheets

    def __call__(self, environ: Environ, start_response: Start) -> Iterable[bytes]:
        """Answer, or hand on."""
        started = time.perf_counter()
        request = Request(
            environ["REQUEST_METHOD"],
            environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"],
            environ.get("QUERY_STRING", ""),
            environ["wsgi.url_scheme"],
            environ.get,
        )
        wanted = self.sheets.wanted(request)
        found = wanted and (self.sheets.kept(wanted) or self.sheets.read(wanted))
        if not wanted or not found:
            return self.application(environ, start_response)
        answer = self.sheets.answer(request, wanted, found)
        answer.headers.append((HEADER, answer.request_id))
        start_response(STATUS_LINES[answer.status], answer.headers)
        log_answer(
            request.method, request.path, answer.status, started, answer.request_id
        )
        return [answer.body]
