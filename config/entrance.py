"""
The addresses by which people enter the back office.

allauth's own list has more pages than belong here (signing up, changing addresses).
Each one that we serve is named, and looks like the rest of the admin; the others do not
exist.
"""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn import views as webauthn
from django import forms
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from unfold.widgets import CHECKBOX_CLASSES, INPUT_CLASSES

from companies.admin import joining, stepping_up
from companies.entrance import passkey_problem
from companies.second_factor import has_second_factor
from config.admin_site import CONTENT_POLICY

View = Callable[..., HttpResponse]


def admin_login(request: HttpRequest) -> HttpResponse:
    """
    Lead to the one page where people sign in.

    Django's own would take a password alone, uncounted, from whoever is signed in.
    """
    if not request.user.is_authenticated:
        query = request.META.get("QUERY_STRING", "")
        address = reverse("account_login")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)
    if request.user.is_active and request.user.is_staff:
        return HttpResponseRedirect(reverse("admin:index"))
    return TemplateResponse(
        request, "account/no_company.html", {"title": _("No company")}, status=403
    )


def nowhere(_request: HttpRequest, **_names: str) -> HttpResponse:
    """Answer 404: the admin behind would lead to the login, as if it were there."""
    raise Http404


def too_many(request: HttpRequest) -> HttpResponse:
    """Say that the address or the account has asked too often."""
    return TemplateResponse(
        request,
        "account/too_many.html",
        {"title": _("Too many attempts")},
        status=429,
        headers={"Retry-After": "60"},
    )


def dressed(view: View) -> View:
    """Return a view of allauth's with the look and the headers of the admin."""

    @never_cache
    def with_looks(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if isinstance(response, TemplateResponse) and not response.is_rendered:
            given = response.context_data or {}
            response.context_data = {
                **admin.site.each_context(request),
                "passkey_problem": passkey_problem(request),
                **given,
            }
            for one in given.values():
                if isinstance(one, forms.BaseForm):
                    _dress(one)
        response.headers.setdefault("Content-Security-Policy", CONTENT_POLICY)
        return response

    return update_wrapper(with_looks, view)


def guarded(view: View) -> View:
    """
    Return a view of the factors that asks for one, once the account has any.

    Otherwise whoever knows a password would add a factor of their own to the account,
    or read its recovery codes. The first one is set up with the password.
    """

    def after_the_factor(
        request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        user = request.user
        if not user.is_authenticated or has_second_factor(request):
            return view(request, *args, **kwargs)
        if not is_mfa_enabled(user):
            return view(request, *args, **kwargs)
        # A code that was sent would be over by then: the form is shown anew.
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('second_factor')}?{query}")

    return update_wrapper(after_the_factor, view)


def _dress(form: forms.BaseForm) -> None:
    for name, field in form.fields.items():
        is_box = isinstance(field.widget, forms.CheckboxInput)
        classes = CHECKBOX_CLASSES if is_box else INPUT_CLASSES
        field.widget.attrs["class"] = " ".join(classes)
        # The label says it already, and stays where it is while one types.
        field.widget.attrs.pop("placeholder", None)
        if name in {"code", "login"}:
            field.widget.attrs |= {"autocapitalize": "off", "spellcheck": "false"}
        if name == "login":
            field.label = _("User name or e-mail address")
            field.widget.attrs["autocomplete"] = "username webauthn"
        if name == "password":
            # A link to the reset, which the page has itself.
            field.help_text = ""


def _at(address: str, view: View, name: str) -> URLPattern:
    return path(f"account/{address}", dressed(view), name=name)


urlpatterns = [
    path("login/", dressed(admin_login)),
    path("password_change/", dressed(account.password_change)),
    _at("login/", account.login, "account_login"),
    _at("logout/", account.logout, "account_logout"),
    _at("inactive/", account.account_inactive, "account_inactive"),
    _at("confirm/", account.reauthenticate, "account_reauthenticate"),
    _at("password/", account.password_change, "account_change_password"),
    _at("password/set/", account.password_set, "account_set_password"),
    _at("password/reset/", account.password_reset, "account_reset_password"),
    _at(
        "password/reset/code/",
        account.confirm_password_reset_code,
        "account_confirm_password_reset_code",
    ),
    _at(
        "password/reset/new/",
        account.complete_password_reset,
        "account_complete_password_reset",
    ),
    _at(
        "password/reset/done/",
        account.password_reset_from_key_done,
        "account_password_reset_completed",
    ),
    _at("factors/", mfa.index, "mfa_index"),
    _at("code/", mfa.authenticate, "mfa_authenticate"),
    _at("confirm/code/", mfa.reauthenticate, "mfa_reauthenticate"),
    _at("factors/app/", guarded(totp.activate_totp), "mfa_activate_totp"),
    _at("factors/app/remove/", guarded(totp.deactivate_totp), "mfa_deactivate_totp"),
    _at(
        "factors/recovery-codes/",
        guarded(recovery_codes.view_recovery_codes),
        "mfa_view_recovery_codes",
    ),
    _at(
        "factors/recovery-codes/new/",
        guarded(recovery_codes.generate_recovery_codes),
        "mfa_generate_recovery_codes",
    ),
    _at(
        "factors/recovery-codes/file/",
        guarded(recovery_codes.download_recovery_codes),
        "mfa_download_recovery_codes",
    ),
    _at("factors/passkeys/", webauthn.list_webauthn, "mfa_list_webauthn"),
    _at("factors/passkeys/new/", guarded(webauthn.add_webauthn), "mfa_add_webauthn"),
    _at(
        "factors/passkeys/<int:pk>/",
        guarded(webauthn.edit_webauthn),
        "mfa_edit_webauthn",
    ),
    _at(
        "factors/passkeys/<int:pk>/remove/",
        guarded(webauthn.remove_webauthn),
        "mfa_remove_webauthn",
    ),
    _at("passkey/", webauthn.login_webauthn, "mfa_login_webauthn"),
    _at(
        "confirm/passkey/",
        webauthn.reauthenticate_webauthn,
        "mfa_reauthenticate_webauthn",
    ),
    _at("second-factor/", stepping_up.second_factor, "second_factor"),
    _at("go-on/", stepping_up.go_on, "go_on"),
    path("account/<path:rest>", nowhere),
    path(
        "invitations/open/",
        dressed(joining.invitation_at_hand),
        name="invitation_at_hand",
    ),
    path("invitations/<str:token>/", dressed(joining.invitation), name="invitation"),
]
