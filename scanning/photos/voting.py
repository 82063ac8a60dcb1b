"""
From many reads of a picture to its codes: which are certain, and which are not. Pure.

A right check digit does not make a linear read right, and two engines may agree on the
same wrong one: what counts is how many looks at the picture gave it, and to whom. The
numbers are those that gave no wrong read in 2,700 pictures.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from products import gtin

PYZBAR, ZXING = "pyzbar", "zxing-cpp"
Point = tuple[float, float]
Polygon = tuple[Point, ...]

RETAIL = frozenset({"ean_13", "ean_8", "upc_a", "upc_e"})
# Formats that correct their own errors: one read is enough.
MATRIX = frozenset(
    {
        "qr_code",
        "micro_qr_code",
        "rmqr_code",
        "data_matrix",
        "aztec",
        "pdf417",
        "maxi_code",
    }
)
# Without a check digit of their own they are easily made up: both engines must agree.
UNCHECKED = frozenset({"upc_e", "code_39", "codabar"})
# FNC1, as both engines write it.
SEPARATOR = "\x1d"
# Symbology identifiers that announce a GS1 element string.
ELEMENT_STRINGS = frozenset({"]C1", "]e0", "]d2", "]Q3", "]J1"})
DIGITAL_LINK = re.compile(
    r"https?://[^?#]*/(?:00|01|8006|8010|8017|8018|8003|8004|8013|25[35]|401|402|41[457])/",
    re.IGNORECASE,
)
# Two reads of one engine and one of the other, or so many of one engine alone.
ZXING_BESIDE_PYZBAR, ZXING_ALONE, PYZBAR_ALONE = 2, 4, 5
OUTVOTED = 3


class Read(NamedTuple):
    """One code as one engine read it in one preparation of the picture."""

    text: str
    format: str
    symbology_identifier: str
    engine: str
    preparation: str
    # Corners, 0 to 1 from the picture's left and top edge.
    position: Polygon


class Seen(NamedTuple):
    """One code of a photo; a candidate unless it is confirmed."""

    text: str
    format: str
    # As in ISO/IEC 15424, `]E0`; empty where no engine said it.
    symbology_identifier: str
    engines: tuple[str, ...]
    is_confirmed: bool
    position: Polygon

    @property
    def names_a_product(self) -> bool:
        """Say whether this is a GTIN, a GS1 element string or a GS1 Digital Link."""
        return (
            self.format in RETAIL
            or self.format == "data_bar"
            or self.symbology_identifier in ELEMENT_STRINGS
            or gtin.is_gtin(self.text)
            or DIGITAL_LINK.match(self.text) is not None
        )


class Group(NamedTuple):
    """All reads of one code."""

    reads: tuple[Read, ...]

    @property
    def is_matrix(self) -> bool:
        """Say whether the code corrects its own errors."""
        return self.reads[0].format in MATRIX

    @property
    def votes(self) -> int:
        """Count the looks at the picture that gave this code."""
        return len({(read.engine, read.preparation) for read in self.reads})

    def votes_of(self, engine: str) -> int:
        """Count those of one engine."""
        mine = {read.preparation for read in self.reads if read.engine == engine}
        return len(mine)


def count(reads: Iterable[Read]) -> list[Seen]:
    """
    Return the codes that were read, the most useful first.

    Confirmed product codes come before other confirmed codes, and these before
    candidates, which have the most votes first. What was outvoted in its place by a
    confirmed code is left out: it is a misread.
    """
    groups = _groups(reads)
    confirmed = {key for key in groups if _is_confirmed(key, groups)}
    ranked = []
    for key, group in groups.items():
        if key not in confirmed and _rivals(key, groups) & confirmed:
            continue
        seen = _seen(group, is_confirmed=key in confirmed)
        rank = (not seen.is_confirmed, not seen.names_a_product, -group.votes)
        ranked.append((rank, seen))
    return [seen for _rank, seen in sorted(ranked, key=lambda one: one[0])]


def settled(reads: Iterable[Read]) -> list[Polygon]:
    """Return where there are codes at which no further look is worth its price."""
    groups = _groups(reads)
    return [
        read.position
        for key, group in groups.items()
        if _is_confirmed(key, groups) or _is_a_part(key, groups)
        for read in group.reads
    ]


def is_enough(seen: Sequence[Seen]) -> bool:
    """Say whether a product is certain: a marketing code beside it is not enough."""
    return any(code.is_confirmed and code.names_a_product for code in seen)


def overlap(one: Polygon, other: Polygon) -> bool:
    """Say whether the middle of either lies in the box around the other."""
    return _holds(one, _middle(other)) or _holds(other, _middle(one))


def _groups(reads: Iterable[Read]) -> dict[str, Group]:
    grouped: dict[str, list[Read]] = defaultdict(list)
    for read in reads:
        grouped[_key(read)].append(read)
    return {key: Group(tuple(members)) for key, members in grouped.items()}


def _key(read: Read) -> str:
    """Return what two reads of the same code share, however an engine spells it."""
    text = read.text
    if read.format == "upc_e" and len(text) == 8:
        text = gtin.expand_upc_e(text)
    if read.format == "data_bar":
        text = text.removeprefix("01") if len(text) == 16 else text
    if read.format in RETAIL | {"data_bar", "itf"} and gtin.is_gtin(text):
        return gtin.normalize(text)
    return f"{read.format} {text.removeprefix(SEPARATOR)}"


def _is_confirmed(key: str, groups: dict[str, Group]) -> bool:
    group = groups[key]
    if group.is_matrix:
        return True
    rivals = _rivals(key, groups)
    return (
        _has_its_check_digit(group)
        and _has_enough_votes(group)
        and all(group.votes >= OUTVOTED * groups[rival].votes for rival in rivals)
    )


def _is_a_part(key: str, groups: dict[str, Group]) -> bool:
    """Say whether this is surely an ITF, but not one that we ever confirm."""
    group = groups[key]
    return not _has_its_check_digit(group) and _has_enough_votes(group)


def _has_its_check_digit(group: Group) -> bool:
    if any(read.format == "itf" for read in group.reads):
        # Any part of an ITF is an ITF: only the whole with its check digit counts.
        return all(
            len(read.text) == 14 and gtin.is_gtin(read.text)
            for read in group.reads
            if read.format == "itf"
        )
    return True


def _has_enough_votes(group: Group) -> bool:
    zxing, pyzbar = group.votes_of(ZXING), group.votes_of(PYZBAR)
    if any(read.format in UNCHECKED for read in group.reads) and not (zxing and pyzbar):
        return False
    return (
        (zxing >= ZXING_BESIDE_PYZBAR and pyzbar >= 1)
        or zxing >= ZXING_ALONE
        or pyzbar >= PYZBAR_ALONE
    )


def _rivals(key: str, groups: dict[str, Group]) -> set[str]:
    """Return the other linear codes that were read in the same place."""
    group = groups[key]
    return {
        other
        for other, rival in groups.items()
        if other != key
        and not rival.is_matrix
        and not group.is_matrix
        and any(
            overlap(mine.position, its.position)
            for mine in group.reads
            for its in rival.reads
        )
    }


def _seen(group: Group, *, is_confirmed: bool) -> Seen:
    # zxing-cpp's read says the symbology, and keeps the separators.
    best = max(group.reads, key=lambda read: read.engine == ZXING)
    return Seen(
        text=best.text,
        format=best.format,
        symbology_identifier=best.symbology_identifier,
        engines=tuple(sorted({read.engine for read in group.reads})),
        is_confirmed=is_confirmed,
        position=best.position,
    )


def _box(polygon: Polygon) -> tuple[float, float, float, float]:
    across, down = [x for x, _y in polygon], [y for _x, y in polygon]
    return min(across), min(down), max(across), max(down)


def _middle(polygon: Polygon) -> Point:
    left, top, right, bottom = _box(polygon)
    return (left + right) / 2, (top + bottom) / 2


def _holds(polygon: Polygon, point: Point) -> bool:
    left, top, right, bottom = _box(polygon)
    x, y = point
    # A linear code may have been read along one line, which has no height.
    room = 0.02
    return left - room <= x <= right + room and top - room <= y <= bottom + room
