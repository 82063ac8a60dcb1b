"""Statements that come in by file, line by line."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company


class ImportRunQuerySet(models.QuerySet["ImportRun"]):
    """Which runs."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the imports for the companies of `user`; operators see all."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))


class ImportRun(models.Model):
    """One file of statements: tried first, recorded when somebody says so."""

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
    name = models.CharField(_("name of the file"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    total = models.PositiveIntegerField(_("lines"), default=0)
    done = models.PositiveIntegerField(_("lines read"), default=0)
    recorded = models.PositiveIntegerField(_("statements recorded"), default=0)
    unchanged = models.PositiveIntegerField(_("lines without news"), default=0)
    failed = models.PositiveIntegerField(_("lines refused"), default=0)
    error_code = models.CharField(_("refusal"), max_length=40, blank=True)
    error_text = models.CharField(_("why"), max_length=500, blank=True)
    claim = models.CharField(_("claim"), max_length=40, blank=True)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True, blank=True)
    created_at = models.DateTimeField(_("uploaded"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

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
        ]

    def __str__(self) -> str:
        return self.name


class RefusedLine(models.Model):
    """Why one line of a file was refused."""

    run = models.ForeignKey(
        ImportRun, models.CASCADE, related_name="errors", verbose_name=_("import")
    )
    line = models.PositiveIntegerField(_("line"))
    column = models.CharField(_("column"), max_length=40, blank=True)
    code = models.CharField(_("code"), max_length=40)
    text = models.CharField(_("why"), max_length=500)

    class Meta:
        verbose_name = _("refused line")
        verbose_name_plural = _("refused lines")
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return f"{self.line}: {self.code}"
