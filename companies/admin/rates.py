"""What employees said of their company."""

from django.contrib import admin
from django.contrib.admin import RelatedOnlyFieldListFilter
from django.http import HttpRequest

from companies.access import RowLevelAdmin
from companies.models import SatisfactionRate


@admin.register(SatisfactionRate)
class SatisfactionRateAdmin(RowLevelAdmin[SatisfactionRate]):
    """What employees said. Entered by the operator, never edited."""

    list_display = ("company", "percent", "answers", "invited", "measured_on", "level")
    list_filter = (("company", RelatedOnlyFieldListFilter),)
    list_select_related = ("company",)
    autocomplete_fields = ("company",)
    date_hierarchy = "measured_on"

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: SatisfactionRate | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: a measure of another day is another row."""
        return False
