"""
The second factor: what is done in a company's name asks for more than a password.

Whoever signed in with one has a record of it in the session, which allauth writes. Who
has none yet is led to a page where it is used or set up; what they were sending is kept
in their session meanwhile, and sent again from there by one press of a button.
"""

import time
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from companies.errors import SecondFactorMissing
from companies.models import Membership, Verifier

SESSION_KEY = "flashsesame.interrupted"
# What was interrupted longer ago than this is not offered any more.
KEPT_SECONDS = 3600
# The session is a row, or a value in a cache: not the place for a whole spreadsheet.
KEPT_CHARACTERS = 200_000

M = TypeVar("M", bound=Model)


def has_second_factor(request: HttpRequest) -> bool:
    """Say whether this session was opened with a second factor, or used one since."""
    user = request.user
    if not user.is_authenticated:
        return False
    records = get_authentication_records(request, user)
    return any(one.get("method") == "mfa" for one in records)


def require_second_factor(request: HttpRequest) -> None:
    """
    Raise `SecondFactorMissing` unless this session has a second factor.

    In the admin nothing needs to catch it: `AskForSecondFactor` does.
    """
    if not has_second_factor(request):
        raise SecondFactorMissing(
            _("Sign in with a second factor first: this is done in the company’s name.")
        )


class AsksWhenSaving(admin.ModelAdmin[M]):
    """
    An admin whose forms, deletions and actions ask for a second factor.

    Who may not do it anyway is refused as ever, and asked for nothing.
    """

    # Names of actions that only read.
    reading_actions: ClassVar[frozenset[str]] = frozenset()

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Ask before anything is saved."""
        may = (self.has_change_permission if object_id else self.has_add_permission)(
            request
        )
        if request.method == "POST" and may:
            require_second_factor(request)
        return super().changeform_view(
            request,
            object_id,
            form_url,
            extra_context,  # type: ignore[arg-type]
        )

    def delete_view(
        self,
        request: HttpRequest,
        object_id: str,
        extra_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """Ask before anything is deleted."""
        if request.method == "POST" and self.has_delete_permission(request):
            require_second_factor(request)
        return super().delete_view(
            request,
            object_id,
            extra_context,  # type: ignore[arg-type]
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Ask before an action that does more than read."""
        asked = set(request.POST.getlist("action")) - {""}
        offered = asked & set(self.get_actions(request)) if asked else set()
        if offered - self.reading_actions:
            require_second_factor(request)
        return super().changelist_view(
            request,
            extra_context,  # type: ignore[arg-type]
        )


class AskForSecondFactor(MiddlewareMixin):
    """Leads who lacks a second factor to the page where it is used or set up."""

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Keep what was being sent, and ask."""
        if not isinstance(exception, SecondFactorMissing):
            return None
        return ask_for_second_factor(request)


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Keep what was being sent, and go where a second factor is used or set up."""
    if request.method != "POST":
        query = urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})
        return HttpResponseRedirect(f"{reverse('second_factor')}?{query}")
    request.session[SESSION_KEY] = {
        "at": time.time(),
        "path": request.get_full_path(),
        "fields": _fields(request),
        "has_files": bool(request.FILES),
    }
    return HttpResponseRedirect(reverse("second_factor"))


def interrupted(request: HttpRequest) -> dict[str, Any] | None:
    """
    Return what this session was sending when it was asked for a second factor.

    `path` is where; `fields` is `None` where it was too much to be kept.
    """
    kept: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if kept is None or time.time() - kept["at"] > KEPT_SECONDS:
        return None
    return kept


def forget_interrupted(request: HttpRequest) -> None:
    """Offer it no more."""
    request.session.pop(SESSION_KEY, None)


def notice(request: HttpRequest) -> dict[str, Any]:
    """
    Say for the pages of the admin whether the person should set up a second factor.

    Few queries, and none for who has used one. Who may only look is not told.
    """
    user = request.user
    is_asked = (
        bool(getattr(user, "is_staff", False))
        and not has_second_factor(request)
        and not is_mfa_enabled(user)
        and _may_act(user)
    )
    return {"lacks_second_factor": is_asked}


def _may_act(user: Any) -> bool:
    """Say whether something that asks for a second factor is the person's to do."""
    if user.is_superuser:
        return True
    edits = Membership.objects.filter(user=user.pk).exclude(role=Membership.Role.VIEWER)
    verifies = Verifier.objects.filter(user=user.pk, is_active=True)
    return edits.exists() or verifies.exists()


def _fields(request: HttpRequest) -> list[list[str]] | None:
    if any("password" in name for name in request.POST):
        # A password lies nowhere, not for a minute: it is typed once more.
        return None
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        if name != "csrfmiddlewaretoken"
        for value in map(str, values)
    ]
    length = sum(len(name) + len(value) for name, value in fields)
    return fields if length <= KEPT_CHARACTERS else None
