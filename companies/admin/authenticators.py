"""Second factors of all accounts, for operators: who lost theirs gets it taken away."""

# They register what is taken back below.
import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from common.theme import ModelAdmin
from companies.access import OnlyRead
from companies.second_factor import AsksWhenSaving

# The address of an account is edited with the account.
admin.site.unregister(EmailAddress)
admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(
    OnlyRead[Authenticator], AsksWhenSaving[Authenticator], ModelAdmin[Authenticator]
):
    """
    What an account signs in with besides the password; its secret is never shown.

    Removing all of them lets the person sign in with the password and set up new ones.
    """

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__username", "user__email")
    fields = list_display
    readonly_fields = list_display
    empty_hint = gettext_lazy("Nobody has set up a second factor yet.")

    def has_view_permission(
        self, request: HttpRequest, obj: Authenticator | None = None
    ) -> bool:
        """Let operators only, whatever permissions somebody was given."""
        return request.user.is_superuser and super().has_view_permission(request, obj)

    def has_delete_permission(
        self, request: HttpRequest, obj: Authenticator | None = None
    ) -> bool:
        """Let operators only."""
        return request.user.is_superuser and super().has_delete_permission(request, obj)
