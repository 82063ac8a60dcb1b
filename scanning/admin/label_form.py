"""The form by which a company orders labels, all on one page."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelectMultiple
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold import widgets

from products import gtin as arithmetic
from products.models import Product
from scanning.labels import lists
from scanning.labels.contents import LINES
from scanning.labels.layouts import LAYOUTS
from scanning.models import LabelLine
from scanning.models.label_runs import ErrorCorrection, Symbology
from scanning.services.label_planning import (
    MAX_COPIES,
    Batch,
    Style,
    list_refused,
)

PRODUCTS, RANGE, LIST = "products", "range", "list"
LARGEST_NUMBER = 10**18
LIST_BYTES = 1_000_000


class LabelOrderForm(forms.Form):
    """What to print, and how. Each field says what a packaging manager must know."""

    products = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Products"),
        queryset=Product.objects.none(),
        widget=AutocompleteSelectMultiple(
            LabelLine._meta.get_field("product"),
            admin.site,
        ),
        required=False,
        help_text=gettext_lazy(
            "Products of one company. A list that names the GTIN in each line needs "
            "none here."
        ),
    )
    what = forms.ChoiceField(
        label=gettext_lazy("What differs from label to label"),
        choices=[
            (PRODUCTS, gettext_lazy("nothing: each product, or its lot")),
            (RANGE, gettext_lazy("a running serial number")),
            (LIST, gettext_lazy("lots and serial numbers from a list")),
        ],
        widget=widgets.UnfoldAdminRadioSelectWidget,
        initial=PRODUCTS,
    )
    lot = forms.CharField(
        widget=widgets.UnfoldAdminTextInputWidget,
        label=gettext_lazy("Lot"),
        max_length=20,
        required=False,
        help_text=gettext_lazy(
            "The same for all labels; empty: no lot. At most 20 characters, in "
            "capitals: small letters make the code larger."
        ),
    )
    serial_prefix = forms.CharField(
        widget=widgets.UnfoldAdminTextInputWidget,
        label=gettext_lazy("Serial number: beginning"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("What stands in front of the number, such as AB26-."),
    )
    first_number = forms.IntegerField(
        widget=widgets.UnfoldAdminIntegerFieldWidget,
        label=gettext_lazy("First number"),
        min_value=0,
        max_value=LARGEST_NUMBER,
        required=False,
    )
    digits = forms.IntegerField(
        widget=widgets.UnfoldAdminIntegerFieldWidget,
        label=gettext_lazy("Digits"),
        min_value=1,
        max_value=20,
        required=False,
        help_text=gettext_lazy("Filled with zeros on the left: 5 digits give 00001."),
    )
    count = forms.IntegerField(
        widget=widgets.UnfoldAdminIntegerFieldWidget,
        label=gettext_lazy("How many"),
        min_value=1,
        required=False,
        help_text=gettext_lazy("For each product."),
    )
    listed = forms.CharField(
        label=gettext_lazy("List"),
        required=False,
        strip=False,
        widget=widgets.UnfoldAdminTextareaWidget(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "One label a line: the serial number, or lot;serial, or gtin;lot;serial. "
            "A first line with the names gtin, lot, serial may change the order."
        ),
    )
    file = forms.FileField(
        widget=widgets.UnfoldAdminFileFieldWidget,
        label=gettext_lazy("or a CSV file"),
        required=False,
        help_text=gettext_lazy("The same list, as a spreadsheet saves it (CSV)."),
    )
    symbol = forms.ChoiceField(
        widget=widgets.UnfoldAdminSelectWidget,
        label=gettext_lazy("Symbol"),
        choices=Symbology.choices,
        initial=Symbology.QR,
        help_text=gettext_lazy(
            "Any phone opens a QR code. A DataMatrix is smaller and for scanners. Bars "
            "hold neither lot nor serial number."
        ),
    )
    error_correction = forms.ChoiceField(
        widget=widgets.UnfoldAdminSelectWidget,
        label=gettext_lazy("Error correction"),
        choices=ErrorCorrection.choices,
        initial=ErrorCorrection.M,
        required=False,
        help_text=gettext_lazy(
            "How much of a QR code may be scratched. More makes the code larger; "
            "M suits packaging, Q or H a label that rubs."
        ),
    )
    layout = forms.ChoiceField(
        widget=widgets.UnfoldAdminSelectWidget,
        label=gettext_lazy("Sheet"),
        choices=[(layout.key, layout.title) for layout in LAYOUTS.values()],
        help_text=gettext_lazy(
            "Print PDF files at 100 %, without “fit to page”, or every code shrinks."
        ),
    )
    copies = forms.IntegerField(
        label=gettext_lazy("Copies"),
        widget=widgets.UnfoldAdminIntegerFieldWidget,
        min_value=1,
        max_value=MAX_COPIES,
        initial=1,
    )
    shown = forms.MultipleChoiceField(
        label=gettext_lazy("Written beside the code"),
        choices=[
            ("name", gettext_lazy("name of the product")),
            ("gtin", "GTIN"),
            ("lot", gettext_lazy("lot")),
            ("serial", gettext_lazy("serial number")),
        ],
        widget=widgets.UnfoldAdminCheckboxSelectMultipleWidget,
        initial=list(LINES),
        required=False,
    )

    groups = (
        (gettext_lazy("What to print"), ("products", "what", "lot")),
        (
            gettext_lazy("A running serial number"),
            ("serial_prefix", "first_number", "digits", "count"),
        ),
        (gettext_lazy("Lots and serial numbers from a list"), ("listed", "file")),
        (
            gettext_lazy("How it looks"),
            ("symbol", "error_correction", "layout", "copies", "shown"),
        ),
    )

    def __init__(self, *args: Any, products: QuerySet[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._products = products
        self.fields["products"].queryset = products  # type: ignore[attr-defined]

    def fieldsets(self) -> Iterator[tuple[Any, list[forms.BoundField]]]:
        """Yield the groups of fields as the page shows them."""
        for title, names in self.groups:
            yield title, [self[name] for name in names]

    def clean_file(self) -> str:
        """Return the text of the uploaded list."""
        upload = self.cleaned_data["file"]
        if not upload:
            return ""
        if upload.size > LIST_BYTES:
            raise forms.ValidationError(_("This file is too large to be such a list."))
        return lists.decoded(upload.read())

    def clean(self) -> dict[str, Any]:
        """Ask for what the choice needs, and only for that."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        match given.get("what"):
            case "range":
                for name in ("first_number", "count"):
                    if given.get(name) is None and name not in self.errors:
                        self.add_error(name, _("A running number needs this."))
            case "list":
                if not (given.get("file") or given.get("listed", "").strip()):
                    self.add_error("listed", _("Paste a list, or choose a file."))
        self._refuse_what_is_not_used(given)
        needs_products = given.get("what") != LIST and "products" not in self.errors
        if needs_products and not given.get("products"):
            self.add_error("products", _("Choose at least one product."))
        return given

    def _refuse_what_is_not_used(self, given: dict[str, Any]) -> None:
        """Say what was filled in and would not be printed, rather than drop it."""
        names = ("serial_prefix", "first_number", "digits", "count")
        has_range = any(given.get(name) not in {None, ""} for name in names)
        has_list = bool(given.get("file") or given.get("listed", "").strip())
        if has_range and given.get("what") != RANGE:
            self.add_error("what", _("A running number is filled in, but not chosen."))
        if has_list and given.get("what") != LIST:
            self.add_error("what", _("A list is filled in, but not chosen."))

    def list_text(self) -> str:
        """Return the list that was pasted or uploaded; a file goes before the text."""
        text: str = self.cleaned_data["file"] or self.cleaned_data["listed"]
        return text

    def style(self) -> Style:
        """Return how the labels are to look."""
        given = self.cleaned_data
        is_qr = given["symbol"] == Symbology.QR
        return Style(
            symbol=given["symbol"],
            layout=given["layout"],
            error_correction=(given["error_correction"] or "M") if is_qr else "",
            shown=frozenset(given["shown"]),
            copies=given["copies"],
        )

    def batches(self) -> list[Batch]:
        """Return what is to be printed; a list's faults are raised line by line."""
        given = self.cleaned_data
        products = list(given["products"])
        match given["what"]:
            case "range":
                return [
                    Batch(
                        product,
                        given["lot"],
                        given["serial_prefix"],
                        given["first_number"],
                        given["digits"] or 1,
                        given["count"],
                    )
                    for product in products
                ]
            case "list":
                return self._listed(products, given["lot"])
        return [Batch(product, given["lot"]) for product in products]

    def _listed(self, products: list[Product], lot: str) -> list[Batch]:
        faults: list[tuple[int, str]] = []
        try:
            rows = list(lists.rows(self.list_text()))
        except lists.TooManyColumns as error:
            text = _("more columns than the first line has")
            raise list_refused([(error.args[0], text)]) from error
        except lists.UnreadableLine as error:
            text = _("this line cannot be taken apart; look at its quotes")
            raise list_refused([(error.args[0], text)]) from error
        if len(rows) > settings.MAX_LABELS:
            # Counted before each is looked at; the service says it in its words.
            rows = rows[: settings.MAX_LABELS + 1]
        known = self._known(rows)
        batches = []
        for row in rows:
            product, why = _product_of(row, products, known)
            if product is None:
                faults.append((row.number, why))
                continue
            batches.append(Batch(product, row.lot or lot, row.serial, line=row.number))
        if faults:
            raise list_refused(faults)
        return batches

    def _known(self, rows: list[lists.Row]) -> dict[str, Product]:
        """Return this person's products among those of the list, by 14 digits."""
        numbers = {_padded(row.gtin) for row in rows if row.gtin}
        found: dict[str, Product] = {}
        ordered = sorted(number for number in numbers if number)
        for at in range(0, len(ordered), 500):
            some = self._products.filter(pk__in=ordered[at : at + 500])
            found |= {product.pk: product for product in some}
        return found


def _padded(number: str) -> str:
    digits = number.replace(" ", "")
    return arithmetic.normalize(digits) if arithmetic.is_gtin(digits) else ""


def _product_of(
    row: lists.Row, products: list[Product], known: dict[str, Product]
) -> tuple[Product | None, str]:
    if row.gtin:
        return known.get(_padded(row.gtin)), _("no product of yours has this GTIN")
    if len(products) == 1:
        return products[0], ""
    return None, _("without GTIN, choose exactly one product above")
