"""
The form by which one statement is typed in the admin.

The service decides what the value must be; the form only reads JSON, and shows what the
service refused.
"""

import json
from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from companies.levels import Level, Status


class RefusableForm(forms.ModelForm[Any]):
    """A form that can say why the service refused what it gave."""

    # Why the service refused the same form just before, if it did.
    refusal: ClassVar[str] = ""

    def clean(self) -> dict[str, Any]:
        """Show the service's refusal among the errors."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.refusal:
            self.add_error(None, self.refusal)
        return cleaned


class StatementForm(RefusableForm):
    """One statement. The value is typed as text, a list or an object as JSON."""

    value = forms.CharField(
        label=gettext_lazy("Value"),
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        required=False,
        help_text=gettext_lazy(
            "A text, a number or a date (2026-03-14). A list is written as JSON: "
            '[{"place": "Lyon"}].'
        ),
    )
    unit = forms.CharField(
        label=gettext_lazy("Unit"),
        widget=UnfoldAdminTextInputWidget,
        max_length=40,
        required=False,
        help_text=gettext_lazy("A UNECE code or a currency. Empty: the usual unit."),
    )
    observed_at = forms.SplitDateTimeField(
        label=gettext_lazy("True on"),
        required=False,
        widget=UnfoldAdminSplitDateTimeWidget,
        help_text=gettext_lazy("When the value was observed. Empty: now."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["value"] = as_typed(self.instance.value)
            # A correction is a new observation.
            self.initial["observed_at"] = None
            if self.instance.is_expired(timezone.localdate()):
                self.initial["valid_until"] = None

    def clean_value(self) -> Any:
        """Return the text, or what the JSON says; decimals stay texts."""
        text = str(self.cleaned_data["value"] or "").strip()
        if not text.startswith(("[", "{")):
            return text or None
        try:
            return json.loads(text, parse_float=str)
        except json.JSONDecodeError as error:
            raise forms.ValidationError(
                _("This JSON cannot be read: line %(line)s, column %(column)s."),
                params={"line": error.lineno, "column": error.colno},
            ) from error

    def clean_observed_at(self) -> datetime | None:
        """Refuse the future: it would outrank every later observation."""
        moment: datetime | None = self.cleaned_data["observed_at"]
        if moment is not None and moment > timezone.now():
            raise forms.ValidationError(_("This is in the future."))
        return moment

    def clean(self) -> dict[str, Any]:
        """Refuse a known statement without value, and a proof that nobody can see."""
        cleaned = super().clean()
        if cleaned.get("status") != Status.KNOWN:
            cleaned["value"] = None
        elif "value" in cleaned and cleaned["value"] is None:
            self.add_error("value", _("Give the value, or choose another status."))
        if cleaned.get("status") == Status.WITHHELD and not cleaned.get("note"):
            self.add_error("note", _("Say why this value is not published."))
        if cleaned.get("level") == Level.EVIDENCED:
            self.require_proof(cleaned)
        return cleaned

    def require_proof(self, cleaned: dict[str, Any]) -> None:
        """Ask for the document that an evidenced value stands on."""
        if not cleaned.get("source_url"):
            self.add_error("source_url", _("Give the address of the document."))


def as_typed(value: Any) -> str:
    """Return a stored value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, indent=2)
    return str(value)
