"""The keys by which the programs of a company come in."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company


class Scope(models.TextChoices):
    """What a key may be good for."""

    STOCK = "stock:write", _("count stocks")
    EVENTS = "events:write", _("file traceability events")
    PRODUCTS = "products:write", _("add and change products")
    TERMINALS = "terminals:read", _("read what terminals were told")


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """Which keys."""

    def live(self, at: datetime) -> Self:
        """Keep the keys that open something at an instant."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=at), revoked_at=None)


class ApiKey(models.Model):
    """A secret by which a program acts for a company, as far as its scopes go."""

    class State(models.TextChoices):
        """Whether it opens anything."""

        LIVE = "live", _("in use")
        EXPIRED = "expired", _("has expired")
        REVOKED = "revoked", _("was revoked")

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.CASCADE, related_name="api_keys", verbose_name=_("company")
    )
    name = models.CharField(
        _("name"),
        max_length=100,
        help_text=_("Of the program that uses it: “Stock of the Lyon shop”."),
    )
    # The first characters, by which people tell two keys apart.
    prefix = models.CharField(_("begins with"), max_length=16)
    # SHA-256 of the secret, which itself is kept nowhere.
    digest = models.CharField(_("digest"), max_length=64, unique=True)
    scopes = models.JSONField(_("good for"), default=list)
    replaces = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="replacements",
        verbose_name=_("replaces"),
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    created_at = models.DateTimeField(_("issued"), default=timezone.now)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="api_key_is_kept_as_a_digest",
                condition=Q(digest__regex="^[0-9a-f]{64}$"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def state(self) -> State:
        """Return whether it opens anything now."""
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State.LIVE
