"""What is stated: one dated, sourced value of a fact, and what every value has."""

from datetime import date
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.times import rfc3339
from companies.levels import Level, SourceKind, Status
from companies.models.companies import Company
from companies.models.evidence import Evidence
from companies.models.superseding import SupersedingQuerySet
from ledger.models import Logged

# The facts whose values are numbers of one company only.
IDENTIFIERS = ("national_id", "vat_id", "lei")


class StatementBase(Logged):
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


class FactStatementQuerySet(SupersedingQuerySet["Statement"]):
    """Which statements."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what concerns the companies of `user`."""
        return self.filter(company__in=Company.objects.visible_to(user))


class Statement(StatementBase):
    """What is stated of one fact of a company's civil status."""

    company = models.ForeignKey(
        Company, models.PROTECT, related_name="statements", verbose_name=_("company")
    )
    fact = models.CharField(_("fact"), max_length=40)
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        help_text=_(
            "The year that the figure covers. Empty: the year it was observed."
        ),
    )
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    # The parts that the catalogue names for this fact: what a check adds up.
    details = models.JSONField(_("details"), default=dict, blank=True)
    evidence = models.ManyToManyField(
        Evidence, related_name="statements", blank=True, verbose_name=_("evidence")
    )

    objects = FactStatementQuerySet.as_manager()

    class Meta(StatementBase.Meta):
        verbose_name = _("statement of the civil status")
        verbose_name_plural = _("civil status")
        constraints = [
            *StatementBase.Meta.constraints,
            models.CheckConstraint(
                name="statement_covers_a_year_of_our_time",
                condition=Q(year=None) | Q(year__gte=1900, year__lte=2200),
            ),
        ]
        indexes = [
            models.Index(fields=["company", "fact"], name="statement_by_fact"),
            models.Index(
                fields=["id"], name="statement_unlogged", condition=Q(entry=None)
            ),
            # Who else states this number? One partial index each: the values of other
            # facts, lists among them, would be too long for an index.
            *(
                models.Index(
                    fields=["value"],
                    name=f"statement_by_{fact}",
                    condition=Q(fact=fact),
                )
                for fact in IDENTIFIERS
            ),
        ]

    def __str__(self) -> str:
        return f"{self.company} · {self.fact}"

    @property
    def covered_year(self) -> int:
        """Return the year that the figure covers."""
        return self.year or timezone.localtime(self.observed_at).year

    def as_document(self, on: date) -> dict[str, Any]:
        """Return the members of the published value, with year and details."""
        rarer = {
            "year": self.year,
            "valid_from": self.valid_from.isoformat() if self.valid_from else None,
            "details": self.details,
        }
        given = {key: value for key, value in rarer.items() if value}
        return {**super().as_document(on), **given}
