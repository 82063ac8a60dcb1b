"""The forms by which a dispute is opened, answered and decided in the admin."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from companies import catalogue, finding, wording
from companies.errors import InvalidCompanyIdentifier
from companies.models import Company, Dispute, Statement
from companies.services.disputing import MAX_REASON, MAX_TEXT, MIN_TEXT

MAINTAIN, CORRECT = "maintain", "correct"


class OpenForm(forms.Form):
    """What somebody contests of what another company states."""

    company = forms.CharField(
        label=gettext_lazy("Company"),
        max_length=200,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy(
            "Its SIREN, VAT number, LEI or identifier here, or its exact name."
        ),
    )
    fact = forms.ChoiceField(label=gettext_lazy("Fact"), widget=UnfoldAdminSelectWidget)
    kind = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it"),
        choices=Dispute.Kind.choices,
        widget=UnfoldAdminSelectWidget,
    )
    text = forms.CharField(
        label=gettext_lazy("What you contest, and why"),
        min_length=MIN_TEXT,
        max_length=MAX_TEXT,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text=gettext_lazy(
            "The company and the operator read it, and nobody else. Your name is not "
            "shown to the company: leave out what would give you away."
        ),
    )
    evidence = forms.FileField(
        label=gettext_lazy("Document"),
        required=False,
        widget=UnfoldAdminFileFieldWidget,
        help_text=gettext_lazy(
            "A PDF or a picture, if you have one. Its name is not kept."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fact = self.fields["fact"]
        assert isinstance(fact, forms.ChoiceField)
        fact.choices = [
            (one.key, one.label(wording.language()))
            for one in catalogue.facts().values()
        ]

    def clean_company(self) -> Company:
        """Return the company that is meant."""
        text = str(self.cleaned_data["company"]).strip()
        # A short name may look like a VAT number.
        found = _identified(text) or list(Company.objects.filter(name__iexact=text)[:2])
        if not found:
            raise forms.ValidationError(_("No company is known by this."))
        if len(found) > 1:
            raise forms.ValidationError(
                _("Several companies are called so: give the SIREN, VAT number or LEI.")
            )
        return found[0]


def _identified(text: str) -> list[Company]:
    try:
        return list(Company.objects.filter(**finding.lookup(text))[:2])
    except InvalidCompanyIdentifier:
        return []


class AnswerForm(forms.Form):
    """What the company answers, in its name."""

    choice = forms.ChoiceField(
        label=gettext_lazy("The company"), widget=UnfoldAdminSelectWidget
    )
    answer = forms.CharField(
        label=gettext_lazy("Answer"),
        min_length=MIN_TEXT,
        max_length=MAX_TEXT,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text=gettext_lazy("Published. No names of people, please."),
    )

    def __init__(
        self,
        *args: Any,
        dispute: Dispute,
        correction: Statement | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = []
        if dispute.state == Dispute.State.OPEN:
            choices.append((MAINTAIN, _("maintains its statement")))
        if correction is not None:
            # What was corrected meanwhile is the likelier answer.
            choices.insert(0, (CORRECT, _("has corrected it")))
        choice = self.fields["choice"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = choices


class DecideForm(forms.Form):
    """What the operator decides between the two."""

    verdict = forms.ChoiceField(
        label=gettext_lazy("The dispute is"), widget=UnfoldAdminSelectWidget
    )
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        min_length=MIN_TEXT,
        max_length=MAX_REASON,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Published. No names of people, please."),
    )

    def __init__(self, *args: Any, may_uphold: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [Dispute.State.REJECTED]
        if may_uphold:
            states.insert(0, Dispute.State.UPHELD)
        verdict = self.fields["verdict"]
        assert isinstance(verdict, forms.ChoiceField)
        verdict.choices = [(state.value, state.label) for state in states]
