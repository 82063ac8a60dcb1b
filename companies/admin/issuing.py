"""Credentials that we issued, domains that companies prove, and the keys that sign."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from common.errors import DomainError
from common.theme import ModelAdmin
from companies import wording
from companies.access import OnlyRead, RowLevelAdmin, is_operator
from companies.admin.members import author, owned_companies, owns, tell
from companies.credentials import assessing, fetching, own_key
from companies.models import Company, DomainProof, IssuedCredential, IssuingKey
from companies.second_factor import require_second_factor
from companies.services.domains import claim_domain, page_of, prove_domain
from companies.services.issuing import (
    issue_identity,
    issue_transparency,
    revoke_issued,
    rotate_issuing_key,
    withdraw_issuing_key,
)

Reason = IssuedCredential.Reason


class OwnersRows(RowLevelAdmin[Any]):
    """Rows that owners of a company add, members read, and nobody edits."""

    member_actions = ("view", "add")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let owners of some company."""
        may = request.user.has_perm(f"companies.add_{self.opts.model_name}")
        return may and owns(request, None)

    def has_change_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Any = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse, to operators too."""
        return False

    def has_own_permission(self, request: HttpRequest) -> bool:
        """Let whoever may add do the rest as well; services look at each row."""
        return self.has_add_permission(request)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Let who runs the service."""
        return is_operator(request)

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the companies that the person owns."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and db_field.remote_field.model is Company:
            field.queryset = owned_companies(request)
        return field

    def save_related(self, request: Any, form: Any, formsets: Any, change: Any) -> None:
        """Do nothing: what is added has no rows of its own."""


@admin.register(IssuedCredential)
class IssuedCredentialAdmin(OwnersRows):
    """What we signed about a company. Asked for, revoked, never edited."""

    list_display = ("what", "company", "standing", "issued_at")
    list_display_links = ("what",)
    list_filter = ("kind",)
    list_select_related = ("company",)
    search_fields = ("company__name", "number", "sha256")
    date_hierarchy = "issued_at"
    actions = ("revoke_asked", "revoke_outdated", "revoke_mistake")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No credential yet. Once every mandatory fact is given and the coverage is "
        "high enough, ask here for a transparency certificate: a signed proof that "
        "anybody can check."
    )

    def add_view(
        self,
        request: HttpRequest,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Ask for which company, with one way to send it."""
        context = {
            **(extra_context or {}),
            "title": _("Ask for a transparency certificate"),
            "show_save_and_continue": False,
            "show_save_and_add_another": False,
        }
        return super().add_view(request, form_url, context)

    def get_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: IssuedCredential | None = None,
    ) -> Any:
        """Ask for the company; show what was signed."""
        if obj is None:
            return ("company",)
        shown = ("what", "company", "standing", "page", "number", "issued_at")
        return (*shown, "valid_until", "sha256", "token")

    def get_readonly_fields(
        self, request: HttpRequest, obj: IssuedCredential | None = None
    ) -> Any:
        """Fix everything that was signed."""
        return self.get_fields(request, obj) if obj else ()

    @admin.display(description=gettext_lazy("credential"), ordering="kind")
    def what(self, credential: IssuedCredential) -> str:
        """Return what it says, in a word."""
        return str(credential.get_kind_display())

    @admin.display(description=gettext_lazy("where it stands"))
    def standing(self, credential: IssuedCredential) -> str:
        """Return whether it holds, and until when."""
        if credential.revoked_at is not None:
            return _("revoked on %(day)s: %(why)s") % {
                "day": _day(credential.revoked_at),
                "why": credential.get_revocation_reason_display(),
            }
        day = {"day": _day(credential.valid_until)}
        if credential.valid_until <= timezone.now():
            return _("expired on %(day)s") % day
        return _("in force until %(day)s") % day

    @admin.display(description=gettext_lazy("public page"))
    def page(self, credential: IssuedCredential) -> str:
        """Return a link to the page that explains it."""
        path = f"/credentials/{credential.pk}"
        return format_html('<a href="{}">{}</a>', path, path)

    def save_model(
        self,
        request: HttpRequest,
        obj: IssuedCredential,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Have the certificate issued by the service."""
        require_second_factor(request)
        made = issue_transparency(company=obj.company, author=author(request))
        obj.pk, obj.kind = made.pk, made.kind

    @admin.action(
        description=gettext_lazy("Revoke, as the company asks"), permissions=["own"]
    )
    def revoke_asked(
        self, request: HttpRequest, queryset: QuerySet[IssuedCredential]
    ) -> None:
        """Revoke the chosen ones because the company wants it."""
        self._revoke(request, queryset, Reason.ASKED)

    @admin.action(
        description=gettext_lazy("Revoke: it is no longer so"), permissions=["own"]
    )
    def revoke_outdated(
        self, request: HttpRequest, queryset: QuerySet[IssuedCredential]
    ) -> None:
        """Revoke the chosen ones because what they say has changed."""
        self._revoke(request, queryset, Reason.OUTDATED)

    @admin.action(
        description=gettext_lazy("Revoke: issued by mistake"), permissions=["operate"]
    )
    def revoke_mistake(
        self, request: HttpRequest, queryset: QuerySet[IssuedCredential]
    ) -> None:
        """Revoke the chosen ones because they never should have been."""
        self._revoke(request, queryset, Reason.MISTAKE)

    def _revoke(
        self, request: HttpRequest, queryset: QuerySet[IssuedCredential], reason: str
    ) -> None:
        require_second_factor(request)
        count = 0
        for one in queryset:
            try:
                count += revoke_issued(
                    credential=one, reason=reason, author=author(request)
                )
            except DomainError as refused:
                tell(request, refused, one)
        if count:
            text = ngettext(
                "%(n)s credential was revoked, for ever.",
                "%(n)s credentials were revoked, for ever.",
                count,
            )
            messages.success(request, text % {"n": count})


@admin.register(DomainProof)
class DomainProofAdmin(OwnersRows):
    """The domains of a company: claimed by owners, proven by what they serve."""

    list_display = ("domain", "company", "standing", "claimed_at")
    list_select_related = ("company",)
    search_fields = ("domain", "company__name")
    actions = ("prove", "identify")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No domain yet. A company that proves its domain can have its identity "
        "confirmed: a signed credential that ties the domain to the SIREN."
    )

    def get_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: DomainProof | None = None,
    ) -> Any:
        """Ask for the name; show how to prove it."""
        if obj is None:
            return ("company", "domain")
        return ("company", "domain", "standing", "how", "asked_at")

    def get_readonly_fields(
        self, request: HttpRequest, obj: DomainProof | None = None
    ) -> Any:
        """Fix what was claimed."""
        return self.get_fields(request, obj) if obj else ()

    @admin.display(description=gettext_lazy("where it stands"))
    def standing(self, proof: DomainProof) -> str:
        """Return whether it was proven, and how long ago."""
        if proof.proven_at is None:
            return _("not proven yet")
        day = {"day": _day(proof.proven_at), "how": proof.get_method_display()}
        if assessing.is_fresh(proof):
            return _("proven on %(day)s by %(how)s") % day
        return _("proven on %(day)s: prove it again") % day

    @admin.display(description=gettext_lazy("how to prove it"))
    def how(self, proof: DomainProof) -> str:
        """Return what the domain is to serve, one way or the other."""
        return format_html(
            "<p>{}</p><p><code>https://{}{}</code></p><p><code>{}</code></p>"
            "<p>{}</p><p><code>{}</code></p>",
            _("Serve this line, as plain text, at this address:"),
            proof.domain,
            fetching.CHALLENGE_PATH,
            proof.challenge,
            _("Or serve a DID document whose “alsoKnownAs” has the company’s page:"),
            page_of(proof.company),
        )

    def save_model(
        self,
        request: HttpRequest,
        obj: DomainProof,
        form: Any,  # noqa: ARG002 - Django's signature
        change: bool,  # noqa: ARG002, FBT001 - Django's signature
    ) -> None:
        """Note the claim by the service."""
        require_second_factor(request)
        made = claim_domain(
            company=obj.company, domain=obj.domain, author=author(request)
        )
        obj.pk = made.pk

    @admin.action(description=gettext_lazy("Ask the domain"), permissions=["own"])
    def prove(self, request: HttpRequest, queryset: QuerySet[DomainProof]) -> None:
        """Ask each chosen domain whether it is the company's."""
        require_second_factor(request)
        for one in queryset.select_related("company")[:3]:
            try:
                found = prove_domain(proof=one, author=author(request))
            except DomainError as refused:
                tell(request, refused, one)
                continue
            text = _("%(domain)s is proven.") % {"domain": found.domain}
            messages.success(request, text)

    @admin.action(
        description=gettext_lazy("Issue the identity credential"),
        permissions=["operate"],
    )
    def identify(self, request: HttpRequest, queryset: QuerySet[DomainProof]) -> None:
        """Say of each chosen domain that who holds it is the company."""
        require_second_factor(request)
        for one in queryset.select_related("company"):
            try:
                made = issue_identity(proof=one, author=author(request))
            except DomainError as refused:
                tell(request, refused, one)
                continue
            text = _("The identity of %(company)s is confirmed until %(day)s.")
            said = {"company": one.company, "day": _day(made.valid_until)}
            messages.success(request, text % said)


@admin.register(IssuingKey)
class IssuingKeyAdmin(OnlyRead[IssuingKey], ModelAdmin[IssuingKey]):
    """The keys that sign our credentials. For the operator alone."""

    list_display = ("name", "is_current", "created_at", "retired_at", "withdrawn_at")
    fields = (*list_display, "did", "public_jwk")
    readonly_fields = fields
    actions = ("rotate", "withdraw")
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No key yet: the first one is made when something is first signed."
    )

    def has_view_permission(
        self,
        request: HttpRequest,
        obj: IssuingKey | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Let who runs the service."""
        return is_operator(request)

    def has_delete_permission(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: IssuingKey | None = None,  # noqa: ARG002 - Django's signature
    ) -> bool:
        """Refuse: credentials were signed with it."""
        return False

    def has_operate_permission(self, request: HttpRequest) -> bool:
        """Let who runs the service."""
        return is_operator(request)

    @admin.display(description=gettext_lazy("DID"))
    def did(self, key: IssuingKey) -> str:
        """Return the name that tokens give it."""
        return f"{own_key.did()}#{key.name}"

    @admin.action(
        description=gettext_lazy("Let a new key sign from now on"),
        permissions=["operate"],
    )
    def rotate(
        self,
        request: HttpRequest,
        queryset: QuerySet[IssuingKey],  # noqa: ARG002 - it is today's key that goes
    ) -> None:
        """Retire today's key; what it signed holds."""
        require_second_factor(request)
        made = rotate_issuing_key(author=author(request))
        text = _("%(name)s signs from now on. What was signed before holds.")
        messages.success(request, text % {"name": made.name})

    @admin.action(
        description=gettext_lazy("Take out: somebody else may have it"),
        permissions=["operate"],
    )
    def withdraw(self, request: HttpRequest, queryset: QuerySet[IssuingKey]) -> None:
        """Take the chosen keys out of our DID document, with all that they signed."""
        require_second_factor(request)
        for one in queryset:
            count = withdraw_issuing_key(key=one, author=author(request))
            text = ngettext(
                "%(name)s is taken out; %(n)s credential is revoked by that.",
                "%(name)s is taken out; %(n)s credentials are revoked by that.",
                count,
            )
            messages.warning(request, text % {"name": one.name, "n": count})


def _day(moment: Any) -> str:
    return wording.day(timezone.localtime(moment).date())
