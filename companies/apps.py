"""The application, with its name in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CompaniesConfig(AppConfig):
    """The room `companies`."""

    name = "companies"
    verbose_name = _("Companies")
