"""Who may verify what, and what they found."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from companies.models.companies import Company
from companies.models.evidence import Evidence
from companies.models.statements import Statement
from companies.models.superseding import SupersedingQuerySet
from ledger.models import Entry, Logged


class Verifier(models.Model):
    """An account that verifies facts of companies, for an organisation of its own."""

    class Kind(models.TextChoices):
        """What the organisation is; the catalogue says who may verify which fact."""

        AUDITOR = "auditor", _("auditor")
        CERTIFIER = "certifier", _("certifier")
        SURVEY_PROVIDER = "survey_provider", _("survey provider")
        WORKS_COUNCIL = "works_council", _("works council")
        PAYROLL = "payroll_export", _("payroll provider")
        PUBLIC_REGISTRY = "public_registry", _("public registry")
        REGISTER = "register", _("company register")
        COURT_REGISTER = "court_register", _("court register")
        UTILITY = "utility_bill", _("energy supplier")
        COMMUNITY = "community", _("community")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="verifier",
        verbose_name=_("user"),
    )
    organisation = models.CharField(_("organisation"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    accreditation = models.CharField(
        _("accreditation"),
        max_length=200,
        blank=True,
        help_text=_("By whom and under which number, such as COFRAC 4-0000."),
    )
    url = models.URLField(_("address"), blank=True)
    did = models.CharField(
        _("DID"),
        max_length=200,
        blank=True,
        help_text=_("did:web:…, if the organisation signs credentials."),
    )
    company = models.ForeignKey(
        Company,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="verifiers",
        verbose_name=_("its own company here"),
        help_text=_("A verifier never verifies a company of its own group."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("verifier")
        verbose_name_plural = _("verifiers")
        ordering = ["organisation"]
        constraints = [
            models.CheckConstraint(
                name="verifier_kind_is_known",
                condition=Q(
                    kind__in=[
                        "auditor",
                        "certifier",
                        "survey_provider",
                        "works_council",
                        "payroll_export",
                        "public_registry",
                        "register",
                        "court_register",
                        "utility_bill",
                        "community",
                    ]
                ),
            ),
            models.UniqueConstraint(
                name="one_verifier_per_did", fields=["did"], condition=~Q(did="")
            ),
        ]

    def __str__(self) -> str:
        return self.organisation


class VerifierScope(models.Model):
    """What a verifier may verify: facts, countries, days."""

    verifier = models.ForeignKey(
        Verifier, models.CASCADE, related_name="scopes", verbose_name=_("verifier")
    )
    # Keys of the catalogue and ISO 3166-1 codes; none of them means none.
    facts = models.JSONField(_("facts"), default=list)
    countries = models.JSONField(_("countries"), default=list)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until"))

    class Meta:
        verbose_name = _("scope")
        verbose_name_plural = _("scopes")
        ordering = ["-valid_until"]
        constraints = [
            models.CheckConstraint(
                name="scope_ends_after_it_begins",
                condition=Q(valid_until__gte=models.F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verifier} · {self.valid_from} – {self.valid_until}"

    def covers(self, *, fact: str, country: str, on: date) -> bool:
        """Say whether a fact of a company of that country is in scope on the day."""
        return (
            fact in self.facts
            and country in self.countries
            and self.valid_from <= on <= self.valid_until
        )


class StatementToVerify(Statement):
    """A statement as verifiers see it: an admin and permissions of its own."""

    class Meta:
        proxy = True
        verbose_name = _("statement to verify")
        verbose_name_plural = _("statements to verify")


class VerificationQuerySet(SupersedingQuerySet["Verification"]):
    """Which verifications."""


class Verification(Logged):
    """What a verifier found about one statement. A change of mind supersedes it."""

    class Result(models.TextChoices):
        """What was found."""

        VERIFIED = "verified", _("verified")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        related_name="verifications",
        verbose_name=_("statement"),
    )
    verifier = models.ForeignKey(
        Verifier,
        models.PROTECT,
        related_name="verifications",
        verbose_name=_("verifier"),
    )
    result = models.CharField(_("result"), max_length=10, choices=Result)
    reason = models.CharField(
        _("reason"), max_length=500, blank=True, help_text=_("Public.")
    )
    evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("report"),
    )
    # How it was assessed, as the credential said; empty without a credential.
    assessment_level = models.CharField(_("assessment"), max_length=40, blank=True)
    assessed_on = models.DateField(_("assessed on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    supersedes = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="superseded_by",
        verbose_name=_("supersedes"),
    )
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="verification_result_is_known",
                condition=Q(result__in=["verified", "refused", "withdrawn"]),
            ),
            models.CheckConstraint(
                name="verification_says_why_it_is_refused",
                condition=~Q(result="refused") | ~Q(reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verifier} · {self.get_result_display()}"


class DidDocument(Logged):
    """
    A DID document of a verifier, from a place that we believe. Never edited.

    The latest one says which keys sign for the verifier today; those before it stay,
    since credentials were verified by them.
    """

    class Source(models.TextChoices):
        """How it came here; what an uploader says of somebody's keys proves nothing."""

        FETCHED = "fetched", _("fetched from its domain")
        OPERATOR = "operator", _("given by the operator")

    verifier = models.ForeignKey(
        Verifier,
        models.PROTECT,
        related_name="did_documents",
        verbose_name=_("verifier"),
    )
    document = models.BinaryField(_("DID document"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    source = models.CharField(_("source"), max_length=10, choices=Source)
    created_at = models.DateTimeField(_("recorded"), auto_now_add=True)

    class Meta:
        verbose_name = _("DID document")
        verbose_name_plural = _("DID documents")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                name="did_document_source_is_known",
                condition=Q(source__in=["fetched", "operator"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verifier} · {self.sha256[:12]}"


class CredentialQuerySet(models.QuerySet["Credential"]):
    """Which credentials."""

    def of_status(self, *, issuer: str, url: str) -> Self:
        """Keep those of an issuer whose status is in the list at `url`."""
        return self.filter(issuer=issuer, status_url=url).exclude(status_url="")


class Credential(Logged):
    """
    A signed credential as it was received, with all that its verification needed.

    One row for each statement that it verified. Token, DID document and status are kept
    as they were: a key that rotates later does not unmake what was true.
    """

    verification = models.OneToOneField(
        Verification,
        models.PROTECT,
        related_name="credential",
        verbose_name=_("verification"),
    )
    # That of the verification, so that the database can tell what came twice.
    statement = models.ForeignKey(
        Statement,
        models.PROTECT,
        related_name="credentials",
        verbose_name=_("statement"),
    )
    token = models.TextField(_("token"))
    sha256 = models.CharField(_("SHA-256 of the token"), max_length=64, db_index=True)
    issuer = models.CharField(_("issuer"), max_length=200)
    did_document = models.BinaryField(_("DID document"))
    status_list = models.TextField(_("status list"), blank=True)
    # Where its status is found; empty for a credential that cannot be revoked.
    status_url = models.CharField(_("status list"), max_length=500, blank=True)
    status_index = models.PositiveIntegerField(
        _("index in the status list"), null=True, blank=True
    )
    valid_from = models.DateTimeField(_("valid from"))
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    received_at = models.DateTimeField(_("received"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    # The list that said so, as it was received.
    revocation = models.TextField(_("status list that revoked it"), blank=True)
    # Of the list that revoked it: the next version of the same subject.
    revocation_entry = models.OneToOneField(
        Entry,
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("entry of the revocation"),
    )
    revocation_salt = models.BinaryField(
        _("salt of the revocation"), max_length=32, null=True
    )

    objects = CredentialQuerySet.as_manager()

    class Meta:
        verbose_name = _("credential")
        verbose_name_plural = _("credentials")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_row_per_token_and_statement", fields=["sha256", "statement"]
            ),
            models.CheckConstraint(
                name="credential_says_what_revoked_it",
                condition=Q(revoked_at=None, revocation="")
                | (Q(revoked_at__isnull=False) & ~Q(revocation="")),
            ),
        ]
        indexes = [
            models.Index(fields=["issuer", "status_url"], name="credential_by_status"),
        ]

    def __str__(self) -> str:
        return f"{self.issuer} · {self.sha256[:12]}"
