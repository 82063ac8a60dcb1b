"""One label as a file of its own: an SVG drawing, or a PNG picture for a printer."""

import io
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw

from scanning.labels import fonts
from scanning.labels.drawing import Line, Placed
from scanning.labels.layouts import DOTS_PER_INCH, MM_PER_DOT, Layout
from scanning.labels.symbols import rectangles

# Where Vera is missing, its descendant or any sans serif is squeezed to its widths.
FAMILY = "Bitstream Vera Sans, DejaVu Sans, Verdana, sans-serif"


def svg(layout: Layout, placed: Placed) -> bytes:
    """Return the label as an SVG file in millimetres, the symbol as one path."""
    width, height = layout.label
    down = placed.bar_height / placed.module if placed.symbol.is_bars else 1
    path = "".join(
        f"M{x} {_short(y * down)}h{w}v{_short(h * down)}h-{w}z"
        for x, y, w, h in rectangles(placed.symbol.matrix)
    )
    texts = "".join(_svg_line(line) for line in placed.lines)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}mm" '
        f'height="{height}mm" viewBox="0 0 {width} {height}">'
        f"<title>{escape(placed.symbol.text)}</title>"
        f'<rect width="{width}" height="{height}" fill="#fff"/>'
        f'<path transform="translate({_short(placed.x * MM_PER_DOT)} '
        f'{_short(placed.y * MM_PER_DOT)}) scale({_short(placed.module_mm)})" '
        f'shape-rendering="crispEdges" d="{path}"/>'
        f'<g font-family="{FAMILY}">{texts}</g></svg>\n'
    ).encode()


def png(layout: Layout, placed: Placed) -> bytes:
    """Return the label as a black and white PNG file, one pixel a printer's dot."""
    return as_png(picture(layout, placed))


def picture(layout: Layout, placed: Placed) -> Image.Image:
    """Return the label's pixels."""
    size = tuple(round(length / MM_PER_DOT) for length in layout.label)
    image = Image.new("L", (size[0], size[1]), 255)
    draw = ImageDraw.Draw(image)
    module = placed.module
    down = placed.bar_height if placed.symbol.is_bars else module
    for x, y, w, h in rectangles(placed.symbol.matrix):
        left, top = placed.x + x * module, placed.y + y * down
        # Pillow's rectangles include their last pixel.
        draw.rectangle((left, top, left + w * module - 1, top + h * down - 1), fill=0)
    for line in placed.lines:
        font = fonts.pillow_font(line.size * DOTS_PER_INCH / 72)
        where = (line.x / MM_PER_DOT, line.y / MM_PER_DOT)
        draw.text(where, line.text, fill=0, font=font, anchor="ls")
    return image


def as_png(image: Image.Image) -> bytes:
    """Return a grey picture as a PNG file of two colours that knows its real size."""
    file = io.BytesIO()
    image.point(lambda grey: 255 * (grey > 127), "1").save(
        file, "PNG", dpi=(DOTS_PER_INCH, DOTS_PER_INCH)
    )
    return file.getvalue()


def _svg_line(line: Line) -> str:
    length = fonts.width_mm(line.text, line.size)
    return (
        f'<text x="{_short(line.x)}" y="{_short(line.y)}" '
        f'font-size="{_short(line.size * fonts.MM_PER_POINT)}" '
        f'textLength="{_short(length)}" lengthAdjust="spacingAndGlyphs">'
        f"{escape(line.text)}</text>"
    )


def _short(number: float) -> str:
    return f"{number:.4f}".rstrip("0").rstrip(".")
