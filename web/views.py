"""The pages: home, scan, report. Each works without JavaScript and without a cookie."""

import json
import uuid
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from rest_framework.throttling import ScopedRateThrottle

from common.errors import DomainError
from companies import finding
from companies.credentials import holding
from companies.dispute_documents import public_document
from companies.models import Dispute
from products.searching import BrokenCursor
from products.views import ProductList, normalized
from scanning import codes
from scanning.errors import EmptyScan
from scanning.models import Store
from scanning.resolving import registered, sheets
from scanning.serializers.unknown import ReportInput
from scanning.services import reading as scans
from scanning.services.reporting import Said, report_code
from scanning.views.unknown import ReportCreate
from web import civil_statuses, marks, negotiation, searching
from web.pages import checking_page, form_page, public_page

SHOWN_DISPUTES = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Say what Flashsésame is, and take a code; `?store=` names the shop one is in."""
    return form_page(request, "web/home.html", _shop(request.GET.get("store", "")))


@require_http_methods(["GET", "HEAD", "POST"])
def scan(request: HttpRequest) -> HttpResponse:
    """Lead from a photo or a typed code to the sheet, or say why it cannot."""
    # Typed on a page that anybody's cache may hold, a code comes without a form token.
    given = request.POST if request.method == "POST" else request.GET
    if request.method != "POST" and "code" not in given:
        return redirect("web:home")
    language = negotiation.language(request)
    typed, store = given.get("code", ""), given.get("store", "")
    try:
        with override(language):
            scanned = _scanned(request.FILES.get("image"), typed, store, language)
    except DomainError as refused:
        context = {
            **_shop(store),
            "refused": refused,
            "code": typed[:200],
            "path": "/",
            "kept_query": "",
        }
        return form_page(request, "web/home.html", context, status=refused.status)
    address = _address(scanned, request)
    return HttpResponse(status=303, headers={"Location": address})


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Show the products that have the words asked for, a page at a time."""
    language = negotiation.language(request)
    with override(language):
        if not ScopedRateThrottle().allow_request(
            cast(Any, request), cast(Any, ProductList)
        ):
            detail = _("These are many searches at once. Try again in a minute.")
            return _told(request, detail, status=429)
        try:
            context = searching.context(request, language)
        except BrokenCursor:
            detail = _("This page of results is no longer there. Search again.")
            return _told(request, detail, status=404)
        return public_page(request, "web/search.html", context)


@csrf_exempt
@require_POST
def report(request: HttpRequest, gtin: str) -> HttpResponse:
    """
    Take what a reader says of an unknown product, from the page that says so.

    Without a form token, since any cache may hold that page: nothing is done in
    anybody's name.
    """
    with override(negotiation.language(request)):
        throttle = ScopedRateThrottle()
        if not throttle.allow_request(cast(Any, request), cast(Any, ReportCreate)):
            detail = _("These are many reports at once. Try again later, please.")
            return _told(request, detail, status=429)
        data = ReportInput(data=request.POST.dict())
        if not data.is_valid():
            return _told(request, _("Write plain text, without HTML."), status=400)
        said = {name: data.validated_data[name] for name in ("name", "brand")}
        try:
            number = normalized(gtin)
            report_code(gtin=number, said=Said(**said))
        except DomainError as refused:
            return _told(request, refused.detail, status=refused.status)
        detail = _("Thank you. %(gtin)s is in the queue of the products to declare.")
        return _told(request, detail % {"gtin": number}, status=202)


def _told(request: HttpRequest, detail: str, *, status: int) -> HttpResponse:
    context = {"detail": detail}
    return public_page(request, "web/told.html", context, status=status)


@require_safe
def fact(request: HttpRequest, key: str, year: int | None = None) -> HttpResponse:  # noqa: ARG001 - the year belongs to the name of what is verified, not to its meaning
    """Lead from the name of a fact to its definition."""
    return redirect(reverse("fact-detail", args=[key]))


@require_safe
def company(request: HttpRequest, identifier: str) -> HttpResponse:
    """Show the civil status of the company that a number or our identifier names."""
    language = negotiation.language(request)
    with override(language):
        try:
            served = finding.read(identifier, language)
        except DomainError as refused:
            context = {
                "title": _("No such company"),
                "refused": refused,
                "status": refused.status,
                "read": identifier[:200],
            }
            return public_page(
                request, "web/refusal.html", context, status=refused.status
            )
        page = civil_statuses.read(json.loads(served.body))
        context = {
            "page": page,
            **_disputes(page.id),
            "held": holding.all_of(uuid.UUID(page.id)),
        }
        return public_page(request, "web/company.html", context)


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Say what the public log is, how far it is, and how anybody checks it."""
    with override(negotiation.language(request)):
        return checking_page(request, "web/log.html", _log())


def _log() -> dict[str, Any]:
    return {"log": marks.of_log(), "base_url": settings.BASE_URL}


def _disputes(company_id: str) -> dict[str, Any]:
    """Return the latest disputes about a company, and whether there are more."""
    today = timezone.localdate()
    found = Dispute.objects.filter(company=uuid.UUID(company_id))[: SHOWN_DISPUTES + 1]
    documents = [public_document(one, on=today) for one in found]
    return {
        "disputes": [civil_statuses.contested(one) for one in documents][
            :SHOWN_DISPUTES
        ],
        "has_more_disputes": len(documents) > SHOWN_DISPUTES,
    }


def _shop(slug: str) -> dict[str, Any]:
    """Return what the form shows of the shop one is in; nothing of one unknown."""
    shop = Store.objects.filter(slug=slug[:60]).first() if slug.isascii() else None
    return {"shop": shop} if shop and slug else {}


def _scanned(
    image: UploadedFile[Any] | None, typed: str, store: str, language: str
) -> scans.Scanned:
    if image:
        return scans.scan_image(image.read(), store=store, language=language)
    if typed.strip():
        told = scans.Told(store=store)
        return scans.scan_text(typed, told=told, language=language)
    raise EmptyScan(_("Take a photo of the code, or type its digits."))


def _address(scanned: scans.Scanned, request: HttpRequest) -> str:
    """
    Return the sheet's address, with all that the code carried.

    A scan made here leads to our sheet even where the company's default link does not.
    """
    parsed = scanned.found.parsed
    # An in-store number has no key of its own: the product's stands for it.
    key = codes.resolve_path(parsed.key or f"/01/{scanned.gtin}")
    query = {"lang": negotiation.asked_language(request)}
    path = key.key
    if sheets.is_overruled(registered.read(key).levels):
        path = reverse("web:sheet", args=[key.gtin14])
        query |= {"lot": parsed.lot or "", "serial": parsed.serial or ""}
    said = urlencode({name: value for name, value in query.items() if value})
    return f"{path}?{said}" if said else path
