"""Recalls and safety notices: what whoever holds a product has to know first."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import ApiKey, Company
from products.models.products import Product


class NoticeKind(models.TextChoices):
    """What a notice asks for."""

    RECALL = "recall", _("recall")
    SAFETY = "safety", _("safety notice")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Which notices."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the notices on the products of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(product__company__in=Company.objects.visible_to(user))

    def current(self) -> Self:
        """Keep the last version of each notice, withdrawn or not."""
        later = Notice.objects.filter(
            number=OuterRef("number"), version__gt=OuterRef("version")
        )
        return self.filter(~Exists(later))

    def in_force(self) -> Self:
        """Keep what holds now."""
        return self.current().filter(is_withdrawn=False)


class Notice(models.Model):
    """
    One version of a recall or of a safety notice. Append-only.

    `number` is the notice; its last version is what holds. A correction is the next
    version, and so is the end of it, with `is_withdrawn`.
    """

    number = models.UUIDField(_("identifier"), default=uuid.uuid4, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="notices", verbose_name=_("product")
    )
    kind = models.CharField(
        _("kind"), max_length=10, choices=NoticeKind, default=NoticeKind.RECALL
    )
    # As `products.batches` has them; none means every unit.
    batches = models.JSONField(_("units concerned"), default=list, blank=True)
    authority = models.CharField(
        _("authority"),
        max_length=120,
        help_text=_("Who recalls or warns: RappelConso, DGCCRF, or the company."),
    )
    reference = models.CharField(
        _("reference"),
        max_length=60,
        help_text=_("The authority’s number of the notice, or your own."),
    )
    url = models.URLField(
        _("address"),
        max_length=500,
        blank=True,
        help_text=_("Where the notice itself can be read: https://…"),
    )
    # By language, `fr` and `en`.
    text = models.JSONField(_("what is wrong"), default=dict)
    what_to_do = models.JSONField(_("what to do"), default=dict, blank=True)
    published_at = models.DateTimeField(
        _("published"), help_text=_("When the authority or the company announced it.")
    )
    is_withdrawn = models.BooleanField(_("withdrawn"), default=False)
    reason = models.CharField(_("why it was changed"), max_length=300, blank=True)
    # In whose name; empty where it was whoever runs the service.
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="notices",
        verbose_name=_("issued by"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("author"),
    )
    api_key = models.ForeignKey(
        ApiKey,
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("API key"),
    )
    recorded_at = models.DateTimeField(
        _("recorded"), default=timezone.now, editable=False
    )

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("recall or safety notice")
        verbose_name_plural = _("recalls and safety notices")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["product", "-version"], name="notices_of_product"),
            models.Index(fields=["-recorded_at"], name="notices_newest_first"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_notice_per_number_and_version", fields=["number", "version"]
            ),
            models.UniqueConstraint(
                name="one_notice_per_product_and_reference",
                fields=["product", "reference"],
                condition=Q(version=1),
            ),
            models.CheckConstraint(
                name="notice_kind_is_known", condition=Q(kind__in=["recall", "safety"])
            ),
            models.CheckConstraint(
                name="no_notice_begins_withdrawn",
                condition=Q(is_withdrawn=False) | Q(version__gt=1),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.reference}"
