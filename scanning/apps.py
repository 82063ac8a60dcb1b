"""The application, with its name in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ScanningConfig(AppConfig):
    """The room `scanning`."""

    name = "scanning"
    verbose_name = _("Scans")
