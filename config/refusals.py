"""Refusals inside the back office look like it, and lead back to its home."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from common import http
from common.middleware import request_id
from config.admin_site import CONTENT_POLICY

PREFIX = "/admin/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404, in the back office as a page of it."""
    if not request.path.startswith(PREFIX):
        return http.not_found(request, exception)
    return _page(request, 404, _("There is nothing at this address."))


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403, in the back office as a page of it."""
    if not request.path.startswith(PREFIX):
        return http.forbidden(request, exception)
    return _page(request, 403, _("This is not yours to do."))


def _page(request: HttpRequest, status: int, title: str) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": title,
        "status": status,
        "request_id": request_id(request),
    }
    response = render(request, "account/refused.html", context, status=status)
    response["Content-Security-Policy"] = CONTENT_POLICY
    return response
