"""Trade items, their families, and how far their sheets follow their company."""

from typing import Self

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company


class Family(models.Model):
    """Products that differ only by size, colour or pack."""

    name = models.CharField(_("name"), max_length=200)
    reference = models.CharField(
        _("model number"),
        max_length=40,
        blank=True,
        help_text=_("Your own number of the model, shown as that of the family."),
    )
    # Codes of `families.ATTRIBUTES`, in the order in which they are shown.
    varies_by = models.JSONField(_("differ by"), default=list, blank=True)
    # What siblings show of one another changed: their sheets are due.
    news_at = models.DateTimeField(null=True, editable=False)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="families",
        verbose_name=_("company"),
    )

    class Meta:
        verbose_name = _("family of variants")
        verbose_name_plural = _("families of variants")

    def __str__(self) -> str:
        return self.name


class Following(models.Model):
    """Which state of a company its products' sheets were brought up to."""

    company = models.OneToOneField(
        Company,
        models.CASCADE,
        primary_key=True,
        related_name="following",
        verbose_name=_("company"),
    )
    changes = models.PositiveBigIntegerField(_("changes"))
    # Of what the sheets show of the company: without news there is nothing to publish.
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("company that sheets follow")
        verbose_name_plural = _("companies that sheets follow")

    def __str__(self) -> str:
        return str(self.company_id)


class ProductQuerySet(models.QuerySet["Product"]):
    """Which products."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the products of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))

    def due(self) -> Self:
        """Keep what waits for a new revision, the longest wait first."""
        return self.filter(publication_due_at__isnull=False).order_by(
            "publication_due_at"
        )


class Product(models.Model):
    """
    A trade item, known by its GTIN in 14 digits.

    The GTIN is the key: it never changes, and a sheet is found by it without a join.
    """

    gtin = models.CharField(
        "GTIN",
        max_length=14,
        primary_key=True,
        validators=[RegexValidator("^[0-9]{14}$")],
        help_text=_("14 digits, padded with zeros on the left."),
    )
    name = models.CharField(
        _("name"), max_length=300, help_text=_("For lists; the sheet has its own.")
    )
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("company"),
        help_text=_("Empty while no company has declared this product."),
    )
    family = models.ForeignKey(
        Family,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("family of variants"),
    )
    variant = models.JSONField(
        _("variant"),
        default=dict,
        blank=True,
        help_text=_('What sets it apart in its family: {"size": "500 g"}.'),
    )
    attribution = models.CharField(_("attribution"), max_length=300, blank=True)
    attribution_url = models.URLField(_("address of the source"), blank=True)
    publication_due_at = models.DateTimeField(
        _("publication due"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ["name"]
        indexes = [
            models.Index(
                fields=["publication_due_at"],
                name="product_due",
                condition=Q(publication_due_at__isnull=False),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="gtin_has_14_digits", condition=Q(gtin__regex="^[0-9]{14}$")
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.gtin})"
