"""What the shops have, live, and what is joined to a sheet when it is served."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from products.models.products import Product


class StockQuerySet(models.QuerySet["Stock"]):
    """Which counts."""

    def counted_after(self, moment: datetime) -> Self:
        """Keep what is recent enough to be shown."""
        return self.filter(as_of__gt=moment)


class Stock(models.Model):
    """How many units one shop has. Live: never part of a revision."""

    product = models.ForeignKey(
        Product, models.CASCADE, related_name="stocks", verbose_name=_("product")
    )
    store = models.CharField(_("shop"), max_length=120)
    quantity = models.PositiveIntegerField(_("quantity"))
    as_of = models.DateTimeField(_("as of"))
    version = models.PositiveIntegerField(_("version"), default=1)

    objects = StockQuerySet.as_manager()

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


class Offering(models.Model):
    """Whether a product is sold at all, whatever the shops count; without one it is."""

    class State(models.TextChoices):
        """Where a product stands in its life."""

        ON_SALE = "on_sale", _("on sale")
        PREORDER = "preorder", _("on preorder")
        DISCONTINUED = "discontinued", _("discontinued")

    product = models.OneToOneField(
        Product,
        models.CASCADE,
        primary_key=True,
        related_name="offering",
        verbose_name=_("product"),
    )
    state = models.CharField(
        _("availability"), max_length=12, choices=State, default=State.ON_SALE
    )
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("availability")
        verbose_name_plural = _("availabilities")
        constraints = [
            models.CheckConstraint(
                name="offering_state_is_known",
                condition=Q(state__in=["on_sale", "preorder", "discontinued"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.get_state_display()}"


class LiveDocument(models.Model):
    """
    What is joined to the sheet of one product when it is served, per language.

    Each part is canonical JSON with its tag, ready to be sent, or nothing; the sheet's
    reader joins them without looking inside.
    """

    product = models.ForeignKey(Product, models.CASCADE, related_name="live_documents")
    language = models.CharField(max_length=2)
    stock = models.BinaryField(null=True)
    stock_tag = models.CharField(max_length=16, null=True)  # noqa: DJ001 - as its part
    # The oldest count in it: after `STALE_AFTER` from then nothing of it is shown.
    stock_as_of = models.DateTimeField(null=True)
    alternatives = models.BinaryField(null=True)
    alternatives_tag = models.CharField(max_length=16, null=True)  # noqa: DJ001 - as its part

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_document_per_language", fields=["product", "language"]
            )
        ]
        indexes = [
            models.Index(
                fields=["stock_as_of"],
                name="live_stock_by_age",
                condition=Q(stock_as_of__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.language}"


class StockBulk(models.Model):
    """
    Many counts that a program sent at once, under an identifier of its own.

    Sent again, the same answer is given and nothing is counted twice.
    """

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="+", verbose_name=_("company")
    )
    key = models.CharField(max_length=200)
    # SHA-256 of what was sent: another content under the same key is a mistake.
    digest = models.CharField(max_length=64)
    answer = models.BinaryField(default=bytes)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_stock_bulk_per_key", fields=["company", "key"]
            )
        ]
        indexes = [models.Index(fields=["created_at"], name="stock_bulk_by_age")]

    def __str__(self) -> str:
        return f"{self.company_id} · {self.key}"
