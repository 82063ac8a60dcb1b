"""Rows that are never edited: the next one supersedes, and history stays."""

from datetime import datetime
from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

M = TypeVar("M", bound=models.Model)


class SupersedingQuerySet(models.QuerySet[M]):
    """Which rows count, now or at a past moment."""

    def current(self) -> Self:
        """Keep what no later row supersedes."""
        return self.filter(superseded_by=None)

    def current_at(self, moment: datetime) -> Self:
        """Keep what had been recorded at `moment`, and was not yet superseded then."""
        later = Q(superseded_by=None) | Q(superseded_by__created_at__gt=moment)
        return self.filter(later, created_at__lte=moment)
