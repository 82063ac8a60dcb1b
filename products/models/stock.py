"""What the shops have, live, and what is joined to a sheet when it is served."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from products.models.products import Product


class Stock(models.Model):
    """How many units one shop has. Live: never part of a revision."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="stocks", verbose_name=_("product")
    )
    store = models.CharField(_("shop"), max_length=120)
    quantity = models.PositiveIntegerField(_("quantity"))
    as_of = models.DateTimeField(_("as of"))
    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stocks")
        ordering = ["product", "store"]
        constraints = [
            models.UniqueConstraint(
                name="one_stock_per_product_and_shop", fields=["product", "store"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.store}: {self.quantity}"


class StockDocument(models.Model):
    """
    The stock of one product as the sheet shows it, per language, ready to be served.

    Written with the stock; the sheet's reader joins it without looking inside.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="stock_documents")
    language = models.CharField(max_length=2)
    body = models.BinaryField()
    tag = models.CharField(max_length=16)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_stock_document_per_language", fields=["product", "language"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.language}"
