"""What this service signs itself: its keys, its credentials, who holds which domain."""

import uuid
from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company
from ledger.models import Entry


class IssuingKey(models.Model):
    """
    A key pair with which this service signs credentials; one of them signs today.

    A retired key stays in our DID document, since what it signed holds. One that was
    withdrawn, because somebody else may have it, leaves the document.
    """

    # The `k1` of `did:web:…#k1`; never given twice.
    name = models.CharField(_("name"), max_length=40, unique=True)
    # Empty once it signs no more: what nobody has nobody loses.
    sealed_private = models.TextField(blank=True, editable=False)
    public_jwk = models.JSONField(_("public key"))
    is_current = models.BooleanField(_("signs today"), default=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("key that signs credentials")
        verbose_name_plural = _("keys that sign credentials")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_issuing_key_signs",
                fields=["is_current"],
                condition=Q(is_current=True),
            ),
            models.CheckConstraint(
                name="only_the_current_issuing_key_is_kept_whole",
                condition=Q(is_current=True, retired_at=None, withdrawn_at=None)
                | Q(is_current=False, sealed_private="", retired_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RevocationList(models.Model):
    """
    A list of bits, signed: which of our credentials are revoked.

    The rows of the credentials are the truth; `token` is what was last signed of them.
    """

    token = models.TextField(_("token"))
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))

    class Meta:
        verbose_name = _("status list")
        verbose_name_plural = _("status lists")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return str(self.pk)


class IssuedCredentialQuerySet(models.QuerySet["IssuedCredential"]):
    """Which of our credentials."""

    def in_force(self, at: datetime) -> Self:
        """Keep those that hold at an instant."""
        return self.filter(revoked_at=None, valid_from__lte=at, valid_until__gt=at)


class IssuedCredential(models.Model):
    """A credential that this service signed. Never edited: at most it is revoked."""

    class Kind(models.TextChoices):
        """What it says."""

        IDENTITY = "identity", _("company identity")
        TRANSPARENCY = "transparency", _("transparency certificate")

    class Reason(models.TextChoices):
        """Why it was revoked. Public."""

        REPLACED = "replaced", _("a newer one takes its place")
        OUTDATED = "outdated", _("what it says is no longer so")
        ASKED = "asked", _("the company asked for it")
        MISTAKE = "mistake", _("it was issued by mistake")
        KEY = "key_compromised", _("somebody else may have the key that signed it")

    id = models.UUIDField(_("identifier"), primary_key=True, default=uuid.uuid4)
    company = models.ForeignKey(
        Company,
        models.PROTECT,
        related_name="issued_credentials",
        verbose_name=_("company"),
    )
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    token = models.TextField(_("token"))
    sha256 = models.CharField(_("SHA-256 of the token"), max_length=64, unique=True)
    # The SIREN, or the LEI, by which it names the company.
    number = models.CharField(_("number"), max_length=30)
    # Canonical JSON: each line of the coverage, whose digest the token carries.
    lines = models.TextField(_("lines"), blank=True)
    key = models.ForeignKey(
        IssuingKey, models.PROTECT, related_name="credentials", verbose_name=_("key")
    )
    status_list = models.ForeignKey(
        RevocationList,
        models.PROTECT,
        related_name="credentials",
        verbose_name=_("status list"),
    )
    status_index = models.PositiveIntegerField(_("index in the status list"))
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("issued by"),
    )
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revocation_reason = models.CharField(
        _("why it was revoked"), max_length=20, choices=Reason, blank=True
    )
    # In the log: that it was issued, and that it was revoked.
    entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="+"
    )
    salt = models.BinaryField(max_length=32, null=True, blank=True, editable=False)
    # Canonical JSON, as it was logged.
    revocation = models.TextField(blank=True, editable=False)
    revocation_entry = models.OneToOneField(
        Entry, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revocation_salt = models.BinaryField(
        max_length=32, null=True, blank=True, editable=False
    )

    objects = IssuedCredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential that we issued")
        verbose_name_plural = _("credentials that we issued")
        ordering = ["-issued_at"]
        constraints = [
            models.CheckConstraint(
                name="issued_credential_kind_is_known",
                condition=Q(kind__in=["identity", "transparency"]),
            ),
            models.CheckConstraint(
                name="issued_credential_ends_after_it_begins",
                condition=Q(valid_until__gt=F("valid_from")),
            ),
            models.CheckConstraint(
                name="issued_credential_says_why_it_is_revoked",
                condition=Q(revoked_at=None, revocation_reason="")
                | (Q(revoked_at__isnull=False) & ~Q(revocation_reason="")),
            ),
            # Two under one bit: to revoke one would revoke the other.
            models.UniqueConstraint(
                name="one_credential_per_status_index",
                fields=["status_list", "status_index"],
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "kind", "-issued_at"], name="issued_by_company"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.company}"


class DomainProof(models.Model):
    """
    That a company holds a domain, such as `maison.example`: claimed, then proven.

    Proven by what the domain itself serves: our challenge, or a DID document that names
    the company's page here.
    """

    class Method(models.TextChoices):
        """What the domain served."""

        CHALLENGE = "challenge", _("our challenge, as a file")
        DID_DOCUMENT = "did_document", _("a DID document that names the company here")

    company = models.ForeignKey(
        Company,
        models.CASCADE,
        related_name="domain_proofs",
        verbose_name=_("company"),
    )
    domain = models.CharField(
        _("domain"),
        max_length=190,
        help_text=_("The bare name, such as maison.example: no https://, no path."),
    )
    # What the domain is to serve; public once it does.
    challenge = models.CharField(_("challenge"), max_length=100)
    method = models.CharField(_("proven by"), max_length=20, choices=Method, blank=True)
    # What was served, as it was served.
    content = models.BinaryField(_("what it served"), default=b"", editable=False)
    proven_at = models.DateTimeField(_("proven"), null=True, blank=True)
    asked_at = models.DateTimeField(_("last asked"), null=True, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), default=timezone.now)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_claim_per_company_and_domain", fields=["company", "domain"]
            ),
            models.CheckConstraint(
                name="domain_proof_says_how",
                condition=Q(proven_at=None, method="")
                | Q(proven_at__isnull=False, method__in=["challenge", "did_document"]),
            ),
        ]

    def __str__(self) -> str:
        return self.domain

    @property
    def did(self) -> str:
        """Return the DID of who holds the domain."""
        return f"did:web:{self.domain}"
