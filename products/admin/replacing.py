"""Which product took the place of which: recorded, and taken back by a later line."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import DomainError
from companies.access import RowLevelAdmin
from companies.forms import RefusableForm
from companies.second_factor import AsksWhenSaving
from products import services
from products.models import Replacement


class ReplacementForm(RefusableForm):
    """One product in the place of another, since a day."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "since" in self.fields:
            self.fields["since"].initial = timezone.localdate
        if "new" in self.fields:
            # A line without one is made by taking back.
            self.fields["new"].required = True

    class Meta:
        model = Replacement
        fields = ("old", "new", "since", "reason")


@admin.register(Replacement)
class ReplacementAdmin(AsksWhenSaving[Replacement], RowLevelAdmin[Replacement]):
    """The history of what replaced what. Lines are added, never changed."""

    form = ReplacementForm
    company_path = "old__company"
    member_actions = ("view", "add")
    list_display = ("old", "new_product", "since", "reason", "created_at")
    list_select_related = ("old__company", "new")
    list_filter = ("reason",)
    search_fields = ("old__gtin", "old__name")
    autocomplete_fields = ("old", "new")
    fields = ("old", "new", "since", "reason")
    actions = ("take_back",)
    date_hierarchy = "since"
    list_per_page = 50
    empty_hint: ClassVar[Any] = gettext_lazy(
        "When a product gets a new number, say so here: the printed codes of the old "
        "one go on leading somewhere."
    )

    @admin.display(description=gettext_lazy("new product"), ordering="new")
    def new_product(self, row: Replacement) -> str:
        """Return what took its place, or that this was taken back."""
        return str(row.new) if row.new else _("taken back")

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Replacement | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: a correction is a later line."""
        return False

    def save_model(
        self,
        request: HttpRequest,
        obj: Replacement,
        form: Any,
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Record it by the service."""
        given = form.cleaned_data
        author: Any = request.user
        row = services.replace_product(
            old=given["old"],
            new=given["new"],
            since=given["since"],
            reason=given["reason"],
            author=author,
        )
        obj.pk, obj.created_at = row.pk, row.created_at

    @admin.action(
        description=gettext_lazy("Take back: the product is not replaced"),
        permissions=["add"],
    )
    def take_back(
        self, request: HttpRequest, queryset: QuerySet[Replacement]
    ) -> HttpResponse | None:
        """Take back what holds of the chosen products; say of which it could not be."""
        author: Any = request.user
        done = set()
        for row in queryset.select_related("old"):
            if row.old_id in done:
                continue
            done.add(row.old_id)
            try:
                services.take_replacement_back(old=row.old, author=author)
            except DomainError as refused:
                self.message_user(
                    request, f"{row.old} : {refused.detail}", messages.ERROR
                )
            else:
                text = _("%(product)s is not replaced any more.") % {"product": row.old}
                self.message_user(request, text, messages.SUCCESS)
        return None
