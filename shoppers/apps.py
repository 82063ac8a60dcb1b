"""The application, with its name in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ShoppersConfig(AppConfig):
    """The room `shoppers`."""

    name = "shoppers"
    verbose_name = _("Shoppers")
