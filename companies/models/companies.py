"""Companies, and who works for them here."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


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

    def note_change(self) -> int:
        """
        Say that something which concerns these companies' civil status is new.

        Called in the transaction of whatever is new: stored civil statuses of before
        are read no more, and the checks are due.
        """
        return self.update(changes=F("changes") + 1)

    def due_for_checks(self) -> Self:
        """Keep the companies that changed since they were checked."""
        return self.exclude(checked_changes=F("changes"))

    def free_for_checks(self, at: datetime) -> Self:
        """Keep those that no worker checks at the moment, or failed to a while ago."""
        return self.filter(Q(check_not_before=None) | Q(check_not_before__lte=at))

    def last_checked_before(self, moment: datetime) -> Self:
        """Keep those whose last check is from before `moment`."""
        return self.filter(checked_at__lt=moment)


class Company(models.Model):
    """A legal entity. What it is, it states as facts; here is only its name."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    name = models.CharField(_("name"), max_length=200)
    is_fictitious = models.BooleanField(
        _("fictitious"),
        default=False,
        help_text=_("Made up for the demonstration; every sheet says so."),
    )
    parent = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="subsidiaries",
        verbose_name=_("parent company"),
        help_text=_("Nobody of the same group may verify what this company states."),
    )
    changes = models.PositiveBigIntegerField(_("changes"), default=1, editable=False)
    checked_changes = models.PositiveBigIntegerField(
        _("changes checked"), default=0, editable=False
    )
    checked_at = models.DateTimeField(
        _("last check"), null=True, blank=True, editable=False
    )
    # A worker that takes the company puts both up first: one that dies on it, or fails,
    # has let it wait already, and the others are not held up.
    check_attempts = models.PositiveSmallIntegerField(
        _("attempts to check"), default=0, editable=False
    )
    check_not_before = models.DateTimeField(
        _("no check before"), null=True, blank=True, editable=False
    )
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="company_is_not_its_own_parent", condition=~Q(parent=F("pk"))
            ),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="company_due_for_checks",
                condition=~Q(checked_changes=F("changes")),
            ),
            models.Index(fields=["checked_at"], name="company_by_last_check"),
        ]

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
