"""The address of a request exactly as it was sent."""

from typing import Any
from urllib.parse import quote, urlsplit

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.middleware.security import SecurityMiddleware

# Where servers put the target as it was sent: gunicorn, then uWSGI and mod_wsgi.
RAW_TARGETS = ("RAW_URI", "REQUEST_URI")


def raw_path(request: HttpRequest) -> str:
    """
    Return the path as it was sent, before anybody decoded it.

    Django's own has `%2F` decoded, and so cannot tell a lot from two path segments.
    """
    scope: dict[str, Any] = getattr(request, "scope", {})
    if raw := scope.get("raw_path"):
        sent = raw.decode("latin-1")
    else:
        sent = next(
            (request.META[name] for name in RAW_TARGETS if request.META.get(name)), ""
        )
        if not sent.startswith("/"):
            sent = urlsplit(sent).path
    path = sent.partition("?")[0] or quote(request.path_info, safe="/:@!$&'()*+,;=~")
    return str(path).removeprefix(request.META.get("SCRIPT_NAME", ""))


class ToHttps(SecurityMiddleware):
    """Django's redirect to https, which here keeps the address as it was sent."""

    def process_request(
        self, request: HttpRequest
    ) -> HttpResponsePermanentRedirect | None:
        """Redirect to the same address: a slash inside a lot stays `%2F`."""
        redirect = super().process_request(request)
        if redirect is not None:
            host = self.redirect_host or request.get_host()
            query = request.META.get("QUERY_STRING", "")
            path = request.META.get("SCRIPT_NAME", "") + raw_path(request)
            redirect["Location"] = f"https://{host}{path}" + (
                f"?{query}" if query else ""
            )
        return redirect

    def process_response(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        response: HttpResponse,
    ) -> HttpResponse:
        """Leave the security headers to Django's own middleware."""
        return response
