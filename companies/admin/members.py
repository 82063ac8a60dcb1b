"""Who acts for which company."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from companies.access import admit
from companies.models import Membership


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin[Membership]):
    """Who acts for which company. For the operator alone."""

    list_display = ("user", "company", "role")
    list_filter = ("role",)
    list_select_related = ("user", "company")
    search_fields = ("user__username", "company__name")
    autocomplete_fields = ("user", "company")

    def save_model(
        self,
        request: HttpRequest,
        obj: Membership,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Open the admin to the person together with the membership."""
        super().save_model(request, obj, form, change)
        admit(user=obj.user, company=obj.company, role=obj.role)
