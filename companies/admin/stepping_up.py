"""
Using or setting up a second factor in the middle of something, and going on with it.

`second_factor` says what is needed and offers what the person has; `go_on` sends again
what was interrupted, or leads back to where the person was.
"""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from companies.entrance import passkey_problem
from companies.second_factor import forget_interrupted, has_second_factor, interrupted

NEXT_KEY = "flashsesame.next"
Type = Authenticator.Type


@require_safe
@login_required
def second_factor(request: HttpRequest) -> HttpResponse:
    """Say that a second factor is needed, and offer every way to use or set up one."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    if wanted:
        # The latest wish counts: what was being sent before was given up.
        forget_interrupted(request)
        request.session[NEXT_KEY] = wanted if _is_safe(wanted) else ""
    if has_second_factor(request):
        return HttpResponseRedirect(reverse("go_on"))
    types = set(
        Authenticator.objects.filter(user_id=request.user.pk).values_list(
            "type", flat=True
        )
    )
    return _page(
        request,
        "account/second_factor.html",
        title=_("Second factor"),
        has_code=bool(types & {Type.TOTP, Type.RECOVERY_CODES}),
        has_passkey=Type.WEBAUTHN in types,
        passkey_problem=passkey_problem(request),
        kept=interrupted(request),
        query=urlencode({REDIRECT_FIELD_NAME: reverse("go_on")}),
    )


@require_safe
@login_required
def go_on(request: HttpRequest) -> HttpResponse:
    """Offer to send again what was interrupted, or lead back."""
    if not has_second_factor(request):
        return HttpResponseRedirect(reverse("second_factor"))
    kept = interrupted(request)
    if kept is None:
        wanted = request.session.pop(NEXT_KEY, "")
        return HttpResponseRedirect(wanted or reverse("admin:index"))
    if kept["fields"] is None:
        # Too much to be kept: the empty form is all there is.
        forget_interrupted(request)
        return HttpResponseRedirect(kept["path"])
    return _page(request, "account/go_on.html", title=_("Go on"), kept=kept)


def _is_safe(address: str) -> bool:
    return bool(get_adapter().is_safe_url(address))


def _page(
    request: HttpRequest, template: str, *, title: str, **values: Any
) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, **values}
    return TemplateResponse(request, template, context)
