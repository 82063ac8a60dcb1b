"""Who verifies, and what: the operator's to say."""

from typing import Any, ClassVar

from django.contrib import admin
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy, ngettext

from common.theme import StackedInline
from companies import catalogue, wording
from companies.access import RowLevelAdmin, is_operator
from companies.forms import ScopeForm
from companies.models import Verifier, VerifierScope
from companies.second_factor import require_second_factor
from companies.verifier_access import admit_verifier


class ScopesFormSet(BaseInlineFormSet[Any, Any, Any]):
    """The scopes of one verifier: facts that its kind may verify."""

    def clean(self) -> None:
        """Refuse the facts that the catalogue leaves to others."""
        super().clean()
        kind = self.instance.kind
        for form in self.forms:
            if kind and getattr(form, "cleaned_data", None):
                form.refuse_facts_of_others(kind)


class ScopeInline(StackedInline[VerifierScope, Verifier]):
    """What a verifier may verify. A scope that ended stays, to be read."""

    model = VerifierScope
    form = ScopeForm
    formset = ScopesFormSet
    extra = 0
    tab = False


@admin.register(Verifier)
class VerifierAdmin(RowLevelAdmin[Verifier]):
    """Who verifies. For the operator alone; never deleted, but made inactive."""

    member_actions = ()
    list_display = ("organisation", "kind", "user", "scope", "is_active")
    list_filter = ("kind", "is_active")
    list_select_related = ("user",)
    search_fields = ("organisation", "user__username", "did", "accreditation")
    autocomplete_fields = ("user", "company")
    inlines = (ScopeInline,)
    fields = (
        "user",
        "organisation",
        "kind",
        "accreditation",
        "url",
        "did",
        "company",
        "is_active",
    )
    empty_hint: ClassVar[Any] = gettext_lazy(
        "No verifier yet. Add one with the facts, countries and days of its scope."
    )

    @admin.display(description=gettext_lazy("scope"))
    def scope(self, verifier: Verifier) -> str:
        """Return how much it may verify."""
        scopes = list(verifier.scopes.all())
        labels = {
            catalogue.facts()[key].label(wording.language())
            for one in scopes
            for key in one.facts
            if key in catalogue.facts()
        }
        countries = {code for one in scopes for code in one.countries}
        count = ngettext("%(n)s fact", "%(n)s facts", len(labels)) % {"n": len(labels)}
        shown = ", ".join(sorted(countries)[:10]) + ("…" if len(countries) > 10 else "")
        return format_html(
            '<span title="{}">{} · {}</span>', ", ".join(sorted(labels)), count, shown
        )

    def get_queryset(self, request: HttpRequest) -> Any:
        """Show verifiers to operators only, with their scopes."""
        rows = super().get_queryset(request).prefetch_related("scopes")
        return rows if is_operator(request) else rows.none()

    def get_readonly_fields(
        self,
        request: HttpRequest,  # noqa: ARG002 - Django's signature
        obj: Verifier | None = None,
    ) -> Any:
        """Fix the account: what another person verifies is another verifier's."""
        return () if obj is None else ("user",)

    def save_model(
        self,
        request: HttpRequest,
        obj: Verifier,
        form: Any,
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Open the admin to the verifier, or close what was open to it."""
        require_second_factor(request)
        super().save_model(request, obj, form, change)
        admit_verifier(obj)
