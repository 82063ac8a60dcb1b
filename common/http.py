"""
RFC 9457 problems: every refusal of the API leaves through this module.

A problem has `type`, `title`, `status`, a stable `code` for programs, a `detail` for
people, the `request_id`, and `errors[]` field by field when the input was wrong.
"""

import json
import math
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from common.errors import DomainError, MalformedJson, PayloadTooLarge
from common.middleware import request_id

CONTENT_TYPE = "application/problem+json"
# The pages load their own style sheet and pictures, and nothing else.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data: https:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
API_PREFIXES = ("/api/",)

logger = structlog.get_logger(__name__)


def body(
    *, status: int, code: str, detail: str, request: HttpRequest | None, **extra: Any
) -> dict[str, Any]:
    """Return the members of a problem, ready to be written as JSON."""
    problem = {
        "type": f"urn:flashsesame:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }
    identifier = request_id(request) if request is not None else ""
    if identifier:
        problem["request_id"] = identifier
    return problem


def problem(
    request: HttpRequest, *, status: int, code: str, detail: str, **extra: Any
) -> HttpResponse:
    """Return a problem as a Django response, for views outside REST framework."""
    return _answer(
        body(status=status, code=code, detail=detail, request=request, **extra), {}
    )


def _answer(members: dict[str, Any], headers: dict[str, str]) -> HttpResponse:
    text = json.dumps(members, cls=DjangoJSONEncoder, ensure_ascii=False)
    return HttpResponse(
        # Half a character, as it may have been sent, goes back as JSON escapes it.
        text.encode(errors="backslashreplace"),
        status=members["status"],
        content_type=CONTENT_TYPE,
        headers=headers,
    )


def problem_from_exception(
    error: Exception, context: dict[str, Any]
) -> Response | HttpResponse | None:
    """Turn what a view raised into a problem; `None` lets a bug become a 500."""
    request: HttpRequest | None = getattr(context.get("request"), "_request", None)
    described = _describe(error)
    if described is None:
        return None
    set_rollback()
    status, code, detail, extra, headers = described
    if isinstance(error, DomainError) and error.is_uniform:
        request = None
    response = _answer(
        body(status=status, code=code, detail=detail, request=request, **extra),
        headers,
    )
    # REST framework's own finalize step wants this mark on a plain Django response.
    response.exception = True  # type: ignore[attr-defined]
    return response


Described = tuple[int, str, str, dict[str, Any], dict[str, str]]


def _describe(error: Exception) -> Described | None:
    match error:
        case DomainError():
            wait = error.extra.get("retry_after")
            headers = {"Retry-After": str(wait)} if wait else {}
            return error.status, error.code, error.detail, error.extra, headers
        case exceptions.ValidationError():
            errors = list(_field_errors(error.get_full_details()))
            detail = _("Some fields are missing or wrong.")
            return 400, "invalid_input", detail, {"errors": errors}, {}
        case exceptions.APIException():
            return _describe_api(error)
        case Http404():
            return 404, "not_found", _("There is nothing at this address."), {}, {}
        case PermissionDenied():
            return 403, "permission_denied", _("This is not yours to do."), {}, {}
        case RequestDataTooBig():
            detail = _("The request is larger than this service takes.")
            return 413, PayloadTooLarge.code, detail, {}, {}
    return None


def _describe_api(error: exceptions.APIException) -> Described:
    headers: dict[str, str] = {}
    extra: dict[str, Any] = {}
    # Set by REST framework on `Throttled`, in seconds, when it knows.
    if wait := getattr(error, "wait", None):
        seconds = math.ceil(wait)
        headers["Retry-After"] = str(seconds)
        extra["retry_after"] = seconds
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    codes = {
        exceptions.ParseError: MalformedJson.code,
        exceptions.MethodNotAllowed: "method_not_allowed",
        exceptions.UnsupportedMediaType: "unsupported_media_type",
        exceptions.NotAcceptable: "not_acceptable",
        exceptions.Throttled: "too_many_requests",
        exceptions.NotFound: "not_found",
    }
    code = codes.get(type(error)) or str(error.get_codes())
    detail = str(error.detail)
    if isinstance(error, exceptions.ParseError):
        detail = _("The body cannot be read: %(reason)s") % {"reason": detail}
    return error.status_code, code, detail, extra, headers


def _field_errors(details: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Flatten REST framework's nested details into field, code and sentence."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {
            "field": path or "non_field_errors",
            "code": str(details["code"]),
            "detail": str(details["message"]),
        }
    elif isinstance(details, dict):
        for key, value in details.items():
            yield from _field_errors(value, f"{path}.{key}" if path else str(key))
    else:
        for value in details:
            yield from _field_errors(value, path)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 404 as a problem to programs, as a page to people."""
    detail = _("There is nothing at this address.")
    return _for_reader(request, 404, "not_found", detail)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer 403 as a problem to programs, as a page to people."""
    detail = _("This is not yours to do.")
    return _for_reader(request, 403, "permission_denied", detail)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 400, or 413 for a body that was too large."""
    if isinstance(exception, RequestDataTooBig):
        detail = _("The request is larger than this service takes.")
        return _for_reader(request, 413, PayloadTooLarge.code, detail)
    detail = _("This request cannot be understood.")
    return _for_reader(request, 400, "bad_request", detail)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 500, with the id by which the log line is found."""
    detail = _("Something went wrong on our side. Nothing was lost; please try again.")
    return _for_reader(request, 500, "internal_error", detail)


def _for_reader(
    request: HttpRequest, status: int, code: str, detail: str
) -> HttpResponse:
    if request.path.startswith(API_PREFIXES):
        return problem(request, status=status, code=code, detail=detail)
    page = render_to_string(
        "error.html",
        {"status": status, "detail": detail, "request_id": request_id(request)},
        request=None,
    )
    response = HttpResponse(page, status=status)
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
