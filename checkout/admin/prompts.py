"""The live list of payment prompts, and what phones could not be told."""

from datetime import timedelta
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from checkout import figures, sentences
from checkout.models import Delivery, PaymentPrompt
from common.theme import ModelAdmin
from companies.access import OnlyRead, RowLevelAdmin, is_operator

# What a company may filter by: the true reason of a refusal would tell of a person.
FILTERS = frozenset(
    {"period", "state", "state__exact", "delivery", "delivery__exact", "q"}
)
PERIODS = {"hour": timedelta(hours=1), "month": timedelta(days=30)}
DEFAULT_PERIOD = timedelta(days=1)


class PeriodFilter(admin.SimpleListFilter):
    """The last day, unless something else is asked for."""

    title = gettext_lazy("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return the other periods; the last day is what no choice means."""
        return [
            ("hour", _("Last hour")),
            ("month", _("Last 30 days")),
            ("all", _("Everything")),
        ]

    def choices(self, changelist: Any) -> Any:
        """Call the first choice by what it shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Last 24 hours")}
        yield from others

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[PaymentPrompt],
    ) -> QuerySet[PaymentPrompt]:
        """Keep the prompts of the period."""
        if self.value() == "all":
            return queryset
        period = PERIODS.get(self.value() or "", DEFAULT_PERIOD)
        return queryset.filter(created_at__gte=timezone.now() - period)


@admin.register(PaymentPrompt)
class PaymentPromptAdmin(OnlyRead[PaymentPrompt], RowLevelAdmin[PaymentPrompt]):
    """
    What tills ask, as it happens. To be read.

    Who was asked is shown to nobody, and why somebody cannot be asked to operators.
    """

    company_path = "terminal__company"
    list_display = (
        "created_at",
        "state",
        "delivery",
        "terminal",
        "amount_shown",
        "number",
        "reason",
        "decided_at",
    )
    list_filter = (PeriodFilter, "state", "delivery")
    list_select_related = ("terminal__company",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("id", "reference")
    search_help_text = gettext_lazy("The prompt’s identifier, or the till’s reference.")
    ordering = ("-created_at",)
    change_list_template = "admin/checkout/paymentprompt/change_list.html"
    empty_hint: ClassVar[Any] = gettext_lazy(
        "Nothing was asked in this time. A prompt appears here as soon as a terminal "
        "asks a shopper; “manage.py terminal” does it for a trial."
    )

    def get_fields(
        self,
        request: HttpRequest,
        obj: PaymentPrompt | None = None,  # noqa: ARG002 - Django's signature
    ) -> Any:
        """Return what a company may know of its prompt; the rest is for operators."""
        shown = (
            *("id", "terminal", "reference", "amount_shown", "number"),
            *("state", "reason", "delivery", "created_at", "sent_at", "delivered_at"),
            *("seen_at", "decided_at", "expires_at", "acknowledged_at"),
        )
        if is_operator(request):
            return (*shown, "audit_reason", "is_claimable", "claimed_at", "text")
        return shown

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let companies filter by what the page offers, and by nothing else."""
        if is_operator(request):
            return super().lookup_allowed(lookup, value, request)
        return lookup in FILTERS

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Add how prompts fare, among those that this person sees."""
        # While somebody searches, the page keeps still.
        live = {"is_live": "q" not in request.GET}
        found = figures.periods(self.get_queryset(request))
        shown: dict[str, Any] = {
            **live,
            "periods": found,
            "sample": figures.SAMPLE,
            "is_sample": found[-1].count == figures.SAMPLE,
        }
        if is_operator(request):
            shown["stuck"] = figures.stuck()
            shown["swept_at"] = figures.last_sweep()
        return super().changelist_view(request, {**shown, **(extra_context or {})})

    @admin.display(description=gettext_lazy("amount"), ordering="amount")
    def amount_shown(self, prompt: PaymentPrompt) -> str:
        """Return the amount as the till and the phone show it."""
        language = prompt.language or "fr"
        return sentences.amount_text(prompt.amount, prompt.currency, language=language)


@admin.register(Delivery)
class DeliveryAdmin(OnlyRead[Delivery], ModelAdmin[Delivery]):
    """Messages to phones, for operators: what was given up may be tried again."""

    list_display = (
        "prompt",
        "event",
        "channel",
        "state",
        "attempts",
        "error",
        "due_at",
        "finished_at",
    )
    list_filter = ("state", "event")
    list_select_related = ("prompt",)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("prompt__id",)
    ordering = ("-pk",)
    fields = list_display
    actions = ("try_again",)
    empty_hint: ClassVar[Any] = gettext_lazy(
        "Nothing here. Each prompt has one message for open lines, and one for each "
        "phone that is reached by a push service."
    )

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Delivery | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too."""
        return False

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Let operators try again."""
        return is_operator(request)

    @admin.display(description=gettext_lazy("to"))
    def channel(self, delivery: Delivery) -> str:
        """Return where it goes: no address, which would be a person's."""
        return _("a push service") if delivery.target else _("open lines")

    @admin.action(description=gettext_lazy("Try again"), permissions=["run"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Make what was given up due at once; what is of no use any more, ends."""
        count = Delivery.objects.reopen(list(queryset.values_list("pk", flat=True)))
        text = ngettext(
            "%(n)s message is due again.", "%(n)s messages are due again.", count
        )
        self.message_user(request, text % {"n": count})
