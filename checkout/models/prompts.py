"""The questions that tills ask, and where each stands."""

import secrets
from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from checkout.models.terminals import Terminal
from shoppers.models import Shopper


def new_prompt_id() -> str:
    """Return 160 random bits in 27 characters, as CIBA advises for a request id."""
    return secrets.token_urlsafe(20)


class State(models.TextChoices):
    """Where a prompt stands. Everything but pending is final."""

    PENDING = "pending", _("pending")
    APPROVED = "approved", _("approved")
    DECLINED = "declined", _("declined")
    CANCELED = "canceled", _("canceled by the till")
    EXPIRED = "expired", _("expired")
    UNREACHABLE = "unreachable", _("no phone can be reached")
    REJECTED = "rejected", _("rejected")


class PaymentPromptQuerySet(models.QuerySet["PaymentPrompt"]):
    """Which prompts. The database's clock alone decides what has expired."""

    def open(self) -> Self:
        """Keep what may still be answered."""
        return self.filter(state=State.PENDING, expires_at__gt=Now())

    def overdue(self) -> Self:
        """Keep what is pending although its time is over."""
        return self.filter(state=State.PENDING, expires_at__lte=Now())


class PaymentPrompt(models.Model):
    """One question to one shopper: this amount, this payee, this rate, yes or no."""

    class Delivery(models.TextChoices):
        """How far the question came. It only informs."""

        QUEUED = "queued", _("queued")
        SENT = "sent", _("sent to a phone")
        DELIVERED = "delivered", _("on a phone")
        SEEN = "seen", _("seen")
        UNDELIVERABLE = "undeliverable", _("undeliverable")

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
        _("delivery"), max_length=14, choices=Delivery, default=Delivery.QUEUED
    )
    # Asked without a pass: the phone that reads the till's code takes it.
    is_claimable = models.BooleanField(_("waits for a phone"), default=False)
    claimed_at = models.DateTimeField(_("taken by a phone"), null=True, blank=True)
    sent_at = models.DateTimeField(_("first sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("on a phone since"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)
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
    # The brands in the basket with their frozen rates, as the phone lists them.
    brands = models.JSONField(_("brands"), default=list, blank=True)
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
            models.Index(fields=["-created_at"], name="prompt_by_age"),
            models.Index(fields=["shopper", "-created_at"], name="prompt_of_shopper"),
            models.Index(fields=["terminal", "-created_at"], name="prompt_of_terminal"),
            models.Index(
                fields=["terminal", "reference"], name="prompt_by_till_reference"
            ),
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
