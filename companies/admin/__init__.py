"""The admin of companies, one module per subject, all loaded here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from companies.admin import companies, members, rates, statements

__all__ = ["companies", "members", "rates", "statements"]

admin.site.site_header = "Flashsésame"
admin.site.site_title = "Flashsésame"
admin.site.index_title = gettext_lazy("Back office")
