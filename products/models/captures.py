"""EPCIS documents that come in, and what was refused of them."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.claims import Claimed, ClaimedQuerySet
from companies.models import Company


class CaptureQuerySet(ClaimedQuerySet["Capture"]):
    """Which captures."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the captures of the companies of `user`; operators see all."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))


CaptureManager = models.Manager.from_queryset(CaptureQuerySet)


class Capture(Claimed):
    """
    One EPCIS document of one company: checked whole, then recorded.

    The row is the truth: a worker holds it for some seconds, and whoever takes it next
    goes on after the last event that `done` counts.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("waiting")
        CHECKING = "checking", _("being checked")
        RECORDING = "recording", _("being recorded")
        DONE = "done", _("recorded")
        CHECKED = "checked", _("checked, nothing recorded")
        REFUSED = "refused", _("refused")
        CANCELLED = "cancelled", _("cancelled")

    class Behaviour(models.TextChoices):
        """What becomes of a document of which some events are refused."""

        ROLLBACK = "rollback", _("refuse the whole document")
        PROCEED = "proceed", _("record the others")

    class Door(models.TextChoices):
        """How it came in."""

        API = "api", _("by API")
        ADMIN = "admin", _("in the back office")
        COMMAND = "command", _("by command")

    TAKEN_AS = {one: one for one in (State.WAITING, State.CHECKING, State.RECORDING)}

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="captures", verbose_name=_("company")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    door = models.CharField(_("came in"), max_length=10, choices=Door)
    name = models.CharField(_("name of the document"), max_length=150)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    is_dry_run = models.BooleanField(
        _("only check"),
        default=False,
        help_text=_("Nothing is recorded: you see what would be."),
    )
    behaviour = models.CharField(
        _("when an event is refused"),
        max_length=10,
        choices=Behaviour,
        default=Behaviour.ROLLBACK,
    )
    # In which the refusals are worded.
    language = models.CharField(_("language"), max_length=2, default="fr")
    state = models.CharField(
        _("state"), max_length=10, choices=State, default=State.WAITING
    )
    total = models.PositiveIntegerField(_("events"), default=0)
    # Those that can be read; the others are refused already.
    readable = models.PositiveIntegerField(default=0, editable=False)
    done = models.PositiveIntegerField(_("events done"), default=0)
    added = models.PositiveIntegerField(_("new events"), default=0)
    corrected = models.PositiveIntegerField(_("events declared wrong"), default=0)
    unchanged = models.PositiveIntegerField(_("events known already"), default=0)
    failed = models.PositiveIntegerField(_("events refused"), default=0)
    error_code = models.CharField(_("refusal"), max_length=40, blank=True)
    error_text = models.CharField(_("why"), max_length=500, blank=True)
    has_file = models.BooleanField(_("document kept"), default=True)
    created_at = models.DateTimeField(_("came in on"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = CaptureManager()

    class Meta:
        verbose_name = _("capture of events")
        verbose_name_plural = _("captures of events")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="capture_state_is_known",
                condition=Q(
                    state__in=[
                        "waiting",
                        "checking",
                        "recording",
                        "done",
                        "checked",
                        "refused",
                        "cancelled",
                    ]
                ),
            ),
            models.CheckConstraint(
                name="capture_does_no_more_events_than_it_has",
                condition=Q(done__lte=F("total")),
            ),
            models.CheckConstraint(
                name="capture_that_is_refused_says_why",
                condition=~Q(state="refused") | ~Q(error_code=""),
            ),
        ]
        indexes = [
            models.Index(
                fields=["heartbeat_at"],
                name="capture_being_worked_on",
                condition=Q(state__in=["waiting", "checking", "recording"]),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def first_errors(self) -> "models.QuerySet[CaptureError]":
        """Return as many errors as one answer holds."""
        return self.errors.all()[:100]

    @property
    def news(self) -> int:
        """Return how many events say something new."""
        return self.added + self.corrected

    @property
    def may_be_confirmed(self) -> bool:
        """Say whether it was only checked, and may be recorded as it is."""
        is_right = not self.failed or self.behaviour == self.Behaviour.PROCEED
        is_checked = self.state == self.State.CHECKED and self.has_file
        return is_checked and is_right and self.news > 0


WORKED_ON = tuple(Capture.TAKEN_AS)


class CaptureError(models.Model):
    """Why one event of a document was refused, and where in the document."""

    capture = models.ForeignKey(
        Capture, models.CASCADE, related_name="errors", verbose_name=_("capture")
    )
    # From 0, as it stands in the list of the document.
    event = models.PositiveIntegerField(_("event"), null=True, blank=True)
    path = models.CharField(_("where"), max_length=300, blank=True)
    code = models.CharField(_("code"), max_length=40)
    text = models.CharField(_("why"), max_length=500)

    class Meta:
        verbose_name = _("refused event")
        verbose_name_plural = _("refused events")
        ordering = ["event", "pk"]

    def __str__(self) -> str:
        return f"{self.path}: {self.code}"
