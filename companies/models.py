"""Companies, who works for them here, what they state, what their employees think."""

import uuid
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.times import rfc3339
from companies.levels import Level, SourceKind, Status
from companies.satisfaction import LEAST_ANSWERS, is_publishable


class CompanyQuerySet(models.QuerySet["Company"]):
    """Which companies, for whom."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep a member's own companies; staff without membership see none of them."""
        if getattr(user, "is_superuser", False):
            return self
        if user.pk is None:
            # `None` would match the companies that have no member.
            return self.none()
        return self.filter(memberships__user=user.pk)


class Company(models.Model):
    """A legal entity. What it is, it states as facts; here is only its name."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    name = models.CharField(_("name"), max_length=200)
    is_fictitious = models.BooleanField(
        _("fictitious"),
        default=False,
        help_text=_("Made up for the demonstration; every sheet says so."),
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """A person who acts for a company in the admin."""

    class Role(models.TextChoices):
        """What the person may do, from least to most."""

        VIEWER = "viewer", _("viewer")
        EDITOR = "editor", _("editor")
        OWNER = "owner", _("owner")

    company = models.ForeignKey(
        Company, models.CASCADE, related_name="memberships", verbose_name=_("company")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="memberships",
        verbose_name=_("user"),
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.VIEWER)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(
                name="one_membership_per_person_and_company",
                fields=["company", "user"],
            ),
            models.CheckConstraint(
                name="membership_role_is_known",
                condition=Q(role__in=["viewer", "editor", "owner"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.company} ({self.get_role_display()})"


class StatementBase(models.Model):
    """
    One dated, sourced value, of a company's fact or of a product's field.

    Append-only: a correction is a new statement that supersedes the old one.
    """

    status = models.CharField(
        _("status"), max_length=20, choices=Status, default=Status.KNOWN
    )
    value = models.JSONField(_("value"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=40, blank=True)
    note = models.CharField(
        _("note"),
        max_length=500,
        blank=True,
        help_text=_("What was counted and how; why a value is withheld."),
    )
    source_kind = models.CharField(
        _("source"), max_length=20, choices=SourceKind, default=SourceKind.PRODUCER
    )
    source_name = models.CharField(_("name of the source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), blank=True)
    level = models.CharField(
        _("level"), max_length=25, choices=Level, default=Level.DECLARED
    )
    is_disputed = models.BooleanField(_("disputed"), default=False)
    observed_at = models.DateTimeField(_("observed"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("author"),
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_statement_status_is_known",
                condition=Q(status__in=Status.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_statement_level_is_known",
                condition=Q(level__in=Level.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_statement_source_is_known",
                condition=Q(source_kind__in=SourceKind.values),
            ),
            models.CheckConstraint(
                name="%(app_label)s_statement_has_a_value_only_when_known",
                condition=Q(status=Status.KNOWN, value__isnull=False)
                | (~Q(status=Status.KNOWN) & Q(value__isnull=True)),
            ),
            models.CheckConstraint(
                name="%(app_label)s_statement_says_why_it_is_withheld",
                condition=~Q(status=Status.WITHHELD) | ~Q(note=""),
            ),
        ]

    def is_expired(self, on: date) -> bool:
        """Say whether the value's validity ended before the day `on`."""
        return self.valid_until is not None and self.valid_until < on

    def states(self, on: date) -> list[str]:
        """Return `disputed` and `expired`, the states beside the level."""
        states = ["disputed"] if self.is_disputed else []
        return [*states, "expired"] if self.is_expired(on) else states

    def as_document(self, on: date) -> dict[str, Any]:
        """
        Return the members of the published value.

        Unit, note, states and end of validity are left out where there are none: a
        sheet has some sixty values, and phones pay for each byte.
        """
        rarer = {
            "unit": self.unit,
            "note": self.note,
            "states": self.states(on),
            "valid_until": self.valid_until.isoformat() if self.valid_until else None,
        }
        return {
            "status": self.status,
            "value": self.value,
            "source": {
                "kind": self.source_kind,
                "name": self.source_name or None,
                "url": self.source_url or None,
            },
            "level": self.level,
            "observed_at": rfc3339(self.observed_at),
            **{key: value for key, value in rarer.items() if value},
        }


class FactStatementQuerySet(models.QuerySet["Statement"]):
    """Which statements."""

    def current(self) -> Self:
        """Keep what no later statement supersedes."""
        return self.filter(superseded_by=None)

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what concerns the companies of `user`."""
        return self.filter(company__in=Company.objects.visible_to(user))


class Statement(StatementBase):
    """What is stated of one fact of a company's civil status."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="statements", verbose_name=_("company")
    )
    fact = models.CharField(_("fact"), max_length=40)

    objects = FactStatementQuerySet.as_manager()

    class Meta(StatementBase.Meta):
        verbose_name = _("statement of the civil status")
        verbose_name_plural = _("civil status")
        indexes = [models.Index(fields=["company", "fact"], name="statement_by_fact")]

    def __str__(self) -> str:
        return f"{self.company} · {self.fact}"


class SatisfactionRateQuerySet(models.QuerySet["SatisfactionRate"]):
    """Which rates."""

    def shown_for(self, company_id: uuid.UUID, on: date) -> "SatisfactionRate | None":
        """
        Return the latest rate of a company with enough answers, fresh or not.

        One with too few answers, or of a day to come, does not hide an earlier one.
        """
        enough = self.filter(
            company=company_id, answers__gte=LEAST_ANSWERS, measured_on__lte=on
        )
        return enough.order_by("-measured_on", "-id").first()


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
