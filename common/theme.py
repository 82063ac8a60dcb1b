"""
The admin's base classes as the theme has them.

Type checkers see Django's own, whose generics unfold's classes do not have; at run time
they are unfold's, which are subclasses of them.
"""

from typing import TYPE_CHECKING

from django.db.models import URLField

if TYPE_CHECKING:
    from django.contrib.admin import AdminSite, ModelAdmin, StackedInline, TabularInline
else:
    from unfold import admin as themed
    from unfold.sites import UnfoldAdminSite as AdminSite

    # An address typed without its scheme is https.
    ADDRESSES = {URLField: {"assume_scheme": "https"}}

    class ModelAdmin(themed.ModelAdmin):
        """An admin drawn by the theme."""

        formfield_overrides = ADDRESSES

    class StackedInline(themed.StackedInline):
        """Rows one under the other, drawn by the theme."""

        formfield_overrides = ADDRESSES

    class TabularInline(themed.TabularInline):
        """Rows as a table, drawn by the theme."""

        formfield_overrides = ADDRESSES


__all__ = ["AdminSite", "ModelAdmin", "StackedInline", "TabularInline"]
