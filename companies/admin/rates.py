"""What employees said of their company."""

from typing import Any

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.http import HttpRequest

from companies.access import RowLevelAdmin
from companies.models import SatisfactionRate
from companies.second_factor import AsksWhenSaving
from companies.services import record_rate


@admin.register(SatisfactionRate)
class SatisfactionRateAdmin(
    AsksWhenSaving[SatisfactionRate], RowLevelAdmin[SatisfactionRate]
):
    """What employees said. Entered by the operator, never edited."""

    list_display = ("company", "percent", "answers", "invited", "measured_on", "level")
    list_filter = (("company", RelatedOnlyFieldListFilter),)
    list_select_related = ("company",)
    autocomplete_fields = ("company",)
    date_hierarchy = "measured_on"

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Any:  # noqa: ARG002, FBT001 - Django's signature
        """Record the rate through the service."""
        return record_rate(author=request.user, **form.cleaned_data)

    def save_model(self, request: Any, obj: Any, form: Any, change: Any) -> None:
        """Do nothing: the service has written."""

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: a rate has no rows of its own."""

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: SatisfactionRate | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: a measure of another day is another row."""
        return False
