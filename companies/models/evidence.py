"""Documents that support what is stated. The file lies outside the database."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Which documents."""

    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """
        Keep the documents of the companies of `user`.

        Verifiers read more: see `scoping.readable`.
        """
        return self.filter(company__in=Company.objects.visible_to(user))

    def under(self, beginning: str) -> Self:
        """Keep those whose digest begins so, which is where their bytes lie."""
        # No letter of a digest comes after it, and an index can be used.
        return self.filter(sha256__gte=beginning, sha256__lt=f"{beginning}g")


class Evidence(models.Model):
    """One document of a company, named by the digest of its bytes. Never edited."""

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company, models.PROTECT, related_name="evidence", verbose_name=_("company")
    )
    # Lower-case hexadecimal; also where the bytes are, under EVIDENCE_DIR.
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    size = models.PositiveIntegerField(_("size in bytes"))
    media_type = models.CharField(_("type"), max_length=100)
    name = models.CharField(_("name of the file"), max_length=150)
    is_public = models.BooleanField(
        _("public"),
        default=False,
        help_text=_(
            "Anyone may read it; otherwise the company and its verifiers only."
        ),
    )
    is_from_outside = models.BooleanField(
        _("from outside"),
        default=False,
        help_text=_(
            "Filed by a verifier, or by who contests: the company reads it and neither "
            "publishes nor attaches it."
        ),
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    created_at = models.DateTimeField(_("uploaded"), auto_now_add=True)

    objects = EvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("piece of evidence")
        verbose_name_plural = _("evidence")
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_row_per_document_and_company", fields=["company", "sha256"]
            ),
            models.CheckConstraint(
                name="evidence_has_a_digest",
                condition=Q(sha256__regex="^[0-9a-f]{64}$"),
            ),
        ]
        indexes = [models.Index(fields=["sha256"], name="evidence_by_digest")]

    def __str__(self) -> str:
        return self.name
