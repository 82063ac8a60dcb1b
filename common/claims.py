"""
Rows that workers hold for some seconds, one after the other.

A claim is a compare-and-set: of two workers that saw the same row, one takes it. Who
holds a row gives signs of life; when they stay out, the row is due again.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Self, TypeVar

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound="Claimed")


class ClaimedQuerySet(models.QuerySet[Row]):
    """Which rows wait for workers, and who holds them."""

    if TYPE_CHECKING:
        # Children say `from_queryset`: a checker that reads its cache derives their
        # managers from no manager of this class.
        as_manager: Any

    def worked_on(self) -> Self:
        """Keep what the workers have something to do with."""
        return self.filter(state__in=tuple(self.model.TAKEN_AS))

    def being_worked_on(self) -> Self:
        """Keep what a living worker holds."""
        alive_since = timezone.now() - self.model.DEAD_AFTER
        return self.worked_on().exclude(claim="").filter(heartbeat_at__gte=alive_since)

    def due(self) -> Self:
        """Keep what no living worker holds: who waited longest comes first."""
        alive_since = timezone.now() - self.model.DEAD_AFTER
        return (
            self.worked_on()
            .filter(Q(claim="") | Q(heartbeat_at__lt=alive_since))
            .order_by(Coalesce("heartbeat_at", "created_at"), "created_at")
        )

    def claim(self, seen: Row, token: str) -> bool:
        """
        Take one due row; false when another worker was faster.

        The state, claim and heartbeat that were seen are the token.
        """
        taken = self.filter(
            pk=seen.pk,
            state=seen.state,
            claim=seen.claim,
            heartbeat_at=seen.heartbeat_at,
        ).update(
            state=self.model.TAKEN_AS[seen.state],
            claim=token,
            heartbeat_at=timezone.now(),
            attempts=F("attempts") + 1,
        )
        return taken == 1

    def held(self, seen: Row, token: str) -> Self:
        """Keep the row if a worker still holds it by this claim."""
        return self.worked_on().filter(pk=seen.pk, claim=token)


class Lost(Exception):
    """The row was taken from the work, by whoever cancelled or another worker."""


class Held(Generic[Row]):
    """A row and the claim by which this worker holds it."""

    def __init__(self, row: Row, token: str) -> None:
        self.row, self.token = row, token

    def rows(self) -> "ClaimedQuerySet[Row]":
        """Return the row, if it is still held; updates of it are safe."""
        rows: Any = type(self.row)._default_manager
        held: ClaimedQuerySet[Row] = rows.held(self.row, self.token)
        return held

    def move(self, **columns: Any) -> None:
        """Say how far the work is, here and in the row, or raise `Lost`."""
        columns |= {"heartbeat_at": timezone.now(), "attempts": 0}
        if self.rows().update(**columns) != 1:
            raise Lost
        for name, value in columns.items():
            setattr(self.row, name, value)


class Claimed(models.Model):
    """A row with a `state` and `created_at`, that workers take in turns."""

    # What a worker makes of the state of a row that it takes; of others it takes none.
    TAKEN_AS: ClassVar[Mapping[str, str]]
    # A worker that said nothing for so long is dead: it speaks after each piece.
    DEAD_AFTER: ClassVar[timedelta] = timedelta(seconds=60)

    state: Any
    claim = models.CharField(_("claim"), max_length=40, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    # Takings without a piece between them.
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def is_worked_on(self) -> bool:
        """Say whether the workers have something to do with it."""
        return self.state in self.TAKEN_AS
