"""Which shopper opened which dispute: known here, and to nobody else."""

import uuid
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from companies.models import Dispute
from shoppers.models.people import Shopper


class ContestQuerySet(models.QuerySet["Contest"]):
    """Which contests."""

    def for_list(self) -> Self:
        """Load what the shopper's own list shows, in two queries."""
        return self.select_related("dispute__company").prefetch_related(
            "dispute__evidence"
        )


class Contest(models.Model):
    """
    A shopper's own dispute.

    Erasing the shopper erases this row: the dispute goes on, and is nobody's.
    """

    shopper = models.ForeignKey(
        Shopper, models.CASCADE, related_name="contests", verbose_name=_("shopper")
    )
    dispute = models.OneToOneField(
        Dispute, models.CASCADE, related_name="+", verbose_name=_("dispute")
    )
    # The phone's own name for it: sent twice, it is opened once.
    client_id = models.UUIDField(_("identifier given by the phone"), default=uuid.uuid4)
    created_at = models.DateTimeField(_("opened"), auto_now_add=True)

    objects = ContestQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute of a shopper")
        verbose_name_plural = _("disputes of shoppers")
        constraints = [
            models.UniqueConstraint(
                name="one_contest_per_shopper_and_client_id",
                fields=["shopper", "client_id"],
            ),
        ]

    def __str__(self) -> str:
        return str(self.dispute_id)
