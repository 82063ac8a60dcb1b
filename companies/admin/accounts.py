"""Accounts and groups of the back office, under the theme. For operators."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from common.theme import ModelAdmin
from companies.second_factor import AsksWhenSaving, require_second_factor

if TYPE_CHECKING:

    class Users(DjangoUserAdmin[User]):
        """Django's admin of users."""

    class Groups(DjangoGroupAdmin):
        """Django's admin of groups."""

else:

    class Users(DjangoUserAdmin, ModelAdmin):
        """Django's admin of users, drawn by the theme."""

    class Groups(DjangoGroupAdmin, ModelAdmin):
        """Django's admin of groups, drawn by the theme."""


admin.site.unregister(User)
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(AsksWhenSaving[User], Users):
    """People who sign in: members, verifiers, operators."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_active", "is_staff", "last_login")

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> Any:
        """Ask before the form is shown: what is typed into it is not kept."""
        if self.has_change_permission(request):
            require_second_factor(request)
        return super().user_change_password(request, id, form_url)


@admin.register(Group)
class GroupAdmin(AsksWhenSaving[Group], Groups):
    """What the people of a group may do."""
