"""Who else signs our checkpoints, and whose we sign."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ledger.models.tree import Checkpoint


class Witness(models.Model):
    """Somebody who signs our checkpoints once they extend what was seen before."""

    vkey = models.CharField(
        _("verifier key"),
        max_length=400,
        unique=True,
        help_text=_("name+id+key, as the witness publishes it."),
    )
    url = models.URLField(
        _("address"), help_text=_("Its prefix: add-checkpoint is asked for below it.")
    )
    is_required = models.BooleanField(
        _("required"),
        default=False,
        help_text=_("A checkpoint is published only once this witness has signed it."),
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    # What it signed last, as far as we know.
    last_size = models.PositiveBigIntegerField(_("last size"), default=0)
    last_ok_at = models.DateTimeField(_("last signed"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    # Why the last attempt failed, in one word; `fork` is an alarm.
    reason = models.CharField(_("reason"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("witness")
        verbose_name_plural = _("witnesses")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.vkey.partition("+")[0]


class Cosignature(models.Model):
    """What one witness signed below one of our checkpoints. Never edited."""

    checkpoint = models.ForeignKey(
        Checkpoint,
        models.PROTECT,
        related_name="cosignatures",
        verbose_name=_("checkpoint"),
    )
    witness = models.ForeignKey(
        Witness,
        models.PROTECT,
        related_name="cosignatures",
        verbose_name=_("witness"),
    )
    line = models.CharField(_("signature"), max_length=500)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)

    class Meta:
        verbose_name = _("cosignature")
        verbose_name_plural = _("cosignatures")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_cosignature_per_witness", fields=["checkpoint", "witness"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.witness} · {self.checkpoint_id}"


class WitnessedLog(models.Model):
    """Another log whose checkpoints we sign, and the last one that we signed."""

    origin = models.CharField(_("origin"), max_length=200, unique=True)
    vkeys = models.TextField(
        _("verifier keys"), help_text=_("One in each line, as the log publishes them.")
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    size = models.PositiveBigIntegerField(_("last size"), default=0)
    root = models.BinaryField(_("last root"), max_length=32, default=b"")
    signed_at = models.DateTimeField(_("last signed"), null=True, blank=True)
    # Signed by the log, and not what it had signed before: the first one we were shown.
    contradiction = models.TextField(
        _("contradicting checkpoint"), blank=True, editable=False
    )

    class Meta:
        verbose_name = _("witnessed log")
        verbose_name_plural = _("witnessed logs")
        ordering = ["origin"]

    def __str__(self) -> str:
        return self.origin


class WitnessKey(models.Model):
    """The key by which we sign other logs' heads. It is not that of our own log."""

    # Fixed with the key: another name would be another witness.
    name = models.CharField(_("name"), max_length=200)
    public = models.BinaryField(_("public key"), max_length=32)
    sealed_private = models.TextField(_("sealed private key"))
    created_at = models.DateTimeField(_("made"), auto_now_add=True)

    class Meta:
        verbose_name = _("key of our witness")
        verbose_name_plural = _("keys of our witness")
        constraints = [
            models.CheckConstraint(
                name="our_witness_has_one_key", condition=models.Q(id=1)
            )
        ]

    def __str__(self) -> str:
        return self.name
