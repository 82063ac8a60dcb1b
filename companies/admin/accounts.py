"""Accounts and groups of the back office, under the theme. For operators."""

from typing import TYPE_CHECKING

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from common.theme import ModelAdmin

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
class UserAdmin(Users):
    """People who sign in: members, verifiers, operators."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "email", "is_active", "is_staff", "last_login")


@admin.register(Group)
class GroupAdmin(Groups):
    """What the people of a group may do."""
