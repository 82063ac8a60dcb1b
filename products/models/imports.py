"""Products that come in by file."""

import uuid
from datetime import timedelta
from typing import Any, Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.claims import Claimed, ClaimedQuerySet
from companies.models import Company


class ProductImportQuerySet(ClaimedQuerySet["ProductImport"]):
    """Which runs."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the imports of the companies of `user`; operators see all."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))


ProductImportManager = models.Manager.from_queryset(ProductImportQuerySet)


class ProductImport(Claimed):
    """
    One file of products: a community's dump, or the table of a company.

    The row is the truth: a worker holds it for some seconds, and whoever takes it next
    goes on at the byte `position`. A batch and its figures are one transaction.
    """

    class Kind(models.TextChoices):
        """What the file is, as its content says."""

        OFF_JSONL = "off_jsonl", _("Open Food Facts dump (JSONL)")
        CSV = "csv", _("CSV table")
        XLSX = "xlsx", _("Excel workbook")

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        CONFIRMED = "confirmed", _("confirmed")
        RECORDING = "recording", _("being recorded")
        DONE = "done", _("recorded")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    TAKEN_AS = {
        State.WAITING: State.CHECKING,
        State.CHECKING: State.CHECKING,
        State.CONFIRMED: State.RECORDING,
        State.RECORDING: State.RECORDING,
    }
    # No task lasts half of it.
    DEAD_AFTER = timedelta(seconds=30)

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    # Null: an operator's dump, which speaks for no company.
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="product_imports",
        verbose_name=_("company"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    # The author of what is recorded; null for a program with a key.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    name = models.CharField(_("name of the file"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveBigIntegerField(_("size in bytes"))
    # In which the refused lines are worded where nobody reads along.
    language = models.CharField(_("language"), max_length=2, default="fr")
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    dry_run = models.BooleanField(_("checked first"), default=True)
    publishes = models.BooleanField(
        _("publish the sheets"),
        default=True,
        help_text=_("The sheets of changed products get their next revision."),
    )
    # An operator's word that products which nobody declared are this company's.
    takes_over = models.BooleanField(default=False, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    # Of what is read: all its bytes, those that are done, and the line after them.
    extent = models.PositiveBigIntegerField(default=0, editable=False)
    position = models.PositiveBigIntegerField(default=0, editable=False)
    line = models.PositiveBigIntegerField(default=0, editable=False)
    done = models.PositiveBigIntegerField(_("lines done"), default=0)
    added = models.PositiveBigIntegerField(_("products added"), default=0)
    changed = models.PositiveBigIntegerField(_("products changed"), default=0)
    unchanged = models.PositiveBigIntegerField(_("lines without news"), default=0)
    twice = models.PositiveBigIntegerField(_("lines said again later"), default=0)
    failed = models.PositiveBigIntegerField(_("lines refused"), default=0)
    # How often each reason came up: far more lines are refused than are kept.
    reasons = models.JSONField(_("reasons"), default=dict, blank=True)
    error_code = models.CharField(_("refusal"), max_length=40, blank=True)
    error_text = models.CharField(_("why"), max_length=500, blank=True)
    has_files = models.BooleanField(_("file kept"), default=True)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ProductImportManager()

    class Meta:
        verbose_name = _("import of products")
        verbose_name_plural = _("imports of products")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="product_import_state_is_known",
                condition=Q(
                    state__in=[
                        "waiting",
                        "checking",
                        "checked",
                        "confirmed",
                        "recording",
                        "done",
                        "refused",
                        "cancelled",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="product_import_kind_is_known",
                condition=Q(kind__in=["off_jsonl", "csv", "xlsx"]),
            ),
            models.CheckConstraint(
                name="product_import_counts_each_line_once",
                condition=Q(
                    done=F("added")
                    + F("changed")
                    + F("unchanged")
                    + F("twice")
                    + F("failed")
                ),
            ),
            models.CheckConstraint(
                name="product_import_that_is_refused_says_why",
                condition=~Q(state="refused") | ~Q(error_code=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                name="product_import_being_worked_on",
                condition=Q(
                    state__in=["waiting", "checking", "confirmed", "recording"]
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_be_cancelled(self) -> bool:
        """Say whether it is not final."""
        return self.state in CANCELLABLE

    @property
    def news(self) -> int:
        """Return how many lines say something new."""
        return self.added + self.changed

    @property
    def percent(self) -> int:
        """Return how much of the file is done in this pass."""
        return min(100, 100 * self.position // max(self.extent, 1))

    def figures(self) -> dict[str, Any]:
        """Return what the lines came to so far."""
        return {name: getattr(self, name) for name in FIGURES}


FIGURES = ("done", "added", "changed", "unchanged", "twice", "failed")
CANCELLABLE = (*ProductImport.TAKEN_AS, ProductImport.State.CHECKED)


class RefusedProductLine(models.Model):
    """
    Why a line was refused, or one field of it was left out.

    Said by a code, without words: whoever reads it has a language.
    """

    run = models.ForeignKey(
        ProductImport,
        models.CASCADE,
        related_name="errors",
        verbose_name=_("import"),
    )
    line = models.PositiveBigIntegerField(_("line"))
    gtin = models.CharField(_("number"), max_length=30, blank=True)
    field = models.CharField(_("field"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=40)
    excerpt = models.CharField(_("value"), max_length=120, blank=True)
    # False: the line counts, without this field.
    is_whole = models.BooleanField(_("whole line"), default=True)

    class Meta:
        verbose_name = _("refused line of products")
        verbose_name_plural = _("refused lines of products")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"
