"""What tills' servers were told, what is still to be told, and what was given up."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from checkout.models import Outcome, WebhookAttempt
from checkout.services.resending import resend
from common.errors import DomainError
from common.theme import TabularInline
from companies.access import CompanyRows, OnlyRead, RowLevelAdmin
from companies.admin.members import author, owns, tell
from companies.second_factor import require_second_factor


class AttemptInline(  # type: ignore[misc] # an inline is asked with its parent
    OnlyRead[WebhookAttempt],
    CompanyRows[WebhookAttempt],
    TabularInline[WebhookAttempt, Outcome],
):
    """Each attempt to tell it."""

    model = WebhookAttempt
    company_path = "endpoint__company"
    fields = ("number", "started_at", "milliseconds", "status", "error", "answer")
    readonly_fields = fields
    extra = 0
    can_delete = False


@admin.register(Outcome)
class OutcomeAdmin(OnlyRead[Outcome], RowLevelAdmin[Outcome]):
    """The outcomes that are told at an address; what was given up is told again."""

    company_path = "prompt__terminal__company"
    list_display = (
        "prompt",
        "event",
        "state",
        "attempts",
        "error",
        "due_at",
        "finished_at",
        "endpoint",
    )
    list_filter = ("state", "event")
    list_select_related = ("prompt", "endpoint")
    search_fields = ("prompt__id", "prompt__reference", "webhook_id")
    ordering = ("-created_at",)
    show_full_result_count = False
    fields = (*list_display, "webhook_id", "created_at")
    inlines = (AttemptInline,)
    actions = ("send_again",)
    empty_hint: ClassVar[Any] = gettext_lazy(
        "Nothing was to be told yet. How a payment prompt ended is told at the webhook "
        "address of its terminal."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Outcome]:
        """Leave out what terminals without an address ask for themselves."""
        return super().get_queryset(request).exclude(endpoint=None)

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Let owners have something told again."""
        return self.has_view_permission(request) and owns(request, None)

    @admin.action(description=gettext_lazy("Send again"), permissions=["run"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Outcome]) -> None:
        """Have the chosen outcomes told again, with their own webhook-id."""
        require_second_factor(request)
        count = 0
        for outcome in queryset:
            try:
                count += resend(outcome=outcome, author=author(request))
            except DomainError as refused:
                tell(request, refused, outcome)
        if count:
            text = ngettext(
                "%(n)s outcome is sent again.", "%(n)s outcomes are sent again.", count
            )
            self.message_user(request, text % {"n": count})


@admin.register(WebhookAttempt)
class WebhookAttemptAdmin(OnlyRead[WebhookAttempt], RowLevelAdmin[WebhookAttempt]):
    """The log of attempts."""

    company_path = "endpoint__company"
    list_display = (
        "started_at",
        "outcome",
        "number",
        "status",
        "error",
        "milliseconds",
        "endpoint",
    )
    list_filter = ("status", "error")
    list_select_related = ("outcome", "endpoint")
    search_fields = ("outcome__prompt__id", "outcome__prompt__reference")
    date_hierarchy = "started_at"
    show_full_result_count = False
    fields = (*list_display, "answer", "sender")

    @admin.display(description=gettext_lazy("sent again by"))
    def sender(self, attempt: WebhookAttempt) -> str:
        """Return who had it sent again, if somebody had."""
        user = attempt.requested_by
        return (user.get_full_name() or user.get_username()) if user else ""

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: WebhookAttempt | None = None,  # noqa: ARG002 - Django's signature
    ) -> Any:
        """Fix everything."""
        return self.fields
