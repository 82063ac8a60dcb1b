"""The keys by which the log signs."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LogKey(models.Model):
    """
    One key of the log: that it signed stays known for as long as the log does.

    The private half is sealed, and empty where the key is kept outside the database.
    """

    public = models.BinaryField(_("public key"), max_length=32, unique=True)
    sealed_private = models.TextField(_("sealed private key"), blank=True)
    created_at = models.DateTimeField(_("first used"), auto_now_add=True)
    # From then on it signs no more; until then it signs beside its successor.
    retires_at = models.DateTimeField(_("retires"), null=True, blank=True)

    class Meta:
        verbose_name = _("key of the log")
        verbose_name_plural = _("keys of the log")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return bytes(self.public).hex()[:16]
