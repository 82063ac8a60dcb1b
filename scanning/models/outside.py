"""What an outside catalogue says of a code: beside what companies state, never in."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class OutsideProductQuerySet(models.QuerySet["OutsideProduct"]):
    """Which answers."""

    def due(self) -> Self:
        """Keep what somebody scanned and whose moment to be asked has come."""
        return self.filter(is_wanted=True, next_try_at__lte=timezone.now()).order_by(
            "next_try_at"
        )


class OutsideProduct(models.Model):
    """
    One code's answer of an outside catalogue, and when it may be asked again.

    A scan of an unknown code makes it wanted; an answer, or the end of the attempts,
    makes it rest until `next_try_at` and the next scan after that.
    """

    class State(models.TextChoices):
        """What is known."""

        DUE = "due", _("to be asked")
        FOUND = "found", _("found")
        ABSENT = "absent", _("not there")
        FAILED = "failed", _("no usable answer")

    gtin = models.CharField("GTIN", max_length=14, primary_key=True)
    source = models.CharField(_("source"), max_length=40)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.DUE
    )
    is_wanted = models.BooleanField(_("wanted"), default=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"))
    reason = models.CharField(_("last failure"), max_length=40, blank=True)
    name = models.CharField(_("name"), max_length=300, blank=True)
    brands = models.CharField(_("brands"), max_length=300, blank=True)
    quantity = models.CharField(_("quantity"), max_length=100, blank=True)
    image_url = models.URLField(_("picture"), max_length=500, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    fetched_at = models.DateTimeField(_("fetched"), null=True, blank=True)

    objects = OutsideProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product of an outside catalogue")
        verbose_name_plural = _("products of outside catalogues")
        constraints = [
            models.CheckConstraint(
                name="outside_state_is_known",
                condition=Q(state__in=["due", "found", "absent", "failed"]),
            ),
            models.CheckConstraint(
                name="outside_found_says_when",
                condition=~Q(state="found") | Q(fetched_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="outside_product_due",
                condition=Q(is_wanted=True),
            )
        ]

    def __str__(self) -> str:
        return self.gtin
