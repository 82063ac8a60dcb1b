"""Pictures of products, and the sizes in which they are handed out."""

import uuid
from datetime import timedelta
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Company
from products.models.products import Product

# Longer than a worker may take over one picture: whoever holds it longer is dead.
DEAD_AFTER = timedelta(seconds=60)


class PictureRole(models.TextChoices):
    """What a picture shows."""

    FRONT = "front", _("front")
    BACK = "back", _("back")
    LABEL = "label", _("label")
    PACKAGING = "packaging", _("packaging")
    NUTRITION = "nutrition", _("nutrition facts")


class PictureState(models.TextChoices):
    """How far a picture is."""

    WAITING = "waiting", _("being prepared")
    READY = "ready", _("ready")
    REFUSED = "refused", _("refused")


class PictureQuerySet(models.QuerySet["Picture"]):
    """Which pictures."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep the pictures of the companies of `user`, published or not."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(product__company__in=Company.objects.visible_to(user))

    def for_sheet(self, gtin: str) -> Self:
        """Keep what the next sheet of a product shows, in order, with its sizes."""
        return (
            self.filter(product=gtin, state=PictureState.READY, removed_at=None)
            .order_by("position", "uploaded_at", "pk")
            .prefetch_related("renditions")
        )

    def due(self) -> Self:
        """Keep what no living worker holds: who waited longest comes first."""
        alive_since = timezone.now() - DEAD_AFTER
        return (
            self.filter(state=PictureState.WAITING)
            .filter(Q(claimed_at=None) | Q(claimed_at__lt=alive_since))
            .order_by("uploaded_at")
        )

    def claim(self, seen: "Picture", token: str) -> bool:
        """
        Take one due picture; false when another worker was faster.

        The claim that was seen is the token.
        """
        taken = self.filter(
            pk=seen.pk, state=PictureState.WAITING, claim=seen.claim
        ).update(claim=token, claimed_at=timezone.now(), attempts=F("attempts") + 1)
        return taken == 1

    def held(self, seen: "Picture", token: str) -> Self:
        """Keep the picture if it still waits under this claim."""
        return self.filter(pk=seen.pk, state=PictureState.WAITING, claim=token)


class Picture(models.Model):
    """
    One picture of a product: uploaded, made into its sizes, shown by what is published.

    Nothing of the file as it came stays once that is done: it may say where and by
    whom it was taken.
    """

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    product = models.ForeignKey(
        Product, models.PROTECT, related_name="pictures", verbose_name=_("product")
    )
    role = models.CharField(
        _("shows"), max_length=10, choices=PictureRole, default=PictureRole.FRONT
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    alt_fr = models.CharField(
        _("description in French"),
        max_length=250,
        blank=True,
        help_text=_("For people who do not see the picture."),
    )
    alt_en = models.CharField(_("description in English"), max_length=250, blank=True)
    # Of the bytes as they came: the same file sent twice is one picture.
    source_sha256 = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=PictureState, default=PictureState.WAITING
    )
    problem = models.CharField(_("why"), max_length=40, blank=True)
    width = models.PositiveIntegerField(_("width"), null=True)
    height = models.PositiveIntegerField(_("height"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    uploaded_at = models.DateTimeField(_("uploaded"), auto_now_add=True)
    # Of anything that a sheet shows.
    changed_at = models.DateTimeField(_("changed"), default=timezone.now)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    # Since a published sheet shows it, anyone may load it: revisions do not go away.
    shown_at = models.DateTimeField(_("first published"), null=True, blank=True)
    claim = models.CharField(max_length=32, blank=True, editable=False)
    claimed_at = models.DateTimeField(null=True, editable=False)
    attempts = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = PictureQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["product", "position", "uploaded_at"]
        indexes = [
            models.Index(
                fields=["uploaded_at"],
                name="picture_waiting",
                condition=Q(state="waiting"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                name="one_picture_per_product_and_file",
                fields=["product", "source_sha256"],
            ),
            models.CheckConstraint(
                name="picture_state_is_known",
                condition=Q(state__in=["waiting", "ready", "refused"]),
            ),
            models.CheckConstraint(
                name="picture_role_is_known",
                condition=Q(
                    role__in=["front", "back", "label", "packaging", "nutrition"]
                ),
            ),
            models.CheckConstraint(
                name="picture_that_is_ready_has_its_size",
                condition=~Q(state="ready")
                | Q(width__isnull=False, height__isnull=False),
            ),
            models.CheckConstraint(
                name="picture_that_is_refused_says_why",
                condition=~Q(state="refused") | ~Q(problem=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} · {self.get_role_display()}"


class Rendition(models.Model):
    """One size of a picture, named by the SHA-256 of its bytes. Never edited."""

    picture = models.ForeignKey(
        Picture, models.CASCADE, related_name="renditions", verbose_name=_("picture")
    )
    width = models.PositiveIntegerField(_("width"))
    height = models.PositiveIntegerField(_("height"))
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta:
        verbose_name = _("size of a picture")
        verbose_name_plural = _("sizes of pictures")
        ordering = ["picture", "width"]
        indexes = [models.Index(fields=["sha256"], name="rendition_by_digest")]
        constraints = [
            models.UniqueConstraint(
                name="one_rendition_per_picture_and_width",
                fields=["picture", "width"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.width} × {self.height}"
