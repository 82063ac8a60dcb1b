"""Where a company's tills are told of outcomes, and the keys that sign it."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminRadioSelectWidget,
)

from checkout.disabling import FAILING, GONE
from checkout.models import Endpoint, EndpointKey, SigningKey, Terminal
from checkout.notifying import Told
from checkout.services import endpoints
from checkout.services.resending import send_test
from common.errors import DomainError
from common.theme import TabularInline
from companies.access import REFUSAL, CompanyRows, OnlyRead
from companies.admin.members import author, owns, tell
from companies.admin.owned import OwnedAdmin
from companies.dashboard import Card, register_card
from companies.forms import RefusableForm
from companies.models import Company
from companies.second_factor import require_second_factor

Kind = SigningKey.Kind
# What `check_address` found, kept with the request under `META`.
ADDRESS = "flashsesame.webhook_address"


class NewEndpointForm(RefusableForm):
    """Which address, and how we sign."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Signature"),
        choices=[
            (Kind.ED25519, gettext_lazy("key pair: you keep our public key (Ed25519)")),
            (Kind.HMAC, gettext_lazy("shared secret: you keep it secret (HMAC)")),
        ],
        initial=Kind.ED25519,
        widget=UnfoldAdminRadioSelectWidget,
    )


class EndpointForm(RefusableForm):
    """Which terminals' outcomes are told there."""

    attached = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Terminals"),
        queryset=Terminal.objects.none(),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=gettext_lazy("Their outcomes are told at this address."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields.get("attached")
        if field is not None:
            own = Terminal.objects.filter(company=self.instance.company_id)
            field.queryset = own.order_by("label")
            field.initial = list(own.filter(endpoint=self.instance.pk))


class KeyInline(  # type: ignore[misc] # an inline is asked with its parent
    OnlyRead[EndpointKey],
    CompanyRows[EndpointKey],
    TabularInline[EndpointKey, Endpoint],
):
    """The keys that sign, and those that did."""

    model = EndpointKey
    company_path = "endpoint__company"
    fields = ("kind", "public_key", "not_before", "not_after")
    readonly_fields = fields
    ordering = ("-pk",)
    extra = 0
    can_delete = False


def disabled_card(request: HttpRequest, company: Company) -> Card | None:
    """Return how many addresses of a company we disabled; none where we did not."""
    if not request.user.has_perm("checkout.view_endpoint"):
        return None
    disabled = company.webhook_endpoints.filter(is_enabled=False)
    count = disabled.filter(disabled_reason__in=(GONE, FAILING)).count()
    if not count:
        return None
    return Card(
        _("Webhook addresses that failed"),
        str(count),
        _("We disabled them: nothing is told there any more."),
        reverse("admin:checkout_endpoint_changelist") + "?is_enabled__exact=0",
        _("See which, and why"),
        is_urgent=True,
    )


register_card(30, disabled_card)


@admin.register(Endpoint)
class EndpointAdmin(OwnedAdmin[Endpoint]):
    """The webhook addresses of a company. Owners add, attach, test and disable them."""

    member_actions = ("view", "add", "change")
    list_display = (
        "url",
        "is_enabled",
        "why_disabled",
        "failing_since",
        "attached",
        "company",
    )
    list_filter = ("is_enabled",)
    list_select_related = ("company",)
    search_fields = ("url",)
    ordering = ("-created_at", "-pk")
    inlines = (KeyInline,)
    actions = ("send_test", "replace_pair", "replace_secret", "enable", "disable")
    add_title: ClassVar[Any] = gettext_lazy("Add a webhook address")
    shown_title: ClassVar[Any] = gettext_lazy("A new key of a webhook address")
    shown_template: ClassVar[str] = "admin/checkout/endpoint/keys.html"
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No address yet. Your server is told at one how each payment prompt ended; "
        "without one, a terminal asks for it."
    )

    @admin.display(description=gettext_lazy("terminals"))
    def attached(self, endpoint: Endpoint) -> str:
        """Return the names of the terminals whose outcomes are told there."""
        labels = sorted(one.label for one in endpoint.terminals.all())
        return ", ".join(labels)

    @admin.display(description=gettext_lazy("why disabled"))
    def why_disabled(self, endpoint: Endpoint) -> str:
        """Return the reason in words."""
        words = {
            GONE: _("it answered 410: gone"),
            FAILING: _("every attempt failed for five days"),
            endpoints.BY_OWNER: _("by an owner"),
        }
        return words.get(endpoint.disabled_reason, endpoint.disabled_reason)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Endpoint]:
        """Load the terminals with them."""
        return super().get_queryset(request).prefetch_related("terminals")

    def has_change_permission(
        self, request: HttpRequest, obj: Endpoint | None = None
    ) -> bool:
        """Let owners of the address's company."""
        if not super().has_change_permission(request, obj):
            return False
        return owns(request, obj.company if obj else None)

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Let owners test, replace keys, enable and disable."""
        return self.has_change_permission(request)

    def get_fields(self, request: HttpRequest, obj: Endpoint | None = None) -> Any:  # noqa: ARG002 - Django's signature
        """Ask for three things; afterwards only for the terminals."""
        if obj is None:
            return ("company", "url", "kind")
        state = ("is_enabled", "why_disabled", "failing_since", "created_at")
        return ("company", "url", "attached", *state)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Endpoint | None = None
    ) -> Any:
        """Fix the address: another one is another row, with keys of its own."""
        fields = self.get_fields(request, obj)
        return [name for name in fields if name != "attached"] if obj else ()

    def get_form(
        self,
        request: HttpRequest,
        obj: Endpoint | None = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's signature
        **kwargs: Any,
    ) -> Any:
        """Return the form of a new address, or that of the terminals."""
        kwargs["form"] = EndpointForm if obj else NewEndpointForm
        return super().get_form(request, obj, change=change, **kwargs)

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Look the name up before the transaction of the form begins."""
        if request.method == "POST" and self.has_add_permission(request):
            require_second_factor(request)
            try:
                url = request.POST.get("url", "").strip()
                request.META[ADDRESS] = endpoints.check_address(url)
            except DomainError as refused:
                request.META[REFUSAL] = refused.detail
        return super().add_view(request, form_url, extra_context)

    def save_model(
        self,
        request: HttpRequest,
        obj: Endpoint,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Register the address, or attach terminals, by the service."""
        require_second_factor(request)
        if change:
            endpoints.attach_terminals(
                endpoint=obj,
                terminals=list(form.cleaned_data.get("attached", ())),
                author=author(request),
            )
            return
        made = endpoints.register_endpoint(
            company=obj.company,
            address=request.META[ADDRESS],
            author=author(request),
            kind=form.cleaned_data["kind"],
        )
        obj.pk = made.key.endpoint_id
        obj.made = made  # type: ignore[attr-defined]

    def response_add(
        self,
        request: HttpRequest,
        obj: Any,
        post_url_continue: str | None = None,  # noqa: ARG002 - Django's signature
    ) -> HttpResponse:
        """Show the key, in the answer to the form itself."""
        return self.shown_once(request, [obj.made])

    @admin.action(description=gettext_lazy("Send a test"), permissions=["run"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Send a signed test to the chosen addresses, and say what came of it."""
        require_second_factor(request)
        for endpoint in queryset[:5]:
            try:
                told = send_test(endpoint=endpoint, author=author(request))
            except DomainError as refused:
                tell(request, refused, endpoint)
                continue
            level = messages.ERROR if told.error else messages.SUCCESS
            self.message_user(request, _said(endpoint, told), level)

    @admin.action(
        description=gettext_lazy("Replace the key by a new pair (Ed25519)"),
        permissions=["run"],
    )
    def replace_pair(
        self, request: HttpRequest, queryset: QuerySet[Endpoint]
    ) -> HttpResponse | None:
        """Sign with new pairs, and show their public keys."""
        return self._replaced(request, queryset, Kind.ED25519)

    @admin.action(
        description=gettext_lazy("Replace the key by a new shared secret (HMAC)"),
        permissions=["run"],
    )
    def replace_secret(
        self, request: HttpRequest, queryset: QuerySet[Endpoint]
    ) -> HttpResponse | None:
        """Sign with new secrets, and show them this once."""
        return self._replaced(request, queryset, Kind.HMAC)

    @admin.action(description=gettext_lazy("Enable"), permissions=["run"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Tell the chosen addresses again what ends from now on."""
        require_second_factor(request)
        for endpoint in queryset:
            try:
                endpoints.enable_endpoint(endpoint=endpoint, author=author(request))
            except DomainError as refused:
                tell(request, refused, endpoint)

    @admin.action(description=gettext_lazy("Disable"), permissions=["run"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Endpoint]) -> None:
        """Tell the chosen addresses nothing more."""
        require_second_factor(request)
        for endpoint in queryset:
            try:
                endpoints.disable_endpoint(endpoint=endpoint, author=author(request))
            except DomainError as refused:
                tell(request, refused, endpoint)

    def _replaced(
        self, request: HttpRequest, queryset: QuerySet[Endpoint], kind: str
    ) -> HttpResponse | None:
        require_second_factor(request)
        made = []
        for endpoint in queryset:
            try:
                made.append(
                    endpoints.replace_key(
                        endpoint=endpoint, author=author(request), kind=kind
                    )
                )
            except DomainError as refused:
                tell(request, refused, endpoint)
        return self.shown_once(request, made) if made else None


def _said(endpoint: Endpoint, told: Told) -> str:
    """Return what came of a test, in one sentence and the beginning of the answer."""
    words = {
        "url": endpoint.url,
        "status": told.status,
        "milliseconds": told.milliseconds,
        "error": told.error,
    }
    if told.status is None:
        return _("%(url)s: no answer (%(error)s, %(milliseconds)s ms).") % words
    text = _("%(url)s: answered %(status)s in %(milliseconds)s ms.") % words
    return f"{text} {told.answer[:200]}".strip()
