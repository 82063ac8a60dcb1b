"""A shopper's own history of scans: off unless they switch it on."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Subquery
from django.utils.translation import gettext_lazy as _

from products.models import Product, Sheet
from shoppers.models import Shopper


class ScanHistory(models.Model):
    """
    Whether one shopper keeps a history. No row means no.

    `generation` grows when the history is switched on or off and when it is erased. A
    scan carries the generation under which it was made, so that one which was still in
    some process's memory at that moment is never written afterwards. No clock is
    compared: the processes may run on several machines.
    """

    shopper = models.OneToOneField(
        Shopper,
        models.CASCADE,
        primary_key=True,
        related_name="scan_history",
        verbose_name=_("shopper"),
    )
    is_enabled = models.BooleanField(_("switched on"), default=False)
    generation = models.PositiveIntegerField(default=0, editable=False)
    enabled_at = models.DateTimeField(_("switched on since"), null=True, blank=True)

    class Meta:
        verbose_name = _("scan history")
        verbose_name_plural = _("scan histories")

    def __str__(self) -> str:
        return str(self.shopper_id)


class HistoryEntryQuerySet(models.QuerySet["HistoryEntry"]):
    """Which entries."""

    def for_list(self) -> Self:
        """Join the product's name and whether it has a sheet, in the same query."""
        name = Product.objects.filter(pk=OuterRef("gtin")).values("name")[:1]
        sheet = Sheet.objects.filter(product=OuterRef("gtin"))
        return self.annotate(product_name=Subquery(name), has_sheet=Exists(sheet))


class HistoryEntry(models.Model):
    """One scan that a shopper chose to keep: what and when, never where."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    shopper = models.ForeignKey(
        Shopper, models.CASCADE, related_name="scans", verbose_name=_("shopper")
    )
    gtin = models.CharField("GTIN", max_length=14)
    lot = models.CharField(_("lot"), max_length=20, blank=True)
    scanned_at = models.DateTimeField(_("scanned"))

    objects = HistoryEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("scan of a history")
        verbose_name_plural = _("scans of histories")
        ordering = ["-scanned_at"]
        indexes = [
            models.Index(
                fields=["shopper", "-scanned_at"], name="history_newest_first"
            ),
            models.Index(fields=["scanned_at"], name="history_by_age"),
            # Who scanned a product that is recalled.
            models.Index(fields=["gtin", "shopper"], name="history_of_product"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
