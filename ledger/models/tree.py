"""The tree over all entries, as it is served, and its signed heads."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Tile(models.Model):
    """The very bytes of one tile. It grows at its end, up to 256 hashes."""

    pk = models.CompositePrimaryKey("level", "n")
    level = models.PositiveSmallIntegerField(_("level"))
    n = models.PositiveBigIntegerField(_("number"))
    width = models.PositiveSmallIntegerField(_("hashes"))
    data = models.BinaryField(_("hashes"))

    class Meta:
        verbose_name = _("tile")
        verbose_name_plural = _("tiles")
        constraints = [
            models.CheckConstraint(
                name="tile_is_as_wide_as_tiles_are",
                condition=Q(width__gte=1, width__lte=256),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.level} · {self.n}"


class Checkpoint(models.Model):
    """
    One signed head: the log as it is at one size, for ever.

    It is served once the policy's witnesses have signed it too.
    """

    size = models.PositiveBigIntegerField(_("entries"), primary_key=True)
    root = models.BinaryField(_("root"), max_length=32)
    # The text and our own signatures; those of witnesses are beside.
    note = models.TextField(_("signed note"))
    created_at = models.DateTimeField(_("signed"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        ordering = ["-size"]

    def __str__(self) -> str:
        return str(self.size)


class State(models.Model):
    """
    The log's one row: how far it is numbered, and by which name it is known.

    Its lock is the sequencer's lock.
    """

    size = models.PositiveBigIntegerField(_("entries"), default=0)
    # Fixed with the first checkpoint: another name would be another log.
    origin = models.CharField(_("origin"), max_length=200, blank=True)
    # When a sequencer last looked, whether or not anything was to be done.
    looked_at = models.DateTimeField(_("last looked"), null=True, blank=True)

    class Meta:
        verbose_name = _("state of the log")
        verbose_name_plural = _("state of the log")
        constraints = [
            models.CheckConstraint(name="the_log_has_one_state", condition=Q(id=1))
        ]

    def __str__(self) -> str:
        return f"{self.origin} · {self.size}"
