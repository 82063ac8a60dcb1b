"""What one source says of one product, all at once."""

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from companies.levels import SourceKind
from companies.models import Company
from products.models.imports import ProductImport
from products.models.products import Product


class SourceRecordQuerySet(models.QuerySet["SourceRecord"]):
    """Which records."""

    def current(self) -> Self:
        """Keep what no later record of the same source supersedes."""
        return self.filter(superseded_by=None)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what concerns the products of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(product__company__in=Company.objects.visible_to(user))


class SourceRecord(models.Model):
    """
    One record of a community's or a register's file: twenty fields in one row.

    Append-only: a later record of the source supersedes this one, and history stays.
    `values` holds, by field path, the members `value`, and where there are any `unit`,
    `status`, `disputed` and `source`, in the form that `vocabulary.clean` gives.
    """

    # Found by the constraint below, which begins with it.
    product = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="records",
        db_index=False,
        verbose_name=_("product"),
    )
    source_kind = models.CharField(
        _("source"), max_length=20, choices=SourceKind, default=SourceKind.COMMUNITY
    )
    source_name = models.CharField(_("name of the source"), max_length=200)
    source_url = models.URLField(_("address of the source"), blank=True)
    observed_at = models.DateTimeField(_("observed"))
    values = models.JSONField(_("values"))
    # SHA-256 of the canonical values: the same digest is no news.
    digest = models.BinaryField(_("digest"), max_length=32)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    # An import is never deleted: nobody asks for the records of one.
    run = models.ForeignKey(
        ProductImport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        db_index=False,
        verbose_name=_("import"),
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = SourceRecordQuerySet.as_manager()

    class Meta:
        verbose_name = _("record of a source")
        verbose_name_plural = _("records of sources")
        ordering = ["-pk"]
        constraints = [
            # One first record of each source, each superseded once: one is current.
            models.UniqueConstraint(
                "product",
                "source_name",
                Coalesce("supersedes", 0),
                name="one_current_record_per_product_and_source",
            ),
            models.CheckConstraint(
                name="record_source_is_known",
                condition=Q(source_kind__in=SourceKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.source_name}"
