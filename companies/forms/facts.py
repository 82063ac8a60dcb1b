"""
The form of one fact of a company: its parts by the catalogue, its year, its documents.

The parts differ from fact to fact, so a form is made for each. A document that is
uploaded is filed before the form is looked at: whatever is refused then, it is kept,
chosen, and need not be sent again.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminSingleDateWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from companies import catalogue, columns, countries, wording
from companies.forms import listing
from companies.forms.counting import LineRefused, as_lines, counts
from companies.forms.statements import StatementForm
from companies.models import Company, Evidence, Statement

UPLOAD = "upload"
MOST_UPLOADS = 10
FIRST_YEAR = 1900
PREFIX = "detail_"
NUMBERS = {"decimal", "percent", "money", "integer", "boolean+percent"}
# The catalogue's types of numbers by name.
BY_NAME = {"counts", "parts"}


class SeveralFiles(forms.ClearableFileInput):
    """A field for files, several at once, as browsers and phones offer it."""

    template_name = "django/forms/widgets/file.html"
    allow_multiple_selected = True


class Uploads(forms.Field):
    """Files that were filed before the form is looked at: nothing is left to check."""

    widget = SeveralFiles

    def clean(self, value: Any) -> None:
        """Return nothing: the documents are among the chosen ones by now."""


class FactForm(StatementForm):
    """One fact of a company. Use `fact_form`, which adds the parts of the fact."""

    fact: ClassVar[catalogue.Fact | None] = None
    # What was wrong with uploaded files, a sentence each.
    refused_uploads: ClassVar[Sequence[str]] = ()
    own_documents: ClassVar[QuerySet[Evidence]]

    year = forms.IntegerField(
        label=gettext_lazy("Year"),
        required=False,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy(
            "The year that the figure covers. Empty: the year it was observed."
        ),
    )
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        required=False,
        widget=UnfoldAdminSingleDateWidget,
    )
    documents = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Documents"),
        queryset=Evidence.objects.none(),
        required=False,
        help_text=gettext_lazy("Among the documents that the company has here."),
    )
    upload = Uploads(
        label=gettext_lazy("New documents"),
        required=False,
        widget=SeveralFiles(attrs={"multiple": True, "class": " ".join(INPUT_CLASSES)}),
        help_text=gettext_lazy(
            "PDF, JPEG, PNG, or text in UTF-8. Only the company, the verifiers in "
            "whose scope it is and the operator read them."
        ),
    )
    # A newer statement that the author was told of, and would replace.
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice: Any = self.fields.get("documents")
        if choice is not None:
            choice.queryset = self.own_documents
        if self.instance.pk:
            self.initial["documents"] = list(self.instance.evidence.all())
            if self._is_list() and isinstance(self.instance.value, list):
                said = listing.as_lines(self._kind(), self.instance.value)
                self.initial["value"] = said
            for detail in self._details():
                value = self.instance.details.get(detail.key)
                self.initial[PREFIX + detail.key] = (
                    as_lines(value or {}) if detail.type in BY_NAME else value
                )

    def _details(self) -> tuple[catalogue.Detail, ...]:
        return self.fact.details if self.fact else ()

    def _kind(self) -> str:
        return self.fact.type if self.fact else ""

    def _is_list(self) -> bool:
        return self._kind() in listing.LAYOUTS

    def clean_value(self) -> Any:
        """Read a list line by line, and as JSON where it begins as JSON does."""
        text = str(self.cleaned_data["value"] or "").strip()
        if not text or text.startswith("[") or not self._is_list():
            return super().clean_value()
        try:
            return listing.entries(self._kind(), text)
        except LineRefused as error:
            raise forms.ValidationError(str(error)) from error

    def clean_year(self) -> int | None:
        """Refuse a year that no figure of ours covers, in words."""
        year: int | None = self.cleaned_data["year"]
        if year is not None and not FIRST_YEAR <= year <= timezone.localdate().year + 1:
            raise forms.ValidationError(_("This year is out of bounds."))
        return year

    def clean(self) -> dict[str, Any]:
        """Put the parts together, and say of each what is wrong with it."""
        cleaned = super().clean()
        for sentence in self.refused_uploads:
            self.add_error(UPLOAD, sentence)
        self._refuse_others_documents(cleaned)
        cleaned["details"] = {
            detail.key: value
            for detail in self._details()
            if (value := self._detail(detail, cleaned)) not in (None, "", {})
        }
        return cleaned

    def _detail(self, detail: catalogue.Detail, cleaned: dict[str, Any]) -> Any:
        """Return one part in the form that is stored; none when it is wrong."""
        assert self.fact is not None
        name = PREFIX + detail.key
        typed = cleaned.get(name)
        try:
            if detail.type in BY_NAME:
                typed = counts(typed or "")
            return catalogue.clean_details(self.fact.key, {detail.key: typed}).get(
                detail.key
            )
        except LineRefused as error:
            self.add_error(name, str(error))
        except catalogue.ValueRefused as error:
            self.add_error(name, columns.why(error.code))
        return None

    def _refuse_others_documents(self, cleaned: dict[str, Any]) -> None:
        company: Company | None = cleaned.get("company") or (
            self.instance.company if self.instance.pk else None
        )
        documents = cleaned.get("documents") or ()
        if company and any(one.company_id != company.pk for one in documents):
            self.add_error("documents", _("This document is of another company."))

    def require_proof(self, cleaned: dict[str, Any]) -> None:
        """Ask for a document, which an address elsewhere is not."""
        if "documents" in self.errors or self.refused_uploads:
            return
        if not cleaned.get("documents"):
            self.add_error(UPLOAD, _("Attach the document that shows it."))


def fact_form(
    fact: catalogue.Fact | None, documents: QuerySet[Evidence]
) -> type[FactForm]:
    """Return the form of one fact; without a fact, the form without its parts."""
    parts = {
        PREFIX + detail.key: _field(detail) for detail in (fact.details if fact else ())
    }
    members = {"fact": fact, "own_documents": documents, **parts}
    if fact is not None:
        members |= {"value": _value_field(fact), "unit": _unit_field(fact)}
    form = type("FactForm", (FactForm,), members)
    assert issubclass(form, FactForm)
    chooser: Any = AutocompleteSelectMultiple(
        Statement._meta.get_field("evidence"), admin.site
    )
    # Of this class alone: the base class is everyone's.
    form.base_fields["documents"].widget = chooser
    return form


def uploads_of(request: HttpRequest) -> list[UploadedFile[Any]]:
    """Return the files that came with the form."""
    files: list[Any] = request.FILES.getlist(UPLOAD)
    return files


def _value_field(fact: catalogue.Fact) -> forms.Field:
    """Return the field of the value: people pick days and countries, and type texts."""
    common: dict[str, Any] = {"label": _("Value"), "required": False}
    if fact.type in {"date", "country"}:
        return _picked(fact.type, common)
    text, rows = "", 3
    if fact.type in NUMBERS:
        text = _("A number, without its unit: 12.5.")
    elif fact.type in listing.LAYOUTS:
        text, rows = str(listing.LAYOUTS[fact.type].help_text), 6
    return forms.CharField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": rows}),
        help_text=text,
        **common,
    )


def _unit_field(fact: catalogue.Fact) -> forms.Field:
    """Return the field of the unit, which says what is meant when it is empty."""
    units = [wording.unit_text(one) for one in (fact.unit or "").split("|")]
    text = _("A UNECE code or a currency. Empty: the usual unit.")
    if fact.type in NUMBERS and units[0]:
        text = _("Empty: %(unit)s.") % {"unit": units[0]}
    return forms.CharField(
        label=_("Unit"),
        widget=UnfoldAdminTextInputWidget,
        max_length=40,
        required=False,
        help_text=text,
    )


def _picked(kind: str, common: dict[str, Any]) -> forms.Field:
    """Return a field for a day or a country."""
    if kind == "date":
        return forms.DateField(widget=UnfoldAdminSingleDateWidget, **common)
    return forms.ChoiceField(
        choices=[("", "—"), *countries.choices(wording.language())],
        widget=UnfoldAdminSelectWidget,
        **common,
    )


def _field(detail: catalogue.Detail) -> forms.Field:
    label = detail.label(wording.language())
    common: dict[str, Any] = {"label": label, "required": False}
    match detail.type:
        case "counts" | "parts":
            return forms.CharField(
                widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
                help_text=_("One a line: a name, a colon, a number: “CDI : 110”."),
                **common,
            )
        case "date" | "country":
            return _picked(detail.type, common)
    return forms.CharField(
        widget=UnfoldAdminTextInputWidget, max_length=2_000, **common
    )
