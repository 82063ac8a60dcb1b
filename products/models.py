"""Products, what is stated of them, their stock, and the sheets that were published."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models import Company, StatementBase

LANGUAGES = ("fr", "en")


class Family(models.Model):
    """Products that differ only by size, colour or pack."""

    name = models.CharField(_("name"), max_length=200)
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
        indexes = [models.Index(fields=["product", "field"], name="statement_by_field")]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.field}"


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


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Which revisions."""

    def of_gtin(self, gtin: str, language: str) -> Self:
        """Keep the revisions of one product in one language, newest first."""
        return self.filter(product=gtin, language=language).order_by("-revision")


class Sheet(models.Model):
    """
    One published revision of a product's sheet, in one language. Never edited.

    `body` is what is served; `digest` is SHA-256 of `salt` and `body`, by which the
    ledger will vouch for it.
    """

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="sheets", verbose_name=_("product")
    )
    language = models.CharField(_("language"), max_length=2)
    revision = models.PositiveIntegerField(_("revision"))
    body = models.BinaryField(_("document"))
    etag = models.CharField("ETag", max_length=32)
    content_digest = models.BinaryField(_("digest of the content"), max_length=32)
    salt = models.BinaryField(_("salt"), max_length=32)
    digest = models.BinaryField(_("digest"), max_length=32)
    published_at = models.DateTimeField(_("published"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("sheet revision")
        verbose_name_plural = _("sheet revisions")
        ordering = ["-published_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_sheet_per_revision_and_language",
                fields=["product", "language", "revision"],
            ),
            models.CheckConstraint(
                name="sheet_language_is_served", condition=Q(language__in=LANGUAGES)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.language} · {self.revision}"
