"""Who was told of a recall: a shopper who keeps a history, and nobody else knows."""

import uuid
from typing import Self

from django.db import models
from django.db.models import BooleanField, Case, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from products.models import Notice
from shoppers.models import Shopper


class NoticeDeliveryQuerySet(models.QuerySet["NoticeDelivery"]):
    """Which deliveries."""

    def for_list(self) -> Self:
        """Join the notice and its product, and say which were seen, in one query."""
        seen = Case(
            When(seen_at=None, then=Value(value=False)),
            default=Value(value=True),
            output_field=BooleanField(),
        )
        return self.select_related("notice__product", "notice__company").annotate(
            is_seen=seen
        )


class NoticeDelivery(models.Model):
    """
    What one shopper has to know of a notice on something in their history.

    One row for each notice: a correction, or its end, makes it unseen again. Erased
    with the history.
    """

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    shopper = models.ForeignKey(
        Shopper, models.CASCADE, related_name="notices", verbose_name=_("shopper")
    )
    number = models.UUIDField(_("notice"))
    # The version that was told.
    notice = models.ForeignKey(
        Notice, models.CASCADE, related_name="+", verbose_name=_("version")
    )
    gtin = models.CharField("GTIN", max_length=14)
    # The scanned lot that decides; empty where none is known.
    lot = models.CharField(_("lot"), max_length=20, blank=True)
    # None where the lot is not known, or does not say it.
    is_affected = models.BooleanField(_("concerned"), null=True)
    told_at = models.DateTimeField(_("told"), default=timezone.now)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    objects = NoticeDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice told to a shopper")
        verbose_name_plural = _("notices told to shoppers")
        ordering = ["-told_at"]
        indexes = [
            models.Index(
                fields=["shopper"],
                name="unseen_notices",
                condition=models.Q(seen_at=None),
            ),
            models.Index(fields=["told_at"], name="deliveries_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_delivery_per_shopper_and_notice",
                fields=["number", "shopper"],
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Spreading(models.Model):
    """How far the last version of a notice was told: shopper by shopper."""

    number = models.UUIDField(_("notice"), primary_key=True)
    notice = models.ForeignKey(
        Notice, models.CASCADE, related_name="+", verbose_name=_("version")
    )
    # The last shopper who was looked at, in the order of the keys.
    after = models.UUIDField(_("up to"), null=True)
    # Persons, not messages. It stays when they erase their history.
    told = models.PositiveIntegerField(_("told"), default=0)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("spreading of a notice")
        verbose_name_plural = _("spreadings of notices")
        indexes = [
            models.Index(
                fields=["number"],
                name="spreading_to_do",
                condition=models.Q(done_at=None),
            )
        ]

    def __str__(self) -> str:
        return str(self.number)
