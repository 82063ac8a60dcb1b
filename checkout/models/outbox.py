"""
What is still to be sent: rows that are due until somebody has done what they say.

A claim and the pause until the next attempt are one statement, so a sender that dies
costs one pause and nothing else. PostgreSQL skips what another sender is claiming;
SQLite has no such word, and there the values that were seen are the token.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from django.db import connections, models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

Row = TypeVar("Row", bound="Outbox")


class OutboxState(models.TextChoices):
    """Whether there is still something to do."""

    OPEN = "open", _("open")
    DONE = "done", _("done")
    # Given up, with `error`; an operator may open it again.
    DEAD = "dead", _("given up")


class OutboxQuerySet(models.QuerySet[Row]):
    """Which rows, and who sends them."""

    if TYPE_CHECKING:
        # Children say `from_queryset`: a checker that reads its cache derives their
        # managers from no manager of this class.
        as_manager: Any

    def open(self) -> Self:
        """Keep what is still to be done."""
        return self.filter(state=OutboxState.OPEN)

    def due(self) -> Self:
        """Keep what is to be done now, the longest overdue first."""
        return self.open().filter(due_at__lte=Now()).order_by("due_at", "pk")

    def ready(self) -> Self:
        """Keep what is due, and what nobody has tried: a hint may come before."""
        return self.open().filter(Q(attempts=0) | Q(due_at__lte=Now()))

    def claim_due(self, limit: int) -> list[Row]:
        """Take at most `limit` due rows, and put their next attempt off."""
        if connections[self.db].vendor == "postgresql":
            with transaction.atomic(using=self.db):
                keys = list(
                    self.due()
                    .select_for_update(skip_locked=True, of=("self",))
                    .values_list("pk", flat=True)[:limit]
                )
                self.model._base_manager.filter(pk__in=keys).update(**self._claimed())
            taken: list[Row] = list(self.model._base_manager.filter(pk__in=keys))
            return taken
        return [seen for seen in self.due()[:limit] if self.claim(seen)]

    def claim(self, seen: Row) -> bool:
        """Take one open row, due or not; false when another sender was faster."""
        now = timezone.now()
        claimed = self.filter(
            pk=seen.pk,
            state=OutboxState.OPEN,
            due_at=seen.due_at,
            attempts=seen.attempts,
        ).update(**self._claimed())
        if claimed:
            seen.due_at = now + self.model.pause_after(seen.attempts)
            seen.attempts += 1
        return bool(claimed)

    def _claimed(self) -> dict[str, Any]:
        pauses = self.model.PAUSES
        # Python's clock and SQLite's agree: it is one machine. PostgreSQL's decides.
        if connections[self.db].vendor == "postgresql":
            start: Any = Now()
        else:
            start = Value(timezone.now(), output_field=models.DateTimeField())
        return {
            "attempts": F("attempts") + 1,
            "due_at": Case(
                *(
                    When(attempts=number, then=start + pause)
                    for number, pause in enumerate(pauses[:-1])
                ),
                default=start + pauses[-1],
                output_field=models.DateTimeField(),
            ),
        }

    def finish(self, keys: Sequence[Any]) -> int:
        """Close rows whose work is done, and return how many were open."""
        return (
            self.open()
            .filter(pk__in=keys)
            .update(state=OutboxState.DONE, finished_at=Now(), error="")
        )

    def give_up(self, keys: Sequence[Any], error: str) -> int:
        """Close rows whose work cannot be done, with the reason."""
        return (
            self.open()
            .filter(pk__in=keys)
            .update(state=OutboxState.DEAD, finished_at=Now(), error=error)
        )

    def reopen(self, keys: Sequence[Any]) -> int:
        """Make dead rows due at once, as though nothing had been tried."""
        return self.filter(pk__in=keys, state=OutboxState.DEAD).update(
            state=OutboxState.OPEN, finished_at=None, attempts=0, due_at=Now()
        )


class Outbox(models.Model):
    """A row that says what is to be sent, and when it is tried next."""

    # After the first claim, the second …; the last one for all that follow.
    PAUSES: ClassVar[tuple[timedelta, ...]]

    state = models.CharField(
        _("state"), max_length=4, choices=OutboxState, default=OutboxState.OPEN
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    due_at: "models.DateTimeField[datetime, datetime]" = models.DateTimeField(_("due"))
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def pause_after(cls, attempts: int) -> timedelta:
        """Return the pause that a claim sets after so many earlier attempts."""
        return cls.PAUSES[min(attempts, len(cls.PAUSES) - 1)]


def open_index(name: str) -> models.Index:
    """Return the index by which senders find what is due."""
    return models.Index(fields=["due_at"], name=name, condition=Q(state="open"))


def dead_index(name: str) -> models.Index:
    """Return the index by which operators find what was given up."""
    return models.Index(fields=["due_at"], name=name, condition=Q(state="dead"))
