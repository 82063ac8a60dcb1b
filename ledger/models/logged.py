"""What a row has whose content is logged."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from ledger.models.entries import Entry


class Logged(models.Model):
    """A row with its place in the log; none yet for what is older than the log."""

    entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("entry in the log"),
    )
    # Beside the content, and destroyed with it.
    salt = models.BinaryField(_("salt"), max_length=32, null=True)

    class Meta:
        abstract = True
