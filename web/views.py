"""The pages: home, scan, sheet. Each works without JavaScript and without a cookie."""

import json
from typing import Any
from urllib.parse import quote, urlencode

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.http import require_http_methods, require_safe

from common.caching import conditional, etag_of
from common.errors import DomainError
from common.http import CONTENT_SECURITY_POLICY, problem
from products import lookup
from products.errors import (
    InvalidGtin,
    ProductUnknown,
    product_unknown,
    wrong_check_digit,
)
from scanning import codes
from scanning.codes import Parsed
from scanning.errors import EmptyScan, in_store_number, not_a_product
from scanning.services import reading as scans
from web import negotiation, reading

CACHE_SECONDS = 60


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what Flashsésame is, and take a code."""
    return _form_page(request, "web/home.html", {})


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Lead from a photo or a typed code to the sheet, or say why it cannot."""
    if request.method != "POST":
        return redirect("web:home")
    language = negotiation.language(request)
    typed = request.POST.get("code", "")
    try:
        with override(language):
            scanned = _scanned(request.FILES.get("image"), typed, language)
    except DomainError as refused:
        context = {"refused": refused, "code": typed[:200]}
        return _form_page(request, "web/home.html", context, status=refused.status)
    address = _address(scanned.found.parsed, request)
    return HttpResponse(status=303, headers={"Location": address})


@require_safe
def sheet(request: HttpRequest, rest: str) -> HttpResponse:
    """Show the sheet that a GS1 Digital Link names: a page, or JSON when asked for."""
    language = negotiation.language(request)
    number = rest.partition("/")[0]
    parsed = codes.parse(f"https://id.example/01/{quote(rest)}")
    with override(language):
        found = lookup.current_sheet(parsed.gtin14, language) if parsed.gtin14 else None
        if found is None:
            response = _refusal(request, _refused(parsed, number[:200]), number[:200])
        elif negotiation.prefers_json(request):
            response = conditional(
                request, found.body, etag=found.etag, max_age=CACHE_SECONDS
            )
        else:
            response = _sheet_page(request, found.body, parsed, language)
    patch_vary_headers(response, ["Accept", "Accept-Language"])
    response["Content-Language"] = language
    return response


def _sheet_page(
    request: HttpRequest, body: bytes, parsed: Parsed, language: str
) -> HttpResponse:
    context = {
        **_common_context(request, language),
        "page": reading.read(json.loads(body)),
        "lot": parsed.lot,
        "serial": parsed.serial,
    }
    # Without the request: the page is for any reader, so no cookie may enter it.
    html = render_to_string("web/sheet.html", context).encode()
    response = conditional(request, html, etag=etag_of(html), max_age=CACHE_SECONDS)
    if response.status_code == 200:
        response["Content-Type"] = "text/html; charset=utf-8"
    return _secured(response)


def _refused(parsed: Parsed, number: str) -> DomainError:
    """Return why this address leads to no sheet."""
    said = {"gtin": number}
    if parsed.gtin14:
        return product_unknown(parsed.gtin14)
    if parsed.reason == "check_digit":
        return wrong_check_digit(number, parsed.expected_check)
    if parsed.kind == "rcn":
        return in_store_number(number, **said)
    if parsed.kind in {"coupon", "refund_receipt"}:
        return not_a_product(number, **said)
    if parsed.reason == "order":
        detail = _("After the product’s number, this address is not understood.")
        return InvalidGtin(detail, **said)
    return InvalidGtin(_("A GTIN has 8, 12, 13 or 14 digits."), **said)


def _refusal(request: HttpRequest, refused: DomainError, number: str) -> HttpResponse:
    if negotiation.prefers_json(request):
        return problem(
            request,
            status=refused.status,
            code=refused.code,
            detail=refused.detail,
            **refused.extra,
        )
    context = {
        "refused": refused,
        "read": number,
        "code": number,
        "is_unknown": isinstance(refused, ProductUnknown),
    }
    return _form_page(request, "web/refusal.html", context, status=refused.status)


def _form_page(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Answer a page with the scan form, whose token makes it one reader's own."""
    language = negotiation.language(request)
    with override(language):
        html = render_to_string(
            template, {**_common_context(request, language), **context}, request=request
        )
    response = HttpResponse(html, status=status)
    response["Content-Language"] = language
    patch_vary_headers(response, ["Accept-Language"])
    patch_cache_control(response, private=True, no_cache=True)
    return _secured(response)


def _common_context(request: HttpRequest, language: str) -> dict[str, Any]:
    asked = negotiation.asked_language(request)
    # A refused scan is shown at `/scan`, which has nothing to show in another language.
    path = request.path if request.method in {"GET", "HEAD"} else "/"
    return {
        "language": language,
        "query": f"?{urlencode({'lang': asked})}" if asked else "",
        "asked_language": asked,
        "path": quote(path),
    }


def _scanned(
    image: UploadedFile[Any] | None, typed: str, language: str
) -> scans.Scanned:
    if image:
        return scans.scan_image(image.read(), language=language)
    if typed.strip():
        return scans.scan_text(typed, language=language)
    raise EmptyScan(_("Take a photo of the code, or type its digits."))


def _address(parsed: Parsed, request: HttpRequest) -> str:
    """Return the sheet's address, with lot and serial when the code carried them."""
    parts = [f"/01/{parsed.gtin14}"]
    for key, value in (("10", parsed.lot), ("21", parsed.serial)):
        # A server decodes the path before it is split, so a slash would not survive.
        if value and "/" not in value:
            parts.append(f"/{key}/{quote(value, safe='')}")
    if asked := negotiation.asked_language(request):
        parts.append(f"?{urlencode({'lang': asked})}")
    return "".join(parts)


def _secured(response: HttpResponse) -> HttpResponse:
    response["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response
