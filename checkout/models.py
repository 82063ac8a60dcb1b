"""Terminals, the questions they ask, and what is still to be delivered."""

import secrets
import uuid
from datetime import timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common import sealing
from companies.models import Company
from shoppers.models import Shopper

FIRST_DUE = timedelta(seconds=2)
LONGEST_PAUSE_SECONDS = 60
MAX_ATTEMPTS = 12


def new_prompt_id() -> str:
    """Return 160 random bits in 27 characters, as CIBA advises for a request id."""
    return secrets.token_urlsafe(20)


class Terminal(models.Model):
    """The device at a till. It signs what it asks."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="terminals", verbose_name=_("company")
    )
    label = models.CharField(_("label"), max_length=80)
    sealed_secret = models.TextField(editable=False)
    public_key = models.CharField(
        _("public key"),
        max_length=60,
        blank=True,
        help_text=_("Ed25519, whpk_…, for terminals that sign with a key pair."),
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
    def keys(self) -> list[str]:
        """Return the keys that prove a request of this terminal."""
        keys = [sealing.unseal(self.sealed_secret)]
        return [*keys, self.public_key] if self.public_key else keys


class State(models.TextChoices):
    """Where a prompt stands. Everything but pending is final."""

    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("expired")
    REJECTED = "rejected", _("rejected")


class PaymentPromptQuerySet(models.QuerySet["PaymentPrompt"]):
    """Which prompts. The database's clock alone decides what has expired."""

    def open(self) -> Self:
        """Keep what may still be answered."""
        return self.filter(state=State.PENDING, expires_at__gt=Now())

    def overdue(self) -> Self:
        """Keep what is pending although its time is over."""
        return self.filter(state=State.PENDING, expires_at__lte=Now())

    def expire(self) -> int:
        """Expire what is overdue, and return how many."""
        return self.overdue().update(
            state=State.EXPIRED,
            reason="timeout",
            decided_at=Now(),
            version=F("version") + 1,
        )


class PaymentPrompt(models.Model):
    """One question to one shopper: this amount, this payee, this rate, yes or no."""

    class Delivery(models.TextChoices):
        """How far the question came. It only informs."""

        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent to an open phone")

    id = models.CharField(
        _("identifier"), primary_key=True, max_length=32, default=new_prompt_id
    )
    terminal = models.ForeignKey(
        Terminal, models.PROTECT, related_name="prompts", verbose_name=_("terminal")
    )
    shopper = models.ForeignKey(
        Shopper,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="prompts",
        verbose_name=_("shopper"),
    )
    state = models.CharField(
        _("state"), max_length=12, choices=State, default=State.PENDING
    )
    reason = models.CharField(_("reason"), max_length=30, blank=True)
    audit_reason = models.CharField(
        _("reason for the audit"), max_length=30, blank=True
    )
    delivery = models.CharField(
        _("delivery"), max_length=10, choices=Delivery, default=Delivery.QUEUED
    )
    amount = models.PositiveBigIntegerField(_("amount in minor units"))
    currency = models.CharField(_("currency"), max_length=3)
    payee = models.CharField(_("payee"), max_length=200)
    reference = models.CharField(_("till’s reference"), max_length=64, blank=True)
    number = models.CharField(_("number shown on both sides"), max_length=2)
    language = models.CharField(_("language"), max_length=2)
    text = models.TextField(_("sentence"))
    rate = models.PositiveSmallIntegerField(_("rate"), null=True, blank=True)
    rate_source = models.CharField(_("source of the rate"), max_length=200, blank=True)
    rate_date = models.DateField(_("date of the rate"), null=True, blank=True)
    rate_n = models.PositiveIntegerField(_("answers"), null=True, blank=True)
    digest = models.CharField(_("digest"), max_length=64)
    version = models.PositiveIntegerField(_("version"), default=1)
    expires_at = models.DateTimeField(_("expires"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(
        _("outcome read by the till"), null=True, blank=True
    )

    objects = PaymentPromptQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment prompt")
        verbose_name_plural = _("payment prompts")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["expires_at"],
                name="pending_prompt_by_expiry",
                condition=Q(state="pending"),
            ),
            models.Index(fields=["shopper", "-created_at"], name="prompt_of_shopper"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_pending_prompt_per_shopper",
                fields=["shopper"],
                condition=Q(state="pending"),
            ),
            models.CheckConstraint(
                name="prompt_state_is_known", condition=Q(state__in=State.values)
            ),
            models.CheckConstraint(
                name="prompt_amount_is_positive", condition=Q(amount__gt=0)
            ),
            models.CheckConstraint(
                name="prompt_is_decided_when_final",
                condition=Q(state="pending", decided_at=None)
                | (~Q(state="pending") & Q(decided_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return self.id

    @property
    def is_final(self) -> bool:
        """Say whether the state will never change again."""
        return self.state != State.PENDING

    @property
    def channel(self) -> str:
        """Return the name of the channel that wakes the till's long poll."""
        return f"prompt.{self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Which deliveries."""

    def due(self) -> Self:
        """Keep what is still to be sent and whose moment has come."""
        return self.filter(is_open=True, due_at__lte=Now())

    def claim(self, seen: "Delivery") -> bool:
        """
        Take one due row, and put its next attempt off; false when another was faster.

        The `due_at` that was seen is the token: SQLite has no SKIP LOCKED, and this
        form works on both databases.
        """
        pause = min(2 ** (seen.attempts + 1), LONGEST_PAUSE_SECONDS)
        claimed = self.filter(
            pk=seen.pk, is_open=True, due_at=seen.due_at, attempts=seen.attempts
        ).update(
            attempts=F("attempts") + 1,
            due_at=timezone.now() + timedelta(seconds=pause),
            is_open=seen.attempts + 1 < MAX_ATTEMPTS,
        )
        return claimed == 1


class Delivery(models.Model):
    """The outbox: what a crash or a dead broker lost is still here, and due."""

    prompt = models.OneToOneField(
        PaymentPrompt,
        models.CASCADE,
        related_name="outbox",
        verbose_name=_("payment prompt"),
    )
    is_open = models.BooleanField(_("open"), default=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at = models.DateTimeField(_("due"))

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            models.Index(
                fields=["due_at"],
                name="open_delivery_by_due",
                condition=Q(is_open=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.prompt_id)


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
