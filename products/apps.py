"""The application, with its name in the admin."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ProductsConfig(AppConfig):
    """The room `products`."""

    name = "products"
    verbose_name = _("Products")

    def ready(self) -> None:
        """Say where what is logged stands, for audits."""
        # The module needs the models, which are loaded by now.
        from companies.entering import source
        from ledger import contents
        from products.entering import BOOKS

        for book in BOOKS:
            contents.register(source(book))
