"""The application, with its name in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CheckoutConfig(AppConfig):
    """The room `checkout`."""

    name = "checkout"
    verbose_name = _("Till")

    def ready(self) -> None:
        """Register the tasks: hints name them, from whichever process."""
        from checkout import tasks  # noqa: F401
