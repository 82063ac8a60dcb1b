"""
The admin of scans: how often each product was scanned, day by day.

Companies are shown no count below `SMALL_COUNT`, here, in the sums, or in the CSV file.
Sums add up what is shown and nothing else, and neither order nor filter uses the rest.
"""

import csv
import io
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from companies.access import OnlyRead, RowLevelAdmin, is_operator
from companies.dashboard import Card, register_card
from companies.models import Company
from products.models import Product
from scanning.models import DailyScans

SHOWN_DAYS = 30
YEAR_DAYS = 365
MAX_CSV_ROWS = 100_000
BAR_PIXELS = 120
ALLOWED_LOOKUPS = frozenset(
    {"gtin", "gtin__exact", "period", "day", "day__exact", "day__gte", "day__gt"}
    | {"day__lte", "day__lt", "day__year", "day__month", "day__day"}
)
# What a spreadsheet would take for the beginning of a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class PeriodFilter(admin.SimpleListFilter):
    """The last days, unless more is asked for or a date is chosen above the list."""

    title = gettext_lazy("period")
    parameter_name = "period"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:  # noqa: ARG002 - Django's signature
        """Return the other periods; the last days are what no choice means."""
        return [("year", _("Last 12 months")), ("all", _("Everything"))]

    def choices(self, changelist: Any) -> Any:
        """Call the first choice by what it shows."""
        first, *others = super().choices(changelist)
        yield {**first, "display": _("Last 30 days")}
        yield from others

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[DailyScans]
    ) -> QuerySet[DailyScans]:
        """Keep the days of the period."""
        if self.value() == "all" or any(key.startswith("day") for key in request.GET):
            return queryset
        days = YEAR_DAYS if self.value() == "year" else SHOWN_DAYS
        return queryset.filter(day__gt=timezone.localdate() - timedelta(days=days))


class ScanList(ChangeList):
    """The list with its sums, and each bar measured against the longest of the page."""

    totals: dict[str, int]

    def get_results(self, request: HttpRequest) -> None:
        """Add the sums of the whole list and the longest bar of the page."""
        super().get_results(request)
        self.totals = self.queryset.aggregate(
            scans=Sum("shown", default=0),
            hidden=Count("pk", filter=Q(shown__isnull=True)),
        )
        rows: list[Any] = list(self.result_list)
        longest = max((row.shown or 0 for row in rows), default=0)
        for row in rows:
            row.longest = longest
        self.result_list = rows


@admin.register(DailyScans)
class DailyScansAdmin(OnlyRead[DailyScans], RowLevelAdmin[DailyScans]):
    """Scans by product and day. To be read."""

    list_display = ("product", "gtin", "day", "scans", "bar")
    list_display_links = None
    list_filter = (PeriodFilter,)
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("gtin",)
    search_help_text = gettext_lazy("A number, or a part of the product’s name.")
    date_hierarchy = "day"
    fields = ("product", "gtin", "day", "scans")
    readonly_fields = fields
    change_list_template = "admin/scanning/dailyscans/change_list.html"
    empty_hint = gettext_lazy(
        "A scan of one of your products is counted here within a minute. Print labels, "
        "or let your packaging carry a GS1 link."
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DailyScans]:
        """Keep the scans of the person's own products, small counts hidden."""
        name = Product.objects.filter(pk=OuterRef("gtin")).values("name")[:1]
        return (
            DailyScans.objects.visible_to(request.user)
            .with_shown(is_operator=is_operator(request))
            .annotate(product_name=Subquery(name))
        )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:  # noqa: ARG002 - Django's signature
        """List with sums."""
        return ScanList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[DailyScans], search_term: str
    ) -> tuple[QuerySet[DailyScans], bool]:
        """Search by the product's name as well."""
        term = search_term.strip()
        if not term or term.isdigit():
            return super().get_search_results(request, queryset, term)
        named = Product.objects.filter(name__icontains=term).order_by().values("gtin")
        return queryset.filter(gtin__in=named), False

    def lookup_allowed(
        self,
        lookup: str,
        value: str,  # noqa: ARG002 - Django's signature
        request: HttpRequest | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Allow dates and numbers only: `?count__lt=3` would tell what is hidden."""
        return lookup in ALLOWED_LOOKUPS

    @admin.display(description=gettext_lazy("Product"), ordering="product_name")
    def product(self, row: DailyScans) -> str:
        """Return the product's name; nobody has declared a code without one."""
        return getattr(row, "product_name", None) or _("not declared")

    @admin.display(description=gettext_lazy("Scans"), ordering=Coalesce(F("shown"), 0))
    def scans(self, row: DailyScans) -> str:
        """Return the count, or that it is small."""
        return shown_count(getattr(row, "shown", None))

    @admin.display(description="", empty_value="")
    def bar(self, row: DailyScans) -> SafeString | str:
        """Return the count as a bar; the number beside it says the same."""
        shown, longest = getattr(row, "shown", None), getattr(row, "longest", 0)
        if not shown or not longest:
            return ""
        return format_html(
            '<svg width="{}" height="10" aria-hidden="true">'
            '<rect width="{}" height="10" fill="#a86a08"/></svg>',
            BAR_PIXELS,
            max(1, round(BAR_PIXELS * shown / longest)),
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the address of the CSV file."""
        view = self.admin_site.admin_view(self.csv)
        return [path("csv/", view, name="scanning_dailyscans_csv"), *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Say the sums, and where the same list is as a file."""
        query = request.GET.urlencode()
        context = {**(extra_context or {}), "csv_query": f"?{query}" if query else ""}
        response = super().changelist_view(request, context)
        listed = getattr(response, "context_data", None) or {}
        if "cl" in listed:
            listed["totals"] = _in_words(listed["cl"].totals)
        return response

    def csv(self, request: HttpRequest) -> HttpResponse:
        """Answer the list, as it is filtered, as a CSV file for spreadsheets."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            found = self.get_changelist_instance(request)
        except (IncorrectLookupParameters, ValidationError):
            # As the list itself does: the same page, which says so.
            return HttpResponseRedirect(
                reverse(f"{self.admin_site.name}:scanning_dailyscans_changelist")
                + "?e=1"
            )
        rows = found.queryset[: MAX_CSV_ROWS + 1]
        if len(rows) > MAX_CSV_ROWS:
            text = _("The file would have more than %(limit)s lines. Choose a period.")
            limit = number_format(MAX_CSV_ROWS, force_grouping=True)
            self.message_user(request, text % {"limit": limit}, messages.ERROR)
            return HttpResponseRedirect(
                reverse(f"{self.admin_site.name}:scanning_dailyscans_changelist")
            )
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow(["GTIN", _("Product"), _("Day"), _("Scans")])
        for row in rows:
            scans, name = shown_count(getattr(row, "shown", None)), self.product(row)
            writer.writerow([row.gtin, _no_formula(name), row.day.isoformat(), scans])
        response = HttpResponse(
            # The mark by which spreadsheets know UTF-8.
            "\ufeff" + file.getvalue(),
            content_type="text/csv; charset=utf-8",
        )
        name = f"scans-{timezone.localdate().isoformat()}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "no-store"
        return response


def scans_card(request: HttpRequest, company: Company) -> Card:
    """Return the scans of a company's products in the last days, small counts out."""
    since = timezone.localdate() - timedelta(days=SHOWN_DAYS)
    found = (
        DailyScans.objects.visible_to(request.user)
        .filter(gtin__in=Product.objects.filter(company=company).values("gtin"))
        .filter(day__gt=since)
        .with_shown(is_operator=is_operator(request))
        .aggregate(
            scans=Sum("shown", default=0),
            hidden=Count("pk", filter=Q(shown__isnull=True)),
        )
    )
    return Card(
        _("Scans of the last 30 days"),
        number_format(found["scans"], force_grouping=True),
        _in_words(found) if found["hidden"] else "",
        reverse("admin:scanning_dailyscans_changelist"),
        _("Day by day"),
    )


register_card(20, scans_card)


def shown_count(count: int | None) -> str:
    """Return a count in words; none stands for a small one."""
    return f"< {settings.SMALL_COUNT}" if count is None else str(count)


def _in_words(totals: dict[str, int]) -> str:
    scans, hidden = totals["scans"], totals["hidden"]
    text = ngettext("%(n)s scan in all", "%(n)s scans in all", scans)
    text %= {"n": number_format(scans, force_grouping=True)}
    if not hidden:
        return f"{text}."
    left_out = ngettext(
        "%(n)s line below %(limit)s is left out.",
        "%(n)s lines below %(limit)s are left out.",
        hidden,
    )
    shown = number_format(hidden, force_grouping=True)
    return f"{text}; " + left_out % {"n": shown, "limit": settings.SMALL_COUNT}


def _no_formula(text: str) -> str:
    return f"'{text}" if text.startswith(FORMULA) else text
