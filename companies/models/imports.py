"""Statements that come in by file, line by line."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.claims import Claimed, ClaimedQuerySet
from companies.models.companies import Company


class ImportRunQuerySet(ClaimedQuerySet["ImportRun"]):
    """Which runs."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the imports for the companies of `user`; operators see all."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))


ImportRunManager = models.Manager.from_queryset(ImportRunQuerySet)


class ImportRun(Claimed):
    """
    One file of statements: tried first, recorded when somebody says so.

    The row is the truth: a worker holds it for some seconds, and whoever takes it next
    goes on after the last line that `done` counts.
    """

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

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    # Null: an operator's file, whose lines name their companies.
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="imports",
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
    # The author of what is recorded.
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("confirmed by"),
    )
    name = models.CharField(_("name of the file"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    # In which the refused lines are worded.
    language = models.CharField(_("language"), max_length=2, default="fr")
    # As it was recognised: `utf-8`, `utf-16`, `windows-1252`; empty for a workbook.
    encoding = models.CharField(_("encoding"), max_length=20, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    is_read = models.BooleanField(_("read to the end"), default=False)
    # Where in the file, and at which line of it, the next piece begins.
    read_to = models.PositiveBigIntegerField(default=0, editable=False)
    read_lines = models.PositiveIntegerField(default=0, editable=False)
    total = models.PositiveIntegerField(_("lines"), default=0)
    done = models.PositiveIntegerField(_("lines done"), default=0)
    added = models.PositiveIntegerField(_("facts stated for the first time"), default=0)
    corrected = models.PositiveIntegerField(_("facts corrected"), default=0)
    unchanged = models.PositiveIntegerField(_("lines without news"), default=0)
    failed = models.PositiveIntegerField(_("lines refused"), default=0)
    error_code = models.CharField(_("refusal"), max_length=40, blank=True)
    error_text = models.CharField(_("why"), max_length=500, blank=True)
    has_files = models.BooleanField(_("file kept"), default=True)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportRunManager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="import_state_is_known",
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
                name="import_does_no_more_lines_than_it_has",
                condition=Q(done__lte=F("total")),
            ),
            models.CheckConstraint(
                name="import_that_is_refused_says_why",
                condition=~Q(state="refused") | ~Q(error_code=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                name="import_being_worked_on",
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
        """Return how many lines state something new."""
        return self.added + self.corrected


CANCELLABLE = (*ImportRun.TAKEN_AS, ImportRun.State.CHECKED)


class RefusedLine(models.Model):
    """Why one line of a file was refused."""

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="errors", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=60, blank=True)
    code = models.CharField(_("code"), max_length=40)
    text = models.CharField(_("why"), max_length=500)

    class Meta:
        verbose_name = _("refused line")
        verbose_name_plural = _("refused lines")
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"
