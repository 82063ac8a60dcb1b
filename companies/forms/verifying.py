"""The forms of verifiers, and of what an operator lets them verify."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
)

from companies import catalogue, countries, wording
from companies.models import Evidence, Verification, VerifierScope


class VerificationForm(forms.Form):
    """What a verifier found. The button that is pressed says the result."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "Public, with the name of your organisation. To refuse or to withdraw, "
            "say why."
        ),
    )
    assessed_on = forms.DateField(
        label=gettext_lazy("Assessed on"),
        widget=UnfoldAdminSingleDateWidget,
        initial=timezone.localdate,
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
        help_text=gettext_lazy("Empty: as long as the value itself."),
    )
    report = forms.ModelChoiceField(
        label=gettext_lazy("Report"),
        queryset=Evidence.objects.none(),
        required=False,
        widget=UnfoldAdminSelectWidget,
        help_text=gettext_lazy("One that you have uploaded about this company."),
    )
    new_report = forms.FileField(
        label=gettext_lazy("New report"),
        required=False,
        allow_empty_file=True,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "PDF, JPEG, PNG, or text in UTF-8. Only you, the company and the operator "
            "read it."
        ),
    )
    # What this verifier had said when the page was opened; empty: nothing.
    seen = forms.ModelChoiceField(
        queryset=Verification.objects.all(),
        required=False,
        widget=forms.HiddenInput,
    )

    def __init__(
        self,
        *args: Any,
        reports: QuerySet[Evidence],
        own: QuerySet[Verification],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        report: Any = self.fields["report"]
        report.queryset = reports
        if not reports.exists():
            del self.fields["report"]
        seen: Any = self.fields["seen"]
        seen.queryset = own


class ScopeForm(forms.ModelForm[VerifierScope]):
    """What a verifier may verify: chosen, not typed."""

    facts = forms.MultipleChoiceField(
        label=gettext_lazy("Facts"), widget=UnfoldAdminSelect2MultipleWidget
    )
    countries = forms.MultipleChoiceField(
        label=gettext_lazy("Countries"), widget=UnfoldAdminSelect2MultipleWidget
    )

    class Meta:
        model = VerifierScope
        fields = ("facts", "countries", "valid_from", "valid_until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = wording.language()
        facts: Any = self.fields["facts"]
        facts.choices = [
            (fact.key, fact.label(language)) for fact in catalogue.facts().values()
        ]
        named: Any = self.fields["countries"]
        named.choices = [
            (code, f"{name} ({code})") for code, name in countries.choices(language)
        ]

    def refuse_facts_of_others(self, kind: str) -> None:
        """Say which facts the catalogue leaves to verifiers of another kind."""
        everything = catalogue.facts()
        others = [
            everything[key].label(wording.language())
            for key in self.cleaned_data.get("facts", ())
            if kind not in everything[key].verifiable_by
        ]
        if others:
            self.add_error(
                "facts",
                _("A verifier of this kind does not verify: %(facts)s.")
                % {"facts": ", ".join(others)},
            )
