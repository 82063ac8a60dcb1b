"""Which product took the place of another: a printed code never dies."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from products.models.products import Product


class ReplacementReason(models.TextChoices):
    """Why a number was replaced, after the GS1 GTIN Management Standard."""

    FORMULATION = "formulation", _("recipe, material or function changed")
    CONTENT = "content", _("net content changed")
    PACKAGING = "packaging", _("size or weight of the packaging changed")
    BRAND = "brand", _("brand changed")
    PACK = "pack", _("number of units in the pack changed")
    DISCONTINUED = "discontinued", _("no longer made; the new one comes after it")
    OTHER = "other", _("other")


class ReplacementQuerySet(models.QuerySet["Replacement"]):
    """Which lines of the history."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the history of the products of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(old__company__in=Company.objects.visible_to(user))

    def current(self) -> Self:
        """Keep what holds: the last line of each product, unless it takes back."""
        later = Replacement.objects.filter(old=OuterRef("old"), pk__gt=OuterRef("pk"))
        return self.filter(~Exists(later), new__isnull=False)


class Replacement(models.Model):
    """
    From `since` on, `new` took the place of `old`. Append-only.

    The last line of a product is what holds; one without `new` takes the lines before
    it back.
    """

    old = models.ForeignKey(
        Product,
        models.PROTECT,
        related_name="replacements",
        verbose_name=_("old product"),
    )
    new = models.ForeignKey(
        Product,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaces",
        verbose_name=_("new product"),
    )
    since = models.DateField(_("since"))
    reason = models.CharField(_("reason"), max_length=20, choices=ReplacementReason)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = ReplacementQuerySet.as_manager()

    class Meta:
        verbose_name = _("replacement")
        verbose_name_plural = _("replacements")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="no_product_replaces_itself",
                condition=Q(new=None) | ~Q(new=F("old")),
            ),
            models.CheckConstraint(
                name="replacement_reason_is_known",
                condition=Q(
                    reason__in=[
                        "formulation",
                        "content",
                        "packaging",
                        "brand",
                        "pack",
                        "discontinued",
                        "other",
                    ]
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_id} → {self.new_id or '—'}"
