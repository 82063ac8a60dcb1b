"""The keys of a company's programs: issued and revoked by owners, read by members."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSplitDateTimeWidget,
)

from common.errors import DomainError
from companies.admin.members import author, tell
from companies.admin.owned import OwnedAdmin
from companies.forms import RefusableForm
from companies.models import ApiKey, Scope
from companies.second_factor import require_second_factor
from companies.services.keys import issue_key, revoke_key, rotate_key

State = ApiKey.State


class ApiKeyForm(RefusableForm):
    """Which program, and what its key is good for."""

    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Good for"),
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("No more than the program needs."),
    )
    expires_at = forms.SplitDateTimeField(
        label=gettext_lazy("Expires"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=gettext_lazy("Empty: good until somebody revokes it."),
    )


class StateFilter(admin.SimpleListFilter):
    """By whether a key opens anything."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        model_admin: Any,  # noqa: ARG002 - Django's signature
    ) -> list[tuple[str, str]]:
        """Offer each state."""
        return [(str(value), str(label)) for value, label in State.choices]

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[ApiKey],
    ) -> QuerySet[ApiKey]:
        """Keep the keys in the chosen state."""
        now = timezone.now()
        match self.value():
            case State.LIVE:
                return queryset.filter(pk__in=ApiKey.objects.live(now))
            case State.EXPIRED:
                return queryset.filter(revoked_at=None, expires_at__lte=now)
            case State.REVOKED:
                return queryset.exclude(revoked_at=None)
        return queryset


@admin.register(ApiKey)
class ApiKeyAdmin(OwnedAdmin[ApiKey]):
    """The keys of a company. Issued, replaced and revoked; never edited."""

    form = ApiKeyForm
    member_actions = ("view", "add")
    list_display = (
        "name",
        "begins",
        "good_for",
        "state",
        "last_used_at",
        "expires_at",
        "company",
    )
    list_select_related = ("company",)
    list_filter = (StateFilter,)
    search_fields = ("name", "prefix")
    actions = ("rotate", "revoke")
    add_title: ClassVar[Any] = gettext_lazy("Issue an API key")
    shown_title: ClassVar[Any] = gettext_lazy("A new API key")
    shown_template: ClassVar[str] = "admin/companies/apikey/secret.html"
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No key yet. With one a program of yours counts stocks or files events in the "
        "company’s name, without anybody’s password."
    )

    @admin.display(description=gettext_lazy("begins with"))
    def begins(self, key: ApiKey) -> str:
        """Return what tells two keys apart."""
        return f"{key.prefix}…"

    @admin.display(description=gettext_lazy("good for"))
    def good_for(self, key: ApiKey) -> str:
        """Return what the key is good for, in words."""
        words = {value: str(label) for value, label in Scope.choices}
        return ", ".join(words.get(scope, scope) for scope in key.scopes)

    @admin.display(description=gettext_lazy("state"))
    def state(self, key: ApiKey) -> str:
        """Return whether it opens anything, in words."""
        return str(key.state.label)

    @admin.display(description=gettext_lazy("issued by"))
    def issuer(self, key: ApiKey) -> str:
        """Return who issued it."""
        user = key.created_by
        return (user.get_full_name() or user.get_username()) if user else ""

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: ApiKey | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too: a program that may do something else asks anew."""
        return False

    def has_issue_permission(self, request: HttpRequest) -> bool:
        """Let whoever may issue a key replace and revoke them."""
        return self.has_add_permission(request)

    def get_fields(self, request: HttpRequest, obj: ApiKey | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for four things; show what became of them afterwards."""
        if obj is None:
            return ("company", "name", "scopes", "expires_at")
        dates = ("created_at", "issuer", "revoked_at", "replaces")
        return (*self.list_display, *dates)

    def get_readonly_fields(
        self, request: HttpRequest, obj: ApiKey | None = None
    ) -> Any:
        """Fix everything that was issued."""
        return self.get_fields(request, obj) if obj else ()

    def save_model(
        self,
        request: HttpRequest,
        obj: ApiKey,
        form: Any,
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Issue the key by the service; the secret stays with this request."""
        require_second_factor(request)
        issued = issue_key(
            company=obj.company,
            name=obj.name,
            scopes=form.cleaned_data["scopes"],
            expires_at=form.cleaned_data["expires_at"],
            author=author(request),
        )
        obj.pk, obj.prefix = issued.key.pk, issued.key.prefix
        obj.issued = issued  # type: ignore[attr-defined]

    def response_add(
        self,
        request: HttpRequest,
        obj: Any,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show the secret, in the answer to the form itself."""
        return self.shown_once(request, [obj.issued])

    @admin.action(
        description=gettext_lazy("Replace by a new key"), permissions=["issue"]
    )
    def rotate(
        self, request: HttpRequest, queryset: QuerySet[ApiKey]
    ) -> HttpResponse | None:
        """Issue the keys that take the place of the chosen ones, and show them."""
        require_second_factor(request)
        made = []
        for key in queryset:
            try:
                made.append(rotate_key(key=key, author=author(request)))
            except DomainError as refused:
                tell(request, refused, key)
        return self.shown_once(request, made) if made else None

    @admin.action(description=gettext_lazy("Revoke"), permissions=["issue"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        """Make the chosen keys open nothing, from the next request on."""
        require_second_factor(request)
        count = 0
        for key in queryset:
            try:
                count += revoke_key(key=key, author=author(request))
            except DomainError as refused:
                tell(request, refused, key)
        if count:
            text = ngettext("%(n)s key was revoked.", "%(n)s keys were revoked.", count)
            messages.success(request, text % {"n": count})
