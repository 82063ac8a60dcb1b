"""What an order of labels would give, checked to the last serial before it runs."""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from companies.models import Company
from products.models import Product, Sheet
from scanning.errors import (
    CopiesInArchive,
    InvalidLotOrSerial,
    LabelListRefused,
    LabelProductRefused,
    NothingToPrint,
    SymbolRefused,
    SymbolTooSmall,
    TooManyLabels,
)
from scanning.labels import contents, pictures
from scanning.labels.contents import Identity
from scanning.labels.drawing import Placed, place, texts_of
from scanning.labels.layouts import LAYOUTS, Layout
from scanning.labels.reading_back import pixels_of, require_readable
from scanning.labels.symbols import BARS, QR, SIZES, Symbol, largest
from scanning.models.label_runs import ErrorCorrection

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1", "0.0.0.0")  # noqa: S104 - a name, not a binding
MAX_COPIES = 500
SHOWN_FAULTS = 20


class Batch(NamedTuple):
    """
    Labels of one product that differ by a running number, or one label.

    With `first_number`, `serial` is what stands in front of the number, and `digits`
    the least number of digits. `line` is where a list had it.
    """

    product: Product
    lot: str = ""
    serial: str = ""
    first_number: int | None = None
    digits: int = 0
    labels: int = 1
    line: int | None = None

    def identity(self, at: int) -> Identity:
        """Return what its label number `at` says, from 0."""
        number = (
            ""
            if self.first_number is None
            else f"{self.first_number + at:0{self.digits}}"
        )
        return Identity(self.product.pk, self.lot, f"{self.serial}{number}")


class Style(NamedTuple):
    """How labels look: the symbol, the sheet, what people read."""

    symbol: str
    layout: str
    error_correction: str = ""
    shown: frozenset[str] = frozenset({"name", "gtin", "lot", "serial"})
    copies: int = 1


class Plan(NamedTuple):
    """What an order would give: how many, how large at the least, what to mind."""

    company: Company
    total: int
    modules: int
    module_mm: float
    warnings: list[str]
    first: Placed
    layout: Layout

    def preview(self) -> bytes:
        """Return the first label as an SVG drawing."""
        return pictures.svg(self.layout, self.first)


def plan_labels(*, batches: Sequence[Batch], style: Style) -> Plan:
    """
    Check an order and say what it would give; nothing is written.

    Every label of a list is checked, and of a range of serials the first and the last:
    the others differ from them by digits.
    """
    company = _company_of(batches)
    total = _counted(batches, style.copies)
    _require_printable(batches)
    layout = LAYOUTS[style.layout]
    if style.copies > 1 and layout.file_kind != "pdf":
        raise CopiesInArchive(_("An archive has each label once: choose one copy."))
    worst = _largest(batches, style)
    placed = _place(layout, worst, batches[0].product.name, style)
    _require_large_enough(placed)
    first = _first(batches, style)
    warnings = [
        *_size_warnings(placed),
        *_address_warnings(),
        *_case_warnings(batches, style),
        *_sheet_warnings(batches),
    ]
    return Plan(
        company, total, worst.matrix.shape[1], placed.module_mm, warnings, first, layout
    )


def require_printable(identity: Identity) -> None:
    """Raise the refusal of a number, a lot or a serial that no label may say."""
    reason = contents.refusal(identity)
    if reason is None:
        return
    if contents.refusal(Identity(identity.gtin)) is not None:
        raise LabelProductRefused(
            _("%(gtin)s means nothing outside one shop: no label is printed for it.")
            % {"gtin": identity.gtin},
            gtin=identity.gtin,
        )
    raise InvalidLotOrSerial(
        _(
            "A lot or a serial number has at most 20 characters: letters without "
            "accents, digits, and signs such as - . / _ +, but no blank."
        ),
        lot=identity.lot,
        serial=identity.serial,
    )


def _company_of(batches: Sequence[Batch]) -> Company:
    if not batches:
        raise NothingToPrint(_("Choose at least one product."))
    companies = {batch.product.company_id: batch.product for batch in batches}
    if None in companies:
        raise LabelProductRefused(
            _("No company has declared %(product)s: nobody may print its labels.")
            % {"product": companies[None]}
        )
    if len(companies) > 1:
        raise LabelProductRefused(
            _("These products belong to several companies: one order for each, please.")
        )
    company = batches[0].product.company
    assert company is not None
    return company


def _counted(batches: Sequence[Batch], copies: int) -> int:
    labels = sum(batch.labels for batch in batches)
    if not 1 <= copies <= MAX_COPIES or labels < 1:
        raise NothingToPrint(
            _("Between 1 and %(most)s copies of at least one label.")
            % {"most": MAX_COPIES}
        )
    if labels * copies > settings.MAX_LABELS:
        raise TooManyLabels(
            _("%(asked)s labels are too many for one order: at most %(most)s.")
            % {"asked": labels * copies, "most": settings.MAX_LABELS},
            most=settings.MAX_LABELS,
        )
    return labels * copies


def _require_printable(batches: Sequence[Batch]) -> None:
    """Check every batch; what comes from a list is answered line by line."""
    faults: list[tuple[int, str]] = []
    seen: dict[Identity, int | None] = {}
    for batch in batches:
        first = batch.identity(0)
        try:
            for identity in _ends([batch]):
                require_printable(identity)
        except (InvalidLotOrSerial, LabelProductRefused) as refused:
            if batch.line is None:
                raise
            faults.append((batch.line, refused.detail))
            continue
        if first in seen and batch.line is not None:
            text = _("the same label as line %(line)s") % {"line": seen[first]}
            faults.append((batch.line, text))
        seen.setdefault(first, batch.line)
    if faults:
        raise list_refused(faults)


def list_refused(faults: Sequence[tuple[int, str]]) -> LabelListRefused:
    """Return the refusal of a list: the first faults, each with its line's number."""
    shown = [
        _("Line %(line)s: %(why)s") % {"line": line, "why": why}
        for line, why in faults[:SHOWN_FAULTS]
    ]
    rest = len(faults) - len(shown)
    if rest:
        shown.append(
            ngettext("%(n)s more line.", "%(n)s more lines.", rest) % {"n": rest}
        )
    return LabelListRefused(
        "\n".join(shown), lines=[line for line, _why in faults[:SHOWN_FAULTS]]
    )


def _ends(batches: Sequence[Batch]) -> Iterator[Identity]:
    for batch in batches:
        yield batch.identity(0)
        if batch.labels > 1:
            yield batch.identity(batch.labels - 1)


def _largest(batches: Sequence[Batch], style: Style) -> Symbol:
    try:
        return largest(
            _ends(batches),
            kind=style.symbol,
            level=style.error_correction or ErrorCorrection.M,
            link=partial(contents.printed, contents.stem()),
        )
    except ValueError as error:
        raise SymbolRefused(
            _(
                "Bars hold the number of a product as shops sell it, and neither lot "
                "nor serial number: choose a QR code or a DataMatrix."
            )
            if style.symbol == BARS
            else _("This symbol cannot hold so much text.")
        ) from error


def _first(batches: Sequence[Batch], style: Style) -> Placed:
    one = batches[0]._replace(labels=1)
    symbol = _largest([one], style)
    placed = _place(LAYOUTS[style.layout], symbol, one.product.name, style)
    require_readable(symbol, pixels_of(placed))
    return placed


def _place(layout: Layout, symbol: Symbol, name: str, style: Style) -> Placed:
    digits = symbol.text if symbol.kind == BARS else ""
    texts = texts_of(symbol.identity, name, style.shown, digits)
    return place(layout, symbol, texts)


def _require_large_enough(placed: Placed) -> None:
    least = SIZES[placed.symbol.kind].floor
    if placed.module_mm < least:
        raise SymbolTooSmall(
            _(
                "On this label one module would be %(mm).2f mm wide; under %(least).2f "
                "mm phones fail. Choose a larger label, less error correction, or "
                "shorter lots and serial numbers."
            )
            % {"mm": placed.module_mm, "least": least}
        )


def _size_warnings(placed: Placed) -> Iterator[str]:
    wanted = SIZES[placed.symbol.kind].minimum
    if placed.module_mm < wanted:
        yield _(
            "One module is %(mm).2f mm wide. Phones read it; for tills GS1 asks for "
            "at least %(wanted).3f mm."
        ) % {"mm": placed.module_mm, "wanted": wanted}


def _address_warnings() -> Iterator[str]:
    stem = contents.stem()
    if urlsplit(stem).hostname in LOCAL_HOSTS:
        yield _(
            "These codes lead to %(stem)s, which no other machine reaches: set the "
            "public address before you print anything for real."
        ) % {"stem": stem}


def _case_warnings(batches: Sequence[Batch], style: Style) -> Iterator[str]:
    if style.symbol != QR:
        return
    paths = (identity.path for identity in _ends(batches))
    if not all(map(contents.fits_alphanumeric, paths)):
        yield _(
            "Some lots or serial numbers hold small letters. Capitals and digits give "
            "a smaller code."
        )


def _sheet_warnings(batches: Sequence[Batch]) -> Iterator[str]:
    products = {batch.product.pk for batch in batches}
    published = set(
        Sheet.objects.filter(product__in=products)
        .values_list("product", flat=True)
        .distinct()
    )
    missing = len(products - published)
    if missing:
        yield ngettext(
            "%(n)s product has no published sheet yet: its code leads to nothing.",
            "%(n)s products have no published sheet yet: their codes lead to nothing.",
            missing,
        ) % {"n": missing}
