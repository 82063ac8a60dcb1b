"""What is stated of a product, field by field."""

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company, StatementBase
from products.models.products import Product


class FieldStatementQuerySet(models.QuerySet["Statement"]):
    """Which statements."""

    def current(self) -> Self:
        """Keep what no later statement supersedes."""
        return self.filter(superseded_by=None)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what concerns the products of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(product__company__in=Company.objects.visible_to(user))


class Statement(StatementBase):
    """What is stated of one field of a product's sheet."""

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="statements", verbose_name=_("product")
    )
    field = models.CharField(_("field"), max_length=60)

    objects = FieldStatementQuerySet.as_manager()

    class Meta(StatementBase.Meta):
        verbose_name = _("statement of the sheet")
        verbose_name_plural = _("statements of the sheets")
        indexes = [
            models.Index(fields=["product", "field"], name="statement_by_field"),
            models.Index(
                fields=["id"], name="field_statement_unlogged", condition=Q(entry=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.field}"
