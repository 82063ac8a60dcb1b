"""Codes that were scanned or reported, and that no company has declared."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Value, When
from django.db.models.functions import Mod, Substr
from django.utils.translation import gettext_lazy as _

from products.models import Product, Sheet

# A company's own numbers begin alike: with 7 to 11 digits, 9 as a rule.
PREFIX_DIGITS = 9
MAX_SAID_CHARACTERS = 500


def company_prefix(gtin14: str) -> str:
    """
    Return the first nine digits of the GTIN-13, by which a company is guessed.

    Empty for a GTIN-8: those numbers are given out one by one.
    """
    is_short = gtin14.startswith("000000")
    return "" if is_short else gtin14[1 : 1 + PREFIX_DIGITS]


class CodeState(models.TextChoices):
    """Where a code stands."""

    OPEN = "open", _("to declare")
    DECLARED = "declared", _("declared")
    DISMISSED = "dismissed", _("dismissed")


class UnknownCodeQuerySet(models.QuerySet["UnknownCode"]):
    """Which codes."""

    def with_state(self) -> Self:
        """Add `state`: declared as soon as the product has a sheet, whoever said no."""
        sheet = Sheet.objects.filter(product=OuterRef("gtin"))
        return self.annotate(
            state=Case(
                When(Exists(sheet), then=Value(CodeState.DECLARED.value)),
                When(is_dismissed=True, then=Value(CodeState.DISMISSED.value)),
                default=Value(CodeState.OPEN.value),
            )
        )

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the codes that begin like a product of a company of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.beginning_like(Product.objects.visible_to(user))

    def beginning_like(self, products: QuerySet[Product]) -> Self:
        """Keep the codes that begin like one of these products."""
        begun = products.annotate(prefix=Substr("gtin", 2, PREFIX_DIGITS))
        return self.filter(prefix__in=begun.order_by().values("prefix"))

    def with_shown(self, *, is_operator: bool) -> Self:
        """
        Add `shown_scans` and `shown_reports`: the counts, for companies in steps.

        Null stands for a small count. These sums grow day by day, so an exact one,
        looked at twice, would say how many scans there were in between.
        """
        return self.annotate(
            shown_scans=_in_steps("scans", is_operator=is_operator),
            shown_reports=_in_steps("reports", is_operator=is_operator),
        )


def _in_steps(column: str, *, is_operator: bool) -> Case | F:
    step = settings.SMALL_COUNT
    if is_operator or step < 2:
        return F(column)
    rounded = F(column) - Mod(F(column), Value(step))
    enough = When(**{f"{column}__gte": step}, then=rounded)
    return Case(enough, default=None, output_field=models.PositiveIntegerField())


class UnknownCode(models.Model):
    """
    A code in the queue of those to declare.

    How often it was scanned on each day is in `DailyScans`, as for any other code;
    `scans` is the sum since it was first seen, kept for the order of the queue.
    """

    gtin = models.CharField("GTIN", max_length=14, primary_key=True)
    prefix = models.CharField(max_length=PREFIX_DIGITS, blank=True, editable=False)
    first_seen = models.DateField(_("first seen"))
    last_seen = models.DateField(_("last seen"))
    scans = models.PositiveIntegerField(_("scans"), default=0)
    reports = models.PositiveIntegerField(_("reports"), default=0)
    is_dismissed = models.BooleanField(_("dismissed"), default=False)

    objects = UnknownCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code to declare")
        verbose_name_plural = _("codes to declare")
        indexes = [
            models.Index(fields=["-scans", "gtin"], name="unknown_code_most_scanned"),
            models.Index(fields=["prefix"], name="unknown_code_by_prefix"),
            models.Index(fields=["last_seen"], name="unknown_code_by_age"),
        ]

    def __str__(self) -> str:
        return self.gtin


class CodeReport(models.Model):
    """What somebody said of a code that nobody has declared. Who is not kept."""

    code = models.ForeignKey(
        UnknownCode, models.CASCADE, related_name="said", verbose_name=_("code")
    )
    report_id = models.UUIDField(_("report"), default=uuid.uuid4)
    name = models.CharField(_("name"), max_length=MAX_SAID_CHARACTERS, blank=True)
    brand = models.CharField(_("brand"), max_length=MAX_SAID_CHARACTERS, blank=True)
    note = models.CharField(_("note"), max_length=MAX_SAID_CHARACTERS, blank=True)
    reported_on = models.DateField(_("reported on"))

    class Meta:
        verbose_name = _("report of a code")
        verbose_name_plural = _("reports of codes")
        ordering = ["-reported_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_report_per_code_and_id", fields=["code", "report_id"]
            )
        ]
        indexes = [models.Index(fields=["reported_on"], name="code_report_by_age")]

    def __str__(self) -> str:
        return f"{self.code_id} · {self.reported_on}"
