"""
The sheets and rolls that labels are printed on, in millimetres.

Each is data: another sheet of a stationer is another row. Modules are drawn in whole
dots of a printer with 300 dots an inch, so that its pixels and the module's edges meet;
600 and 1,200 dots are multiples.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DOTS_PER_INCH = 300
MM_PER_DOT = 25.4 / DOTS_PER_INCH
# About how many labels are made between two notes of progress: under a second's work.
LABELS_PER_CHUNK = 120


class Layout(NamedTuple):
    """
    One way of laying labels out; lengths in mm, from the top left corner.

    `padding` is what stays empty inside each label, for the cutter and for the edge
    that office printers leave white.
    """

    key: str
    title: Promise
    file_kind: str
    label: tuple[float, float]
    padding: tuple[float, float]
    page: tuple[float, float]
    columns: int = 1
    rows: int = 1
    origin: tuple[float, float] = (0.0, 0.0)
    pitch: tuple[float, float] = (0.0, 0.0)

    @property
    def per_page(self) -> int:
        """Return how many labels one page, or one file of an archive, holds."""
        return self.columns * self.rows

    @property
    def chunk(self) -> int:
        """Return how many labels are made at a time: whole pages."""
        return max(1, LABELS_PER_CHUNK // self.per_page) * self.per_page

    @property
    def extension(self) -> str:
        """Return the extension of the file that is handed out."""
        return "pdf" if self.file_kind == "pdf" else "zip"

    def corner(self, place: int) -> tuple[float, float]:
        """Return the top left corner of the label at a place of the page, from 0."""
        row, column = divmod(place, self.columns)
        return (
            self.origin[0] + column * self.pitch[0],
            self.origin[1] + row * self.pitch[1],
        )


A4 = (210.0, 297.0)
ROLL = (50.0, 30.0)
SMALL = (30.0, 30.0)

_ALL = (
    Layout(
        "a4-70x37",
        _("A4 sheet, 24 labels of 70 × 37 mm (PDF)"),
        "pdf",
        label=(70.0, 37.0),
        padding=(5.0, 4.5),
        page=A4,
        columns=3,
        rows=8,
        origin=(0.0, 0.5),
        pitch=(70.0, 37.0),
    ),
    Layout(
        "a4-38x21",
        _("A4 sheet, 65 labels of 38.1 × 21.2 mm (PDF)"),
        "pdf",
        label=(38.1, 21.2),
        padding=(1.2, 1.0),
        page=A4,
        columns=5,
        rows=13,
        origin=(4.75, 10.7),
        pitch=(40.6, 21.2),
    ),
    Layout(
        "roll-50x30",
        _("Roll, one label of 50 × 30 mm a page (PDF)"),
        "pdf",
        label=ROLL,
        padding=(2.0, 2.0),
        page=ROLL,
    ),
    Layout(
        "png-50x30",
        _("One PNG picture a label, 50 × 30 mm at 300 dpi (ZIP)"),
        "png",
        label=ROLL,
        padding=(2.0, 2.0),
        page=ROLL,
    ),
    Layout(
        "svg-50x30",
        _("One SVG drawing a label, 50 × 30 mm (ZIP)"),
        "svg",
        label=ROLL,
        padding=(2.0, 2.0),
        page=ROLL,
    ),
    Layout(
        "svg-30x30",
        _("One SVG drawing a label, 30 × 30 mm, for artwork (ZIP)"),
        "svg",
        label=SMALL,
        padding=(1.0, 1.0),
        page=SMALL,
    ),
)
LAYOUTS: Mapping[str, Layout] = MappingProxyType({one.key: one for one in _ALL})
