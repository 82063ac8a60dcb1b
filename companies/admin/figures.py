"""The computation of the transparency index, with its progress: for the operator."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.theme import ModelAdmin
from companies.access import OnlyRead, is_operator
from companies.models import IndexRun
from companies.services import compute_index


@admin.register(IndexRun)
class IndexRunAdmin(OnlyRead[IndexRun], ModelAdmin[IndexRun]):
    """Each computation: when, of how many companies, how far it is."""

    list_display = ("started_at", "state", "progress", "finished_at")
    fields = ("started_at", "state", "progress", "finished_at")
    change_list_template = "admin/companies/indexrun/change_list.html"

    @admin.display(description=gettext_lazy("Progress"))
    def progress(self, run: IndexRun) -> str:
        """Return how many companies are done, and of how many."""
        percent = 100 * run.done // run.total if run.total else 100
        return _("%(done)s of %(total)s (%(percent)s %%)") % {
            "done": run.done,
            "total": run.total,
            "percent": min(percent, 100),
        }

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: IndexRun | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: old runs go by themselves."""
        return False

    def get_urls(self) -> list[URLPattern]:
        """Add the address of “compute now”."""
        view = self.admin_site.admin_view(self.compute)
        own = path("compute/", view, name="companies_indexrun_compute")
        return [own, *super().get_urls()]

    def compute(self, request: HttpRequest) -> HttpResponse:
        """Begin a computation, unless one is under way."""
        if request.method != "POST" or not is_operator(request):
            raise PermissionDenied
        compute_index(author=request.user)
        messages.success(
            request, _("The index is being computed; this page shows how far it is.")
        )
        return HttpResponseRedirect(
            reverse(f"{self.admin_site.name}:companies_indexrun_changelist")
        )
