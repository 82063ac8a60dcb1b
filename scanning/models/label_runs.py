"""Runs of labels: what was asked to be printed, how far it is, where the file lies."""

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from products.models import Product

# A worker that said nothing for so long is dead: it speaks after each chunk.
DEAD_AFTER = timedelta(seconds=60)
# Takings without a chunk between them; whatever kills workers then kills no more.
MAX_ATTEMPTS = 5


class Symbology(models.TextChoices):
    """What is printed."""

    QR = "qr", _("QR code (Digital Link)")
    DATA_MATRIX = "data_matrix", _("GS1 DataMatrix")
    BARS = "bars", _("bars: EAN-13, EAN-8 or UPC-A")


class ErrorCorrection(models.TextChoices):
    """How much of a QR code may be lost or covered."""

    L = "L", _("L: 7 %, the smallest")
    M = "M", _("M: 15 %, usual")
    Q = "Q", _("Q: 25 %")
    H = "H", _("H: 30 %, the largest")


class RunState(models.TextChoices):
    """How far a run is."""

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


OPEN_STATES = (RunState.WAITING, RunState.RUNNING)


class LabelRunQuerySet(models.QuerySet["LabelRun"]):
    """Which runs."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the runs of the companies of `user`."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(company__in=Company.objects.visible_to(user))

    def open(self) -> Self:
        """Keep what is still to be made."""
        return self.filter(state__in=OPEN_STATES)

    def being_made(self) -> Self:
        """Keep what a living worker holds."""
        alive_since = timezone.now() - DEAD_AFTER
        return self.open().exclude(claim="").filter(heartbeat_at__gte=alive_since)

    def due(self) -> Self:
        """Keep what no living worker holds: who waited longest comes first."""
        alive_since = timezone.now() - DEAD_AFTER
        return (
            self.open()
            .filter(Q(claim="") | Q(heartbeat_at__lt=alive_since))
            .order_by(Coalesce("heartbeat_at", "made_at"), "made_at")
        )

    def claim(self, seen: "LabelRun", token: str) -> bool:
        """
        Take one due run; false when another worker was faster.

        The claim and heartbeat that were seen are the token, as in the tills' outbox.
        """
        now = timezone.now()
        claimed = (
            self.open()
            .filter(pk=seen.pk, claim=seen.claim, heartbeat_at=seen.heartbeat_at)
            .update(
                state=RunState.RUNNING,
                claim=token,
                heartbeat_at=now,
                started_at=Coalesce("started_at", now),
                attempts=F("attempts") + 1,
            )
        )
        return claimed == 1

    def held(self, seen: "LabelRun", token: str) -> Self:
        """Keep the run if it still runs under this claim; updates of it are safe."""
        return self.filter(pk=seen.pk, state=RunState.RUNNING, claim=token)


class LabelRun(models.Model):
    """
    One order of labels: what they say, how they are laid out, and the file.

    The row is the truth: a worker only holds it for some seconds, and whoever takes it
    next goes on after the last chunk that `done` counts.
    """

    id = models.UUIDField(
        _("identifier"), primary_key=True, default=uuid.uuid4, editable=False
    )
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="label_runs", verbose_name=_("company")
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=2)
    symbol = models.CharField(_("symbol"), max_length=12, choices=Symbology)
    error_correction = models.CharField(
        _("error correction"), max_length=1, choices=ErrorCorrection, blank=True
    )
    layout = models.CharField(_("layout"), max_length=20)
    shows_name = models.BooleanField(_("name of the product"), default=True)
    shows_gtin = models.BooleanField("GTIN", default=True)
    shows_lot = models.BooleanField(_("lot"), default=True)
    shows_serial = models.BooleanField(_("serial number"), default=True)
    copies = models.PositiveSmallIntegerField(_("copies"), default=1)
    link_stem = models.CharField(_("address in the codes"), max_length=200)
    state = models.CharField(
        _("state"), max_length=10, choices=RunState, default=RunState.WAITING
    )
    total = models.PositiveIntegerField(_("labels"))
    done = models.PositiveIntegerField(_("made"), default=0)
    error_code = models.CharField(_("error"), max_length=40, blank=True)
    error_label = models.CharField(_("label at fault"), max_length=300, blank=True)
    file_name = models.CharField(_("file"), max_length=100, blank=True)
    file_sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    file_size = models.PositiveBigIntegerField(_("bytes"), null=True)
    made_at = models.DateTimeField(_("asked"), auto_now_add=True)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    heartbeat_at = models.DateTimeField(_("last sign of life"), null=True)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = LabelRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("run of labels")
        verbose_name_plural = _("labels")
        ordering = ["-made_at"]
        indexes = [
            models.Index(fields=["company", "-made_at"], name="label_run_of_company"),
            models.Index(
                fields=["heartbeat_at"],
                name="open_label_run",
                condition=Q(state__in=["waiting", "running"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="label_run_state_is_known",
                condition=Q(
                    state__in=["waiting", "running", "done", "failed", "cancelled"]
                ),
            ),
            models.CheckConstraint(
                name="only_qr_labels_choose_error_correction",
                condition=Q(symbol="qr", error_correction__in=["L", "M", "Q", "H"])
                | Q(symbol__in=["data_matrix", "bars"], error_correction=""),
            ),
            models.CheckConstraint(
                name="label_run_makes_what_was_asked",
                condition=Q(total__gte=1, copies__gte=1, done__lte=F("total")),
            ),
            models.CheckConstraint(
                name="label_run_is_finished_when_final",
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | Q(
                    state__in=["done", "failed", "cancelled"],
                    finished_at__isnull=False,
                ),
            ),
            models.CheckConstraint(
                name="label_run_that_is_done_has_its_file",
                condition=~Q(state="done")
                | (Q(done=F("total"), file_size__isnull=False) & ~Q(file_sha256="")),
            ),
            models.CheckConstraint(
                name="label_run_that_failed_says_why",
                condition=(Q(state="failed") & ~Q(error_code=""))
                | (~Q(state="failed") & Q(error_code="")),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """Say whether the run is still to be made."""
        return self.state in OPEN_STATES

    @property
    def has_file(self) -> bool:
        """Say whether the file was made and not purged since."""
        return self.state == RunState.DONE and bool(self.file_name)

    @property
    def shown(self) -> frozenset[str]:
        """Return which lines people read beside the symbol."""
        return frozenset(
            name
            for name in ("name", "gtin", "lot", "serial")
            if getattr(self, f"shows_{name}")
        )


class LabelLine(models.Model):
    """
    One line of an order: a label, or `count` of them whose serials are consecutive.

    The name is kept as it was, so that a run looks the same from first to last page.
    """

    run = models.ForeignKey(LabelRun, models.CASCADE, related_name="lines")
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="+", verbose_name=_("product")
    )
    name = models.CharField(_("name"), max_length=300)
    lot = models.CharField(_("lot"), max_length=20, blank=True)
    serial = models.CharField(
        _("serial number, or its beginning"), max_length=20, blank=True
    )
    first_number = models.PositiveBigIntegerField(_("first number"), null=True)
    digits = models.PositiveSmallIntegerField(_("digits"), default=0)
    count = models.PositiveIntegerField(_("labels"), default=1)
    # How many labels, copies not counted, come before this line's first one.
    begins_at = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("line of labels")
        verbose_name_plural = _("lines of labels")
        ordering = ["begins_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_line_per_place_of_a_run", fields=["run", "begins_at"]
            ),
            models.CheckConstraint(
                name="line_without_number_is_one_label",
                condition=Q(count=1) | Q(count__gt=1, first_number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.lot} · {self.serial}"

    def serials(self, start: int, stop: int) -> Iterator[str]:
        """Yield the serials of the labels from `start` to `stop` of this line."""
        for at in range(start, stop):
            if self.first_number is None:
                yield self.serial
            else:
                yield f"{self.serial}{self.first_number + at:0{self.digits}}"

    @property
    def first_serial(self) -> str:
        """Return the serial of the first label."""
        return next(self.serials(0, 1))

    @property
    def last_serial(self) -> str:
        """Return the serial of the last label."""
        return next(self.serials(self.count - 1, self.count))
