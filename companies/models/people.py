"""Who is asked to join, what is told by e-mail, and who did what."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company, Membership


class ActQuerySet(models.QuerySet["Act"]):
    """Which acts."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what was done for the companies of `user`."""
        return self.filter(company__in=Company.objects.visible_to(user))


class Act(models.Model):
    """One thing that somebody did for a company: who, what and when. Never edited."""

    company = models.ForeignKey(
        Company,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="acts",
        verbose_name=_("company"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    # A stable code such as `statement.recorded`; what it reads like: `wording_of_acts`.
    kind = models.CharField(_("what"), max_length=40)
    # What it was done to, in a few words; no person's name.
    subject = models.CharField(_("about"), max_length=200, blank=True)
    subject_id = models.CharField(_("identifier"), max_length=40, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    objects = ActQuerySet.as_manager()

    class Meta:
        verbose_name = _("act")
        verbose_name_plural = _("log of acts")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["company", "-id"], name="act_by_company")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.subject}"


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Which invitations."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep what the owners of a company see: whom else it invited."""
        if getattr(user, "is_superuser", False):
            return self
        return self.filter(
            company__memberships__user=user.pk,
            company__memberships__role=Membership.Role.OWNER,
        )

    def unanswered(self) -> Self:
        """Keep what was neither accepted nor taken back, expired or not."""
        return self.filter(accepted_at=None, revoked_at=None)

    def take_back(self) -> int:
        """Revoke what is unanswered; return how many."""
        return self.unanswered().update(revoked_at=timezone.now())


class Invitation(models.Model):
    """Somebody is asked by e-mail to act for a company."""

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("waiting for an answer")
        EXPIRED = "expired", _("link expired")
        ACCEPTED = "accepted", _("accepted")
        REVOKED = "revoked", _("taken back")

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.CASCADE, related_name="invitations", verbose_name=_("company")
    )
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=10, choices=Membership.Role)
    token_digest = models.CharField(_("digest"), max_length=64, unique=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("invited by"),
    )
    expires_at = models.DateTimeField(_("expires"))
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("accepted by"),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # Sending it again makes it young again.
    created_at = models.DateTimeField(_("sent"), default=timezone.now)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_invitation_per_address",
                fields=["company", "email"],
                condition=Q(accepted_at=None, revoked_at=None),
            ),
            models.CheckConstraint(
                name="invitation_role_is_known",
                condition=Q(role__in=["viewer", "editor", "owner"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email} · {self.company}"

    @property
    def state(self) -> State:
        """Return where it stands now."""
        if self.accepted_at is not None:
            return self.State.ACCEPTED
        if self.revoked_at is not None:
            return self.State.REVOKED
        if self.expires_at <= timezone.now():
            return self.State.EXPIRED
        return self.State.OPEN


class MailQuerySet(models.QuerySet["Mail"]):
    """Which e-mails."""

    def due(self) -> Self:
        """Keep those whose turn to be sent has come, the longest waiting first."""
        return self.filter(
            sent_at=None, given_up_at=None, next_try_at__lte=timezone.now()
        ).order_by("next_try_at", "pk")


class Mail(models.Model):
    """One e-mail to send: written with what it tells of, sent by a task."""

    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=200)
    # Sealed, since it may hold a link that opens a door; emptied once it is sent.
    body = models.TextField(_("text"))
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    reason = models.CharField(_("reason"), max_length=100, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    given_up_at = models.DateTimeField(_("given up"), null=True, blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("e-mail")
        verbose_name_plural = _("e-mails")
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["next_try_at"],
                name="mail_due",
                condition=Q(sent_at=None, given_up_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.subject
