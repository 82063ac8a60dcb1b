"""The account by which a company comes before shoppers."""

from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models import Company


class FrontOfficeQuerySet(models.QuerySet["FrontOffice"]):
    """Which accounts."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """Keep those of the companies of `user`."""
        return self.filter(company__in=Company.objects.visible_to(user))

    def open(self) -> Self:
        """Keep those that nobody closed; some may be suspended."""
        return self.filter(closed_at=None)


class FrontOffice(models.Model):
    """
    A company's account on the shoppers' Sésames.

    Open, it counts only while the civil status is complete: that is computed where it
    is asked, so a fact that expires suspends the account the same day.
    """

    company = models.OneToOneField(
        Company,
        models.PROTECT,
        related_name="front_office",
        verbose_name=_("company"),
    )
    presentation_fr = models.CharField(
        _("presentation in French"),
        max_length=500,
        blank=True,
        help_text=_("Shown to shoppers; what you do, in two or three sentences."),
    )
    presentation_en = models.CharField(
        _("presentation in English"),
        max_length=500,
        blank=True,
        help_text=_("Empty: the French one is shown."),
    )
    opened_at = models.DateTimeField(_("open since"), default=timezone.now)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("opened by"),
    )
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    objects = FrontOfficeQuerySet.as_manager()

    class Meta:
        verbose_name = _("account on the Sésames")
        verbose_name_plural = _("accounts on the Sésames")
        indexes = [
            models.Index(fields=["opened_at"], name="front_office_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.company)

    @property
    def is_open(self) -> bool:
        """Say whether nobody closed it; it may still be suspended."""
        return self.closed_at is None

    def presentation(self, language: str) -> str:
        """Return the presentation in `fr` or `en`, in the other where there is one."""
        given = [self.presentation_fr, self.presentation_en]
        if language == "en":
            given.reverse()
        return next((text for text in given if text), "")
