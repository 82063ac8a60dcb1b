"""What a shopper wants at tills, and how their phones are reached."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from shoppers.models.people import Device, Shopper


class TillSettings(models.Model):
    """What a shopper allows at tills. Without a row, what the defaults say."""

    shopper = models.OneToOneField(
        Shopper,
        models.CASCADE,
        primary_key=True,
        related_name="till_settings",
        verbose_name=_("shopper"),
    )
    is_contactless = models.BooleanField(_("passes without network"), default=False)
    # Nobody may ask until then; far away for "until I say so".
    quiet_until = models.DateTimeField(_("quiet until"), null=True, blank=True)

    class Meta:
        verbose_name = _("wishes at tills")
        verbose_name_plural = _("wishes at tills")

    def __str__(self) -> str:
        return str(self.shopper_id)


class BlockedCompany(models.Model):
    """A company whose tills may not ask a shopper."""

    shopper = models.ForeignKey(
        Shopper,
        models.CASCADE,
        related_name="blocked_companies",
        verbose_name=_("shopper"),
    )
    company = models.ForeignKey(
        Company, models.CASCADE, related_name="+", verbose_name=_("company")
    )
    created_at = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("blocked company")
        verbose_name_plural = _("blocked companies")
        constraints = [
            models.UniqueConstraint(
                name="one_block_per_shopper_and_company", fields=["shopper", "company"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.shopper_id} · {self.company_id}"


class ContactlessKeyQuerySet(models.QuerySet["ContactlessKey"]):
    """Which keys."""

    def usable(self) -> Self:
        """Keep those of today, of phones that were not revoked."""
        return self.filter(
            device__revoked_at=None, valid_from__lte=Now(), valid_until__gt=Now()
        )


class ContactlessKey(models.Model):
    """What one phone makes passes with, without network, for a day."""

    device = models.ForeignKey(
        Device,
        models.CASCADE,
        related_name="contactless_keys",
        verbose_name=_("phone"),
    )
    # Of the 16 bytes that the pass shows; they lead nowhere without the row.
    alias_digest = models.CharField(max_length=64, unique=True, editable=False)
    sealed_key = models.TextField(editable=False)
    valid_from = models.DateTimeField(_("from"))
    valid_until = models.DateTimeField(_("until"))

    objects = ContactlessKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("key for passes without network")
        verbose_name_plural = _("keys for passes without network")

    def __str__(self) -> str:
        return f"{self.device_id} · {self.pk}"


class ContactlessUse(models.Model):
    """A step of thirty seconds in which a contactless pass was used: once."""

    key = models.ForeignKey(
        ContactlessKey, models.CASCADE, related_name="uses", verbose_name=_("key")
    )
    step = models.PositiveBigIntegerField(_("step"))

    class Meta:
        verbose_name = _("use of a contactless pass")
        verbose_name_plural = _("uses of contactless passes")
        constraints = [
            models.UniqueConstraint(
                name="one_use_per_key_and_step", fields=["key", "step"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.key_id} · {self.step}"


class PushSubscriptionQuerySet(models.QuerySet["PushSubscription"]):
    """Which subscriptions."""

    def living(self) -> Self:
        """Keep those that the push service still knows, of phones that still count."""
        return self.filter(gone_at=None, device__revoked_at=None)


class PushSubscription(models.Model):
    """How a phone whose app is closed is woken."""

    class Kind(models.TextChoices):
        """Which service."""

        WEB_PUSH = "web_push", "Web Push"
        UNIFIED_PUSH = "unified_push", "UnifiedPush"
        FCM = "fcm", "Firebase Cloud Messaging"

    device = models.ForeignKey(
        Device,
        models.CASCADE,
        related_name="push_subscriptions",
        verbose_name=_("phone"),
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    # An address (Web Push, UnifiedPush) or a registration token (FCM).
    endpoint = models.TextField(_("address"))
    endpoint_digest = models.CharField(max_length=64, unique=True, editable=False)
    # The phone's public key and secret (RFC 8291), base64url; empty for FCM.
    p256dh = models.CharField(max_length=100, blank=True)
    auth = models.CharField(max_length=30, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    gone_at = models.DateTimeField(_("gone"), null=True, blank=True)

    objects = PushSubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("push subscription")
        verbose_name_plural = _("push subscriptions")
        indexes = [
            models.Index(
                fields=["device"],
                name="living_subscription_of_device",
                condition=Q(gone_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.pk}"
