"""The admin of labels: an order on one page, then its progress and its file."""

import base64
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from companies.access import RowLevelAdmin, edited_companies, is_operator, may_edit
from products.admin import ProductAdmin
from products.models import Product
from scanning.admin.attachments import attachment
from scanning.admin.label_form import LabelOrderForm
from scanning.errors import LabelFileGone
from scanning.labels import files, making
from scanning.labels.layouts import LAYOUTS
from scanning.models import LabelRun
from scanning.services import label_planning, labelling

# Chosen products travel in the address of the form.
MAX_CHOSEN = 200
WHY = {
    making.DISK_FULL: gettext_lazy("The disk is full. Nothing half-made was kept."),
    making.FILE_ERROR: gettext_lazy("The file could not be written."),
    making.READ_BACK_FAILED: gettext_lazy(
        "A label did not read back as it should, so none is handed out."
    ),
    making.GAVE_UP: gettext_lazy("The workers died several times at the same place."),
}


@admin.register(LabelRun)
class LabelRunAdmin(RowLevelAdmin[LabelRun]):
    """Runs of labels. Asked for on one page; afterwards only looked at."""

    member_actions = ("view", "add")
    empty_hint = gettext_lazy(
        "Order labels for your products: a PDF for label sheets, or pictures for a "
        "printer. Each code is read back before you get it."
    )
    list_display = ("title", "progress", "layout_title", "made_at", "company")
    list_select_related = ("company",)
    list_filter = ("state", ("company", RelatedOnlyFieldListFilter))
    search_fields = ("title", "lines__product__gtin", "lines__lot")
    date_hierarchy = "made_at"
    add_template: ClassVar[str] = "admin/scanning/labelrun/order.html"
    run_template: ClassVar[str] = "admin/scanning/labelrun/run.html"

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: LabelRun | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: other labels are another order."""
        return False

    def get_list_filter(self, request: HttpRequest) -> Any:
        """Filter by company for who sees many."""
        return super().get_list_filter(request) if is_operator(request) else ("state",)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def progress(self, run: LabelRun) -> str:
        """Return the state, with how far it is."""
        state = run.get_state_display()
        return f"{state} ({run.done} / {run.total})" if run.is_open else state

    @admin.display(description=gettext_lazy("layout"), ordering="layout")
    def layout_title(self, run: LabelRun) -> str:
        """Return the sheet in words; a sheet that is no longer offered by its key."""
        layout = LAYOUTS.get(run.layout)
        return str(layout.title) if layout else run.layout

    def get_urls(self) -> list[URLPattern]:
        """Add the addresses of a run's file and of what may be done with it."""

        def own(name: str, view: Any) -> URLPattern:
            address = f"<uuid:run_id>/{name}/"
            guarded = self.admin_site.admin_view(view)
            pattern: URLPattern = path(
                address, guarded, name=f"scanning_labelrun_{name}"
            )
            return pattern

        return [
            own("download", self.download),
            own("cancel", self.cancel),
            own("again", self.again),
            *super().get_urls(),
        ]

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Take an order: show it with its first label, or make it."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        products = _printable(request)
        if request.method != "POST":
            chosen = request.GET.get("products", "").split(",")[:MAX_CHOSEN]
            own = [product.pk for product in products.filter(pk__in=chosen)]
            form = LabelOrderForm(initial={"products": own}, products=products)
            return self._order_page(request, form, extra_context)
        form = LabelOrderForm(request.POST, request.FILES, products=products)
        if not form.is_valid():
            return self._order_page(request, form, extra_context)
        try:
            batches, style = form.batches(), form.style()
            if "_preview" in request.POST:
                plan = label_planning.plan_labels(batches=batches, style=style)
                shown = {**(extra_context or {}), **_preview(plan)}
                return self._order_page(request, _kept(form, products), shown)
            run = labelling.ask_for_labels(
                batches=batches,
                style=style,
                author=request.user,
            )
        except DomainError as refused:
            for sentence in refused.detail.split("\n"):
                form.add_error(None, sentence)
            return self._order_page(request, form, extra_context)
        return HttpResponseRedirect(_address(run))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",  # noqa: ARG002 - Django's signature
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show how far a run is, and what may be done with it."""
        run = self.get_object(request, object_id)
        if run is None:
            raise Http404
        if not self.has_view_permission(request, run):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": run.title,
            "run": run,
            "layout": self.layout_title(run),
            "why": WHY.get(run.error_code, run.error_code),
            "percent": 100 * run.done // run.total,
            "may_edit": may_edit(request, run.company),
            "lines": run.lines.select_related("product")[:20],
            "more_lines": max(0, run.lines.count() - 20),
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.run_template, context)

    def download(self, request: HttpRequest, run_id: Any) -> HttpResponseBase:
        """Hand out the file to who may see the run."""
        run = self._own(request, run_id)
        path_of_file = files.folder(run.pk) / run.file_name
        if not (run.has_file and path_of_file.is_file()):
            gone = LabelFileGone(_("This file was removed. Make the labels again."))
            self.message_user(request, gone.detail, messages.WARNING)
            return HttpResponseRedirect(_address(run))
        return attachment(request, path_of_file)

    def cancel(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """Stop a run."""
        return self._act(request, run_id, labelling.cancel_labels)

    def again(self, request: HttpRequest, run_id: Any) -> HttpResponse:
        """Make the labels of a run once more."""
        return self._act(request, run_id, labelling.make_labels_again)

    def _act(self, request: HttpRequest, run_id: Any, service: Any) -> HttpResponse:
        run = self._own(request, run_id)
        if request.method != "POST" or not may_edit(request, run.company):
            raise PermissionDenied
        try:
            service(run=run, author=request.user)
        except DomainError as refused:
            self.message_user(request, refused.detail, messages.WARNING)
        return HttpResponseRedirect(_address(run))

    def _own(self, request: HttpRequest, run_id: Any) -> LabelRun:
        run = self.get_queryset(request).filter(pk=run_id).first()
        if run is None or not self.has_view_permission(request, run):
            raise Http404
        return run

    def _order_page(
        self,
        request: HttpRequest,
        form: LabelOrderForm,
        extra_context: dict[str, Any] | None,
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Print labels"),
            "form": form,
            "media": self.media + form.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, self.add_template, context)


# Registered over the products' own admin, as Django's documentation does with users:
# this room may know the products, they may not know their labels. Importing their
# module above has registered the original first, whatever the order of the rooms.
admin.site.unregister(Product)


@admin.register(Product)
class PrintableProductAdmin(ProductAdmin):
    """A product, whose labels may be printed."""

    actions: Any = (*ProductAdmin.actions, "print_labels")

    @admin.action(
        description=gettext_lazy("Print labels of the chosen products"),
        permissions=["change"],
    )
    def print_labels(
        self, request: HttpRequest, queryset: QuerySet[Product]
    ) -> HttpResponse | None:
        """Open the order with these products."""
        chosen = list(queryset.values_list("pk", flat=True)[: MAX_CHOSEN + 1])
        if len(chosen) > MAX_CHOSEN:
            text = _("At most %(most)s products at a time; for more, use a list.")
            text %= {"most": MAX_CHOSEN}
            self.message_user(request, text, messages.WARNING)
            return None
        address = reverse(f"{self.admin_site.name}:scanning_labelrun_add")
        query = urlencode({"products": ",".join(chosen)}, safe=",")
        return HttpResponseRedirect(f"{address}?{query}")


def _printable(request: HttpRequest) -> QuerySet[Product]:
    """Return the products whose labels this person may order."""
    products = Product.objects.select_related("company").filter(company__isnull=False)
    if is_operator(request):
        return products
    return products.filter(company__in=edited_companies(request))


def _address(run: LabelRun) -> str:
    return reverse("admin:scanning_labelrun_change", args=[run.pk])


def _preview(plan: label_planning.Plan) -> dict[str, Any]:
    drawing = base64.b64encode(plan.preview()).decode()
    return {
        "plan": plan,
        "preview": f"data:image/svg+xml;base64,{drawing}",
        "preview_width": plan.layout.label[0],
    }


def _kept(form: LabelOrderForm, products: QuerySet[Product]) -> LabelOrderForm:
    """Return the form with an uploaded list as text: a browser sends no file twice."""
    if not form.cleaned_data["file"]:
        return form
    data = QueryDict(mutable=True)
    data.update(form.data)
    data["listed"] = form.cleaned_data["file"]
    return LabelOrderForm(data, products=products)
