"""The outboxes: to phones, and to tills. And what keeps them moving."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from checkout.models.outbox import Outbox, OutboxQuerySet, dead_index, open_index
from checkout.models.prompts import PaymentPrompt
from checkout.models.terminals import Endpoint

# The direct way gets its chance first.
FIRST_DUE = timedelta(seconds=2)


class DeliveryQuerySet(OutboxQuerySet["Delivery"]):
    """Which deliveries."""


DeliveryManager = models.Manager.from_queryset(DeliveryQuerySet)


class Delivery(Outbox):
    """
    One thing to tell one phone, or whichever phones have a line open.

    Unique by prompt, event and target: what happens twice has one effect.
    """

    class Event(models.TextChoices):
        """What is told."""

        ASKED = "asked", _("the question")
        CLOSED = "closed", _("its end")

    PAUSES = tuple(timedelta(seconds=seconds) for seconds in (2, 4, 8, 16, 32, 60))

    prompt = models.ForeignKey(
        PaymentPrompt,
        models.CASCADE,
        related_name="deliveries",
        verbose_name=_("payment prompt"),
    )
    event = models.CharField(
        _("event"), max_length=6, choices=Event, default=Event.ASKED
    )
    # Empty: open lines. Otherwise the key of the push subscription.
    target = models.CharField(_("target"), max_length=20, blank=True)

    objects = DeliveryManager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        indexes = [
            open_index("open_delivery_by_due_time"),
            dead_index("dead_delivery_by_due_time"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_delivery_per_event_and_target",
                fields=["prompt", "event", "target"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} · {self.event} · {self.target or 'stream'}"


class OutcomeQuerySet(OutboxQuerySet["Outcome"]):
    """Which outcomes."""


OutcomeManager = models.Manager.from_queryset(OutcomeQuerySet)


class Outcome(Outbox):
    """
    The one end of a prompt, written with it and told to the till's server, if any.

    One row for each prompt: two outcomes cannot both be committed. Without an address
    it is done from the start, and the till asks for it.
    """

    # Longer than an attempt may take, or it would be sent twice at once. What came of
    # the attempt then says when the next one is due: `notifying.PAUSES`.
    PAUSES = (timedelta(seconds=12),)

    prompt = models.OneToOneField(
        PaymentPrompt,
        models.CASCADE,
        primary_key=True,
        related_name="outcome",
        verbose_name=_("payment prompt"),
    )
    event = models.CharField(_("event"), max_length=12)
    webhook_id = models.CharField(max_length=64, unique=True, editable=False)
    endpoint = models.ForeignKey(
        Endpoint,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="outcomes",
        verbose_name=_("webhook address"),
    )
    # Who had it sent again, if somebody had.
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent again by"),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = OutcomeManager()

    class Meta:
        verbose_name = _("outcome")
        verbose_name_plural = _("outcomes")
        indexes = [
            open_index("open_outcome_by_due_time"),
            dead_index("dead_outcome_by_due_time"),
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id} · {self.event}"


class WebhookAttempt(models.Model):
    """One attempt to tell a till's server, as its maker may read it."""

    outcome = models.ForeignKey(
        Outcome,
        models.CASCADE,
        related_name="tries",
        verbose_name=_("outcome"),
    )
    endpoint = models.ForeignKey(
        Endpoint,
        models.CASCADE,
        related_name="attempts",
        verbose_name=_("webhook address"),
    )
    number = models.PositiveSmallIntegerField(_("number"))
    started_at = models.DateTimeField(_("started"))
    milliseconds = models.PositiveIntegerField(_("milliseconds"))
    status = models.PositiveSmallIntegerField(_("status"), null=True, blank=True)
    error = models.CharField(_("error"), max_length=40, blank=True)
    answer = models.CharField(_("beginning of the answer"), max_length=500, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sent again by"),
    )

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["endpoint", "-started_at"], name="endpoint_attempts")
        ]

    def __str__(self) -> str:
        return f"{self.outcome_id} · {self.number}"


class SweeperSign(models.Model):
    """The last sign of life of the sweeper, in the one row of this table."""

    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("sign of life of the sweeper")
        verbose_name_plural = _("signs of life of the sweeper")

    def __str__(self) -> str:
        return self.at.isoformat()


class PushKey(models.Model):
    """Our own VAPID key pair (RFC 8292), made once; the newest one signs."""

    sealed_private = models.TextField(editable=False)
    public_key = models.CharField(_("public key"), max_length=100)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("key for push messages")
        verbose_name_plural = _("keys for push messages")

    def __str__(self) -> str:
        return self.public_key
