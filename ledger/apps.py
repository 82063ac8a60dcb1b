"""The application, with its name in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LedgerConfig(AppConfig):
    """The room `ledger`."""

    name = "ledger"
    verbose_name = _("Ledger")
