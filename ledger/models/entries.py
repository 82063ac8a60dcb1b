"""What is logged, and what was erased of its content."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.leaves import Kind


class EntryQuerySet(models.QuerySet["Entry"]):
    """Which entries."""

    def pending(self) -> Self:
        """Keep what is committed and has no place in the log yet, in its order."""
        return self.filter(position=None).order_by("pk")

    def placed(self) -> Self:
        """Keep what has a place in the log, in its order."""
        return self.exclude(position=None).order_by("position")


class Entry(models.Model):
    """
    One leaf of the log. Never edited: it gets its position once, and that is all.

    It is inserted in the transaction of the fact that it is about, and waits for the
    sequencer. The database itself refuses every other change.
    """

    position = models.PositiveBigIntegerField(_("index"), null=True, unique=True)
    kind = models.CharField(_("kind"), max_length=30)
    subject = models.UUIDField(_("subject"))
    version = models.PositiveIntegerField(_("version"))
    leaf = models.BinaryField(_("leaf"))
    leaf_hash = models.BinaryField(_("leaf hash"), max_length=32)
    created_at = models.DateTimeField(_("recorded"))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_entry_per_version", fields=["kind", "subject", "version"]
            ),
            models.CheckConstraint(
                name="entry_kind_is_known", condition=Q(kind__in=[*Kind])
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"], name="entry_pending", condition=Q(position=None)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} · {self.subject} · {self.version}"


class Erasure(models.Model):
    """
    That the content and salt of an entry were destroyed, because the law asks for it.

    The leaf stays and proves nothing more than that something was published.
    """

    entry = models.OneToOneField(
        Entry, models.PROTECT, related_name="erasure", verbose_name=_("entry")
    )
    reason = models.CharField(_("reason"), max_length=200)
    erased_at = models.DateTimeField(_("erased"), auto_now_add=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.entry)
