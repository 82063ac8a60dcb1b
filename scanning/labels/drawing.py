"""
Where everything of a label goes: the symbol in whole dots, the lines for people.

The same placing serves PDF, SVG and PNG, so that they never differ.
"""

from typing import NamedTuple

from scanning.labels import fonts
from scanning.labels.contents import LOT, SERIAL, Identity
from scanning.labels.layouts import MM_PER_DOT, Layout
from scanning.labels.symbols import (
    BAR_HEIGHT_MM,
    LEAST_BAR_HEIGHT_MM,
    SIZES,
    Symbol,
)

# Points, the largest that fits is taken; under 4 nobody reads it.
TEXT_SIZES = (8.0, 7.0, 6.5, 6.0, 5.5, 5.0, 4.5, 4.0)
# Down to here a smaller size is better than a number broken over two lines.
LEAST_UNBROKEN = 5.0
LINE_HEIGHT = 1.25
ASCENT = 0.78
GAP_MM = 1.0
# On a wide label the lines stand beside the symbol and need this much.
TEXT_COLUMN_MM = 14.0
NAME_LINES = 2
WIDE = 1.3


class Texts(NamedTuple):
    """What people read on the label: the name, then lines that are never shortened."""

    name: str
    lines: tuple[str, ...]
    # Under bars their digits come first.
    is_name_last: bool = False


class Line(NamedTuple):
    """One line of text: its left end and its baseline, in mm from the label's top."""

    x: float
    y: float
    size: float
    text: str


class Placed(NamedTuple):
    """A label, placed: where the symbol's modules begin, in dots, and the lines."""

    symbol: Symbol
    x: int
    y: int
    module: int
    bar_height: int
    lines: tuple[Line, ...]

    @property
    def module_mm(self) -> float:
        """Return the X-dimension."""
        return self.module * MM_PER_DOT


class _Column(NamedTuple):
    x: float
    y: float
    width: float
    height: float


def texts_of(
    identity: Identity, name: str, shown: frozenset[str], digits: str = ""
) -> Texts:
    """
    Return the lines of a label; `shown` holds some of name, gtin, lot, serial.

    The GTIN is written with its identifier in brackets, or under bars as their digits.
    """
    lines = []
    if "gtin" in shown:
        lines.append(digits or f"(01){identity.gtin}")
    if "lot" in shown and identity.lot:
        lines.append(f"({LOT}){identity.lot}")
    if "serial" in shown and identity.serial:
        lines.append(f"({SERIAL}){identity.serial}")
    return Texts(
        fonts.printable(name) if "name" in shown else "",
        tuple(map(fonts.printable, lines)),
        is_name_last=bool(digits),
    )


def place(layout: Layout, symbol: Symbol, texts: Texts) -> Placed:
    """Place a symbol and its lines on a label of `layout`."""
    width = layout.label[0] - 2 * layout.padding[0]
    height = layout.label[1] - 2 * layout.padding[1]
    has_text = bool(texts.name or texts.lines)
    if symbol.is_bars:
        return _under_bars(layout, symbol, texts, (width, height))
    is_wide = width >= WIDE * height
    if has_text and is_wide:
        return _beside(layout, symbol, texts, (width, height))
    reserved = _height_under(texts, width) if has_text else 0.0
    module = _module(symbol, width, height - reserved)
    side = symbol.width * module * MM_PER_DOT
    x = layout.padding[0] + (width - side) / 2
    y = layout.padding[1] + (height - reserved - side) / 2
    # The quiet zone is gap enough.
    column = _Column(layout.padding[0], y + side, width, reserved)
    return _placed(symbol, module, (x, y), _fitted(texts, column))


def _beside(
    layout: Layout, symbol: Symbol, texts: Texts, area: tuple[float, float]
) -> Placed:
    width, height = area
    module = _module(symbol, width - TEXT_COLUMN_MM - GAP_MM, height)
    side = symbol.width * module * MM_PER_DOT
    x = layout.padding[0]
    y = layout.padding[1] + (height - side) / 2
    left = x + side + GAP_MM
    column = _Column(left, layout.padding[1], x + width - left, height)
    return _placed(symbol, module, (x, y), _centred(_fitted(texts, column), column))


def _under_bars(
    layout: Layout, symbol: Symbol, texts: Texts, area: tuple[float, float]
) -> Placed:
    width, height = area
    reserved = _height_under(texts, width)
    module = _module(symbol, width, height)
    high = max(LEAST_BAR_HEIGHT_MM, min(BAR_HEIGHT_MM, height - reserved))
    bars = round(high / MM_PER_DOT)
    side = symbol.width * module * MM_PER_DOT
    x = layout.padding[0] + (width - side) / 2
    y = layout.padding[1] + max(0.0, (height - reserved - high) / 2)
    # From the first bar, so that the digits stand under them.
    left = x + symbol.quiet.left * module * MM_PER_DOT
    column = _Column(
        left,
        y + high + GAP_MM / 2,
        layout.padding[0] + width - left,
        reserved - GAP_MM / 2,
    )
    return _placed(symbol, module, (x, y), _fitted(texts, column), bars)


def _module(symbol: Symbol, width: float, height: float) -> int:
    """Return the dots of one module: the most that fit, within GS1's maximum."""
    room = width / symbol.width
    if not symbol.is_bars:
        room = min(room, height / symbol.height)
    room = min(room, SIZES[symbol.kind].maximum)
    return max(0, int(room / MM_PER_DOT + 1e-6))


def _placed(
    symbol: Symbol,
    module: int,
    corner: tuple[float, float],
    lines: tuple[Line, ...],
    bar_height: int = 0,
) -> Placed:
    return Placed(
        symbol,
        round(corner[0] / MM_PER_DOT) + symbol.quiet.left * module,
        round(corner[1] / MM_PER_DOT) + symbol.quiet.above * module,
        module,
        bar_height,
        lines,
    )


def _height_under(texts: Texts, width: float) -> float:
    """Return what the lines need under a symbol, at a size that people still read."""
    size = 7.0 if width > 40.0 else 5.0
    count = bool(texts.name) + len(texts.lines)
    return count * size * LINE_HEIGHT * fonts.MM_PER_POINT + GAP_MM if count else 0.0


def _fitted(texts: Texts, column: _Column) -> tuple[Line, ...]:
    """Return the lines at the largest size at which nothing must be cut."""
    size, wrapped = _size_and_lines(texts, column)
    return tuple(
        Line(
            column.x,
            column.y + at * _line_mm(size) + ASCENT * size * fonts.MM_PER_POINT,
            size,
            text,
        )
        for at, text in enumerate(wrapped)
    )


def _size_and_lines(texts: Texts, column: _Column) -> tuple[float, list[str]]:
    for size in TEXT_SIZES:
        is_broken = not all(fits(line, column.width, size) for line in texts.lines)
        if size >= LEAST_UNBROKEN and not is_broken and _has_room(texts, column, size):
            return size, _wrapped(texts, column.width, size)
    for size in TEXT_SIZES:
        if _has_room(texts, column, size):
            return size, _wrapped(texts, column.width, size)
    # What identifies the item stays, the name goes.
    smallest = TEXT_SIZES[-1]
    return smallest, _wrapped(texts._replace(name=""), column.width, smallest)


def _has_room(texts: Texts, column: _Column, size: float) -> bool:
    lines = _wrapped(texts, column.width, size)
    return len(lines) * _line_mm(size) <= column.height + 1e-6


def _centred(lines: tuple[Line, ...], column: _Column) -> tuple[Line, ...]:
    if not lines:
        return lines
    free = column.height - len(lines) * _line_mm(lines[0].size)
    return tuple(line._replace(y=line.y + max(0.0, free) / 2) for line in lines)


def _line_mm(size: float) -> float:
    return size * LINE_HEIGHT * fonts.MM_PER_POINT


def _wrapped(texts: Texts, width: float, size: float) -> list[str]:
    name = _name_lines(texts.name, width, size) if texts.name else []
    lines = [part for line in texts.lines for part in _broken(line, width, size)]
    return lines + name if texts.is_name_last else name + lines


def _name_lines(name: str, width: float, size: float) -> list[str]:
    """Break a name between words; what is too long ends with an ellipsis."""
    lines: list[str] = []
    rest = name.split()
    while rest and len(lines) < NAME_LINES:
        taken = 1
        while taken < len(rest) and fits(" ".join(rest[: taken + 1]), width, size):
            taken += 1
        lines.append(" ".join(rest[:taken]))
        rest = rest[taken:]
    if rest:
        lines[-1] += " " + " ".join(rest)
    return [_shortened(line, width, size) for line in lines]


def _shortened(line: str, width: float, size: float) -> str:
    if fits(line, width, size):
        return line
    while line and not fits(line + "…", width, size):
        line = line[:-1]
    return line.rstrip() + "…"


def _broken(line: str, width: float, size: float) -> list[str]:
    """Break a line anywhere, and never cut it: every character identifies."""
    parts, start = [], 0
    for end in range(1, len(line) + 1):
        if end > start + 1 and not fits(line[start:end], width, size):
            parts.append(line[start : end - 1])
            start = end - 1
    return [*parts, line[start:]]


def fits(text: str, width: float, size: float) -> bool:
    """Say whether `text` is at most `width` mm at `size` points."""
    return fonts.width_mm(text, size) <= width + 1e-6
