"""The admin of codes that nobody has declared, and what is said of them elsewhere."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.theme import ModelAdmin
from companies.access import OnlyRead, RowLevelAdmin, edited_companies, is_operator
from products.models import Product
from scanning import outside
from scanning.admin.scans import shown_count
from scanning.models import CodeState, OutsideProduct, UnknownCode
from scanning.services.reporting import dismiss_codes

SHOWN_REPORTS = 20


class StateFilter(admin.SimpleListFilter):
    """What is still to be declared, unless something else is asked for."""

    title = gettext_lazy("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return the other states; to declare is what no choice means."""
        others = [CodeState.DECLARED, CodeState.DISMISSED]
        return [*((state.value, state.label) for state in others), ("all", _("All"))]

    def choices(self, changelist: Any) -> Any:
        """Call the first choice by what it shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": CodeState.OPEN.label}
        yield from others

    def queryset(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        queryset: QuerySet[UnknownCode],
    ) -> QuerySet[UnknownCode]:
        """Keep the codes of the chosen state."""
        if self.value() == "all":
            return queryset
        return queryset.filter(Q(state=self.value() or CodeState.OPEN))


@admin.register(UnknownCode)
class UnknownCodeAdmin(RowLevelAdmin[UnknownCode]):
    """
    The queue of codes to declare, most scanned first.

    A company sees those that begin like a product of its own: a guess, since prefixes
    have different lengths. What people wrote of them is the operator's to read.
    """

    member_actions = ("view", "change")
    list_display = (
        "gtin",
        "declare",
        "scans_shown",
        "reports_shown",
        "last_seen",
        "state_shown",
    )
    list_filter = (StateFilter,)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("gtin",)
    actions = ("dismiss", "reopen")
    readonly_fields = (*list_display, "first_seen", "elsewhere", "said")

    def get_queryset(self, request: HttpRequest) -> QuerySet[UnknownCode]:
        """Keep the codes that may be the person's own, small counts hidden."""
        product = Product.objects.filter(pk=OuterRef("gtin"))
        return (
            UnknownCode.objects.visible_to(request.user)
            .with_state()
            .with_shown(is_operator=is_operator(request))
            .annotate(has_product=Exists(product))
        )

    def get_ordering(self, request: HttpRequest) -> Any:
        """Order by what the person is shown: ranks would tell hidden counts apart."""
        if is_operator(request):
            return ("-scans", "gtin")
        return (Coalesce(F("shown_scans"), 0).desc(), "gtin")

    def get_fields(
        self,
        request: HttpRequest,
        obj: UnknownCode | None = None,  # noqa: ARG002 - Django's signature
    ) -> Any:
        """Return what is known of a code; reports are for the operator."""
        shown = [*self.list_display, "first_seen", "elsewhere"]
        return [*shown, "said"] if is_operator(request) else shown

    def lookup_allowed(
        self,
        lookup: str,
        value: str,  # noqa: ARG002 - Django's signature
        request: HttpRequest | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Allow the number and the state: `?scans__lt=3` would tell what is hidden."""
        return lookup in {"gtin", "gtin__exact", "state"}

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Refuse: codes come from scans and reports."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: UnknownCode | None = None
    ) -> bool:
        """Let editors use the actions; nothing in the form is typed."""
        return obj is None and super().has_change_permission(request)

    @admin.display(
        description=gettext_lazy("Scans"), ordering=Coalesce(F("shown_scans"), 0)
    )
    def scans_shown(self, code: UnknownCode) -> str:
        """Return how often it was scanned, or that it was seldom."""
        return shown_count(getattr(code, "shown_scans", None))

    @admin.display(
        description=gettext_lazy("Reports"), ordering=Coalesce(F("shown_reports"), 0)
    )
    def reports_shown(self, code: UnknownCode) -> str:
        """Return how often it was reported, or that it was seldom."""
        return shown_count(getattr(code, "shown_reports", None))

    @admin.display(description=gettext_lazy("State"))
    def state_shown(self, code: UnknownCode) -> str:
        """Return where the code stands."""
        return str(CodeState(getattr(code, "state", CodeState.OPEN)).label)

    @admin.display(description=gettext_lazy("Product"))
    def declare(self, code: UnknownCode) -> SafeString:
        """Link to the form that declares the product, with its number filled in."""
        if getattr(code, "has_product", False):
            address = reverse("admin:products_product_change", args=[code.pk])
            return format_html('<a href="{}">{}</a>', address, _("Open the product"))
        address = reverse("admin:products_product_add")
        query = urlencode({"gtin": code.pk})
        return format_html('<a href="{}?{}">{}</a>', address, query, _("Declare"))

    @admin.display(description=gettext_lazy("Elsewhere"))
    def elsewhere(self, code: UnknownCode) -> SafeString | str:
        """Return what an outside catalogue says, with its source and licence."""
        found = outside.for_code(code.pk)
        if found is None:
            return "-"
        words = [found[key] for key in ("name", "brands", "quantity") if found[key]]
        return format_html(
            '{} (<a href="{}" rel="noreferrer">{}</a>, {})',
            ", ".join(words),
            found["source_url"],
            found["source"],
            found["licence"],
        )

    @admin.display(description=gettext_lazy("What was reported"))
    def said(self, code: UnknownCode) -> SafeString | str:
        """Return the latest reports, as they were typed."""
        reports = code.said.all()[:SHOWN_REPORTS]
        lines = [
            (report.reported_on.isoformat(), report.name, report.brand, report.note)
            for report in reports
        ]
        return format_html_join("", "<p>{} · {} · {} · {}</p>", lines) or "-"

    @admin.action(
        description=gettext_lazy("Dismiss the chosen codes"), permissions=["change"]
    )
    def dismiss(self, request: HttpRequest, queryset: QuerySet[UnknownCode]) -> None:
        """Take the chosen codes out of the queue; scans still count."""
        count = self._decide(request, queryset, is_dismissed=True)
        text = ngettext("%(n)s code is dismissed.", "%(n)s codes are dismissed.", count)
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    @admin.action(
        description=gettext_lazy("Put the chosen codes back"), permissions=["change"]
    )
    def reopen(self, request: HttpRequest, queryset: QuerySet[UnknownCode]) -> None:
        """Put dismissed codes back into the queue."""
        count = self._decide(request, queryset, is_dismissed=False)
        text = ngettext(
            "%(n)s code is in the queue again.",
            "%(n)s codes are in the queue again.",
            count,
        )
        self.message_user(request, text % {"n": count}, messages.SUCCESS)

    def _decide(
        self,
        request: HttpRequest,
        queryset: QuerySet[UnknownCode],
        *,
        is_dismissed: bool,
    ) -> int:
        """Decide for the codes that may belong to a company this person edits."""
        chosen = queryset
        if not is_operator(request):
            own = Product.objects.filter(company__in=edited_companies(request))
            chosen = chosen.filter(
                pk__in=UnknownCode.objects.beginning_like(own).values("pk")
            )
        codes = list(chosen.exclude(is_dismissed=is_dismissed))
        word = _("dismissed") if is_dismissed else _("put back")
        for code in codes:
            self.log_change(request, code, word)
        return dismiss_codes(
            gtins=[code.pk for code in codes], is_dismissed=is_dismissed
        )


@admin.register(OutsideProduct)
class OutsideProductAdmin(OnlyRead[OutsideProduct], ModelAdmin[OutsideProduct]):
    """What was asked of the outside catalogue. For the operator, to be read."""

    list_display = ("gtin", "name", "state", "is_wanted", "next_try_at", "reason")
    list_filter = ("state", "is_wanted")
    search_fields = ("gtin", "name")
