"""What the employees of a company think of working there."""

import uuid
from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.levels import Level, SourceKind
from companies.models.companies import Company
from companies.satisfaction import LEAST_ANSWERS, is_publishable


class SatisfactionRateQuerySet(models.QuerySet["SatisfactionRate"]):
    """Which rates."""

    def with_enough_answers(self, on: date) -> Self:
        """Keep the rates of the day `on` or before that rest on enough answers."""
        return self.filter(answers__gte=LEAST_ANSWERS, measured_on__lte=on)

    def shown_for(self, company_id: uuid.UUID, on: date) -> "SatisfactionRate | None":
        """
        Return the latest rate of a company with enough answers, fresh or not.

        One with too few answers, or of a day to come, does not hide an earlier one.
        """
        return self.shown(company_id, on).first()

    def shown(self, company_id: uuid.UUID, on: date) -> Self:
        """Keep that rate alone."""
        enough = self.with_enough_answers(on).filter(company=company_id)
        return enough.order_by("-measured_on", "-id")[:1]


class SatisfactionRate(models.Model):
    """The share of employees who said they are satisfied, on one date. Never edited."""

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="satisfaction_rates",
        verbose_name=_("company"),
    )
    percent = models.PositiveSmallIntegerField(_("satisfied (%)"))
    answers = models.PositiveIntegerField(_("answers"))
    invited = models.PositiveIntegerField(_("invited"))
    measured_on = models.DateField(_("measured on"))
    source_kind = models.CharField(_("source"), max_length=20, choices=SourceKind)
    source_name = models.CharField(_("name of the source"), max_length=200)
    level = models.CharField(_("level"), max_length=25, choices=Level)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = SatisfactionRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("satisfaction rate")
        verbose_name_plural = _("satisfaction rates")
        constraints = [
            models.UniqueConstraint(
                name="one_satisfaction_rate_per_day",
                fields=["company", "measured_on"],
            ),
            models.CheckConstraint(
                name="satisfaction_is_a_percentage",
                condition=Q(percent__gte=0, percent__lte=100),
            ),
            models.CheckConstraint(
                name="no_more_answers_than_invited",
                condition=Q(answers__lte=models.F("invited")),
            ),
            models.CheckConstraint(
                name="satisfaction_level_is_known",
                condition=Q(level__in=Level.values),
            ),
            models.CheckConstraint(
                name="satisfaction_source_is_known",
                condition=Q(source_kind__in=SourceKind.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.percent} % ({self.measured_on})"

    def is_publishable(self, on: date) -> bool:
        """Say whether the rate may still be shown on the day `on`."""
        return is_publishable(answers=self.answers, measured_on=self.measured_on, on=on)
