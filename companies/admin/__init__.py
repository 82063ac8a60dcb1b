"""The admin of companies, one module per subject, all loaded here."""

from django.contrib import admin
from django.utils.translation import gettext_lazy

from companies.admin import (
    accounts,
    acts,
    authenticators,
    checks,
    companies,
    credentials,
    did_documents,
    disputes,
    evidence,
    figures,
    imports,
    invitations,
    issuing,
    keys,
    log,
    members,
    rates,
    registers,
    statements,
    verifiers,
    verifying,
)

__all__ = [
    "accounts",
    "acts",
    "authenticators",
    "checks",
    "companies",
    "credentials",
    "did_documents",
    "disputes",
    "evidence",
    "figures",
    "imports",
    "invitations",
    "issuing",
    "keys",
    "log",
    "members",
    "rates",
    "registers",
    "statements",
    "verifiers",
    "verifying",
]

admin.site.site_header = "Flashsésame"
admin.site.site_title = "Flashsésame"
admin.site.index_title = gettext_lazy("Back office")
