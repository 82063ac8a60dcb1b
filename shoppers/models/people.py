"""Shoppers, their phones, and the passes by which a till reaches them."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class Shopper(models.Model):
    """A person who scans and answers. Nothing here says who they are."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    display_name = models.CharField(
        _("name shown to themselves"), max_length=80, blank=True
    )
    language = models.CharField(
        _("language"), max_length=2, choices=[("fr", "français"), ("en", "English")]
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("shopper")
        verbose_name_plural = _("shoppers")
        constraints = [
            models.CheckConstraint(
                name="shopper_language_is_served",
                condition=Q(language__in=["fr", "en"]),
            )
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_authenticated(self) -> bool:
        """Say yes: a shopper is only ever loaded by a valid token (REST framework)."""
        return True

    @property
    def channel(self) -> str:
        """Return the name of the channel that wakes this shopper's streams."""
        return f"shopper.{self.pk}"


class DeviceQuerySet(models.QuerySet["Device"]):
    """Which phones."""

    def active(self) -> Self:
        """Keep the phones whose token still opens."""
        return self.filter(revoked_at=None)


class Device(models.Model):
    """A phone of a shopper, known by the digest of its token."""

    shopper = models.ForeignKey(
        Shopper, models.CASCADE, related_name="devices", verbose_name=_("shopper")
    )
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        verbose_name = _("phone")
        verbose_name_plural = _("phones")

    def __str__(self) -> str:
        return f"{self.shopper_id} · {self.pk}"


class PassQuerySet(models.QuerySet["Pass"]):
    """Which passes."""

    def usable(self) -> Self:
        """Keep the passes that no till has used and that are still alive."""
        return self.filter(consumed_at=None, expires_at__gt=Now())


class Pass(models.Model):
    """A one-time code: its digest leads a till to a shopper, once, for seconds."""

    shopper = models.ForeignKey(
        Shopper, models.CASCADE, related_name="passes", verbose_name=_("shopper")
    )
    handle_digest = models.CharField(max_length=64, unique=True, editable=False)
    expires_at = models.DateTimeField(_("expires"))
    consumed_at = models.DateTimeField(_("used"), null=True, blank=True)

    objects = PassQuerySet.as_manager()

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        indexes = [models.Index(fields=["expires_at"], name="pass_by_expiry")]

    def __str__(self) -> str:
        return str(self.pk)
