"""The admin's forms of a product and of its stock."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminTextInputWidget

from companies.forms import RefusableForm
from products import gtin
from products.models import Offering, Stock
from products.services.stock_lines import MAX_QUANTITY, LineRefused, store_name


class ProductForm(RefusableForm):
    """A product. Its number may be typed in any length, with its check digit."""

    gtin = forms.CharField(
        label="GTIN",
        max_length=14,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("8, 12, 13 or 14 digits, as printed under the bars."),
    )

    def clean_gtin(self) -> str:
        """Return the number in 14 digits, or say which check digit would be right."""
        code = str(self.cleaned_data["gtin"]).replace(" ", "")
        if gtin.is_gtin(code):
            number = gtin.normalize(code)
            if gtin.is_restricted(number):
                raise forms.ValidationError(
                    _("This number has a meaning inside one shop only.")
                )
            return number
        if len(code) in gtin.LENGTHS and gtin.DIGITS.fullmatch(code):
            raise forms.ValidationError(
                _("The check digit of %(gtin)s is wrong; %(expected)s would be right."),
                params={"gtin": code, "expected": gtin.check_digit(code[:-1])},
            )
        raise forms.ValidationError(_("A GTIN has 8, 12, 13 or 14 digits."))


class StockForm(forms.ModelForm[Stock]):
    """The stock of one shop, with the version that the person saw."""

    # The hidden initial tells what the person changed from what changed meanwhile.
    quantity = forms.IntegerField(
        label=gettext_lazy("Quantity"),
        widget=UnfoldAdminIntegerFieldWidget,
        min_value=0,
        max_value=MAX_QUANTITY,
        show_hidden_initial=True,
    )
    seen_version = forms.IntegerField(
        min_value=0, required=False, widget=forms.HiddenInput
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["seen_version"] = self.instance.version
            # The shop is the row's identity.
            self.fields["store"].disabled = True

    def clean_store(self) -> str:
        """Return a new shop's name as programs' are written; an old one as it is."""
        if self.instance.pk:
            return self.instance.store
        try:
            return store_name(self.cleaned_data["store"])
        except LineRefused as refused:
            raise forms.ValidationError(refused.detail) from refused


class OfferingForm(forms.ModelForm[Offering]):
    """Whether a product is sold."""

    class Meta:
        model = Offering
        fields = ("state",)
        help_texts = {
            "state": gettext_lazy(
                "Shown before what the shops count, at once and without publishing."
            )
        }
