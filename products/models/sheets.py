"""The sheets that were published."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.models import Entry
from products.models.products import Product

LANGUAGES = ("fr", "en")


class SheetQuerySet(models.QuerySet["Sheet"]):
    """Which revisions."""

    def of_gtin(self, gtin: str, language: str) -> Self:
        """Keep the revisions of one product in one language, newest first."""
        return self.filter(product=gtin, language=language).order_by("-revision")


class Sheet(models.Model):
    """
    One published revision of a product's sheet, in one language. Never edited.

    `body` is what is served; `digest` is SHA-256 of `salt` and `body`, by which the
    log vouches for it: erased, it has neither of both any more. `brotli` and `gzip` are
    its forms that `products.compressing` makes; a revision older than they are is
    served uncoded.
    """

    product = models.ForeignKey(
        Product, models.PROTECT, related_name="sheets", verbose_name=_("product")
    )
    language = models.CharField(_("language"), max_length=2)
    revision = models.PositiveIntegerField(_("revision"))
    body = models.BinaryField(_("document"))
    brotli = models.BinaryField("Brotli", null=True)
    gzip = models.BinaryField("gzip", null=True)
    etag = models.CharField("ETag", max_length=32)
    surrogate_keys = models.CharField(
        _("keys for caches"), max_length=100, default="", blank=True
    )
    content_digest = models.BinaryField(_("digest of the content"), max_length=32)
    salt = models.BinaryField(_("salt"), max_length=32)
    digest = models.BinaryField(_("digest"), max_length=32)
    # Its place in the log; none yet for what is older than the log.
    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("entry in the log"),
    )
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
        indexes = [
            models.Index(fields=["id"], name="sheet_unlogged", condition=Q(entry=None)),
        ]
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

    @property
    def is_erased(self) -> bool:
        """Say whether the document was destroyed, as the law may ask."""
        return not self.salt
