"""
The page that an invitation's link opens, for people who are not signed in yet.

Looking at it changes nothing, since programs that check e-mails open every link. The
address holds the secret, so it is never in a `Referer`, and never handed on: who signs
in first finds the invitation again in their session.
"""

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.core.internal import ratelimit
from django import forms
from django.contrib import admin, messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from common.errors import DomainError
from companies.access import open_admin
from companies.errors import AccountExists, PasswordRefused
from companies.models import Invitation, Membership
from companies.services.joining import (
    Joined,
    accept_invitation,
    find_invitation,
    has_account,
    open_account,
)

SESSION_KEY = "flashsesame.invitation"
# Of tries to open a link, from one address: 256 bits are not guessed, but asked for.
RATE = {"open": "60/m/ip"}


class NewAccountForm(forms.Form):
    """Who the person is, and the password of the new account."""

    name = forms.CharField(
        label=gettext_lazy("Your name"),
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "name"}),
        help_text=gettext_lazy("The other members of the company see it."),
    )
    password = forms.CharField(
        label=gettext_lazy("Choose a password"),
        strip=False,
        max_length=4096,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Show an invitation; accept it by a press of a button."""
    if limited := ratelimit.consume_or_429(
        request, app="invitations", action="open", config=RATE, limit_get=True
    ):
        return _quiet(limited)
    try:
        return _quiet(_answer(request, token))
    except DomainError as refused:
        return _quiet(_refusal(request, refused))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_at_hand(request: HttpRequest) -> HttpResponse:
    """Show the invitation for which the person has just signed in."""
    token = request.session.get(SESSION_KEY, "")
    return invitation(request, token)


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    found = find_invitation(token)
    asked = request.POST.get("action", "")
    if request.method == "POST" and asked == "sign-in":
        return _sign_in_first(request, token)
    if request.method == "POST" and asked == "accept" and request.user.is_authenticated:
        return _accept(request, token)
    if request.method == "POST" and asked == "open" and request.user.is_anonymous:
        form = NewAccountForm(request.POST)
        if form.is_valid() and (answer := _open(request, token, form)):
            return answer
    else:
        form = NewAccountForm()
    return _page(request, found, form)


def _accept(request: HttpRequest, token: str) -> HttpResponse:
    assert isinstance(request.user, User)
    with transaction.atomic():
        joined = accept_invitation(token=token, user=request.user)
        open_admin(request.user)
    request.session.pop(SESSION_KEY, None)
    messages.success(request, _welcome(joined))
    return HttpResponseRedirect(reverse("admin:index"))


def _open(
    request: HttpRequest, token: str, form: NewAccountForm
) -> HttpResponse | None:
    given = form.cleaned_data
    try:
        with transaction.atomic():
            joined = open_account(
                token=token, name=given["name"], password=given["password"]
            )
            user = joined.membership.user
            open_admin(user)
    except PasswordRefused as refused:
        form.add_error("password", refused.detail)
        return None
    except AccountExists as refused:
        # The page offers to sign in now.
        messages.warning(request, refused.detail)
        return None
    messages.success(request, _welcome(joined))
    record_authentication(request, user, method="password", username=user.username)
    answer: HttpResponse = perform_login(
        request, user, redirect_url=reverse("admin:index")
    )
    return answer


def _sign_in_first(request: HttpRequest, token: str) -> HttpResponse:
    request.session[SESSION_KEY] = token
    query = urlencode({REDIRECT_FIELD_NAME: reverse("invitation_at_hand")})
    return HttpResponseRedirect(f"{reverse('account_login')}?{query}")


def _welcome(joined: Joined) -> str:
    member = joined.membership
    values = {"company": member.company, "role": member.get_role_display()}
    if not joined.is_new:
        return (
            _("You act for %(company)s already, as %(role)s: nothing changed.") % values
        )
    return _("You now act for %(company)s, as %(role)s.") % values


def _page(
    request: HttpRequest, found: Invitation, form: NewAccountForm
) -> TemplateResponse:
    roles = {
        Membership.Role.VIEWER: _("You will read what the company states."),
        Membership.Role.EDITOR: _(
            "You will state facts for the company and publish its sheets."
        ),
        Membership.Role.OWNER: _(
            "You will state facts for the company, publish its sheets, and say who "
            "else acts for it."
        ),
    }
    return _render(
        request,
        title=_("Invitation of %(company)s") % {"company": found.company},
        invitation=found,
        role_text=roles[Membership.Role(found.role)],
        form=form,
        has_account=has_account(found.email),
        is_other_address=(
            request.user.is_authenticated
            and request.user.email.lower() != found.email.lower()
        ),
    )


def _refusal(request: HttpRequest, refused: DomainError) -> TemplateResponse:
    return _render(
        request,
        status=refused.status,
        title=_("Invitation"),
        refusal=refused.detail,
    )


def _render(
    request: HttpRequest, *, title: str, status: int = 200, **values: Any
) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": title, **values}
    return TemplateResponse(request, "account/invitation.html", context, status=status)


def _quiet(response: HttpResponse) -> HttpResponse:
    # The origin alone: with no referrer at all, the form's own POST would be refused,
    # since Django compares where it comes from.
    response["Referrer-Policy"] = "strict-origin"
    return response
