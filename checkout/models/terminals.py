"""Terminals, the keys that prove their requests, and what they asked."""

import uuid
from typing import TYPE_CHECKING, Any, Self, TypeVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from common import sealing
from companies.models import Company

Key = TypeVar("Key", bound="SigningKey")


class SigningKeyQuerySet(models.QuerySet[Key]):
    """Which keys."""

    if TYPE_CHECKING:
        # Children say `from_queryset`: a checker that reads its cache derives their
        # managers from no manager of this class.
        as_manager: Any

    def active(self) -> Self:
        """Keep the keys that count at this moment."""
        return self.filter(
            Q(not_after=None) | Q(not_after__gt=Now()), not_before__lte=Now()
        )


class SigningKey(models.Model):
    """
    A key of Standard Webhooks with the time in which it counts.

    `whsec_` secrets and `whsk_` private keys are kept sealed; of a key pair that the
    other side made there is the `whpk_` public key alone.
    """

    class Kind(models.TextChoices):
        """How it signs."""

        HMAC = "v1", _("shared secret (HMAC-SHA256)")
        ED25519 = "v1a", _("key pair (Ed25519)")

    kind = models.CharField(_("kind"), max_length=3, choices=Kind, default=Kind.HMAC)
    sealed_secret = models.TextField(editable=False, blank=True)
    public_key = models.CharField(
        _("public key"), max_length=60, blank=True, help_text=_("Ed25519, whpk_…")
    )
    not_before = models.DateTimeField(_("counts from"), db_default=Now())
    not_after = models.DateTimeField(_("counts until"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.pk}"

    @property
    def secret(self) -> str:
        """Return the secret or private key, opened; empty where there is none."""
        return sealing.unseal(self.sealed_secret) if self.sealed_secret else ""


class Endpoint(models.Model):
    """Where a company's tills are told of outcomes: an https address of its own."""

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="webhook_endpoints",
        verbose_name=_("company"),
    )
    url = models.URLField(_("address"), max_length=500)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    disabled_reason = models.CharField(
        _("why disabled"), max_length=40, blank=True, editable=False
    )
    # Since when every attempt failed; null while the last one succeeded.
    failing_since = models.DateTimeField(_("failing since"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("webhook address")
        verbose_name_plural = _("webhook addresses")

    def __str__(self) -> str:
        return self.url


class EndpointKeyQuerySet(SigningKeyQuerySet["EndpointKey"]):
    """Which keys of addresses."""


EndpointKeyManager = models.Manager.from_queryset(EndpointKeyQuerySet)


class EndpointKey(SigningKey):
    """A key with which we sign what an address is told."""

    endpoint = models.ForeignKey(
        Endpoint, models.CASCADE, related_name="keys", verbose_name=_("address")
    )

    objects = EndpointKeyManager()

    class Meta:
        verbose_name = _("key of a webhook address")
        verbose_name_plural = _("keys of webhook addresses")
        indexes = [models.Index(fields=["endpoint", "not_after"], name="endpoint_keys")]


class Terminal(models.Model):
    """The device at a till. It signs what it asks."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="terminals", verbose_name=_("company")
    )
    label = models.CharField(_("label"), max_length=80)
    endpoint = models.ForeignKey(
        Endpoint,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="terminals",
        verbose_name=_("webhook address"),
        help_text=_("Where outcomes are told. Without one, the till asks for them."),
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    last_seen_at = models.DateTimeField(_("last seen"), null=True, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("terminal")
        verbose_name_plural = _("terminals")

    def __str__(self) -> str:
        return f"{self.label} · {self.company}"

    @property
    def proving_keys(self) -> list[str]:
        """Return the keys that prove a request of this terminal now."""
        return [key.secret or key.public_key for key in self.keys.active()]


class TerminalKeyQuerySet(SigningKeyQuerySet["TerminalKey"]):
    """Which keys of terminals."""


TerminalKeyManager = models.Manager.from_queryset(TerminalKeyQuerySet)


class TerminalKey(SigningKey):
    """A key that proves a terminal's requests; two of them may overlap."""

    terminal = models.ForeignKey(
        Terminal, models.CASCADE, related_name="keys", verbose_name=_("terminal")
    )

    objects = TerminalKeyManager()

    class Meta:
        verbose_name = _("key of a terminal")
        verbose_name_plural = _("keys of terminals")
        indexes = [models.Index(fields=["terminal", "not_after"], name="terminal_keys")]


class TerminalRequest(models.Model):
    """What a terminal asked under one key, and the answer it got: a retry gets it."""

    terminal = models.ForeignKey(
        Terminal, models.CASCADE, related_name="requests", verbose_name=_("terminal")
    )
    key = models.CharField(_("key"), max_length=64)
    route = models.CharField(_("route"), max_length=40)
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField(_("answer"), null=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("request of a terminal")
        verbose_name_plural = _("requests of terminals")
        indexes = [models.Index(fields=["created_at"], name="request_by_age")]
        constraints = [
            models.UniqueConstraint(
                name="one_answer_per_terminal_key_and_route",
                fields=["terminal", "key", "route"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.terminal_id} · {self.key}"
