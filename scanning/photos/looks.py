"""
The looks at a photo, in the order of their worth: cheap ones first, then closer ones.

A look is one engine on one preparation. Which come next depends on what was read so
far, so they are made one by one, while the reader goes on.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from scanning.photos import engines, preparing, regions, voting
from scanning.photos.engines import LINEAR, MATRIX, View
from scanning.photos.libraries import opencv
from scanning.photos.loading import Photo
from scanning.photos.voting import PYZBAR, ZXING, Polygon, Read

# The longest side in pixels of the copies.
WHOLE, MEDIUM, SMALL, LARGE = 1_600, 1_000, 300, 2_800
# OpenCV's detector finds other bars in a copy of another size.
DETECTOR_SIDES = (1_600, 800)
MOST_REGIONS = 3
# Below this a picture may be too coarse for its bars.
COARSE = 800
# Parts of a cut's height; each shows other scratches and another curve of the pack.
BANDS = {"middle": (0.25, 0.75), "upper": (0.08, 0.3), "lower": (0.7, 0.92)}
MORE_BANDS = {"high": (0.3, 0.45), "low": (0.55, 0.7), "centre": (0.45, 0.55)}
OF_CUTS: Mapping[str, Callable[[Any], Any]] = {
    "equalised": preparing.equalised,
    "sharpened": preparing.sharpened,
    "normalised": preparing.normalised,
}
OF_WHOLES: Mapping[str, Callable[[Any], Any]] = {
    "equalised": preparing.equalised,
    "thresholded": preparing.thresholded,
    "softened": preparing.softened,
    "smoothed": preparing.smoothed,
}


class Look(NamedTuple):
    """One engine on one preparation of the picture or of a part of it."""

    engine: str
    view: View
    symbologies: tuple[str, ...] = LINEAR

    def read(self) -> list[Read]:
        """Return the codes that are seen."""
        if self.engine == PYZBAR:
            return engines.read_zbar(self.view)
        return engines.read_zxing(self.view, self.symbologies)


def at(photo: Photo, reads: list[Read]) -> Iterator[Look]:
    """Yield the looks at a photo; the caller adds what they give to `reads`."""
    grey = photo.grey(WHOLE)
    whole = View.of("whole", grey)
    yield Look(ZXING, whole, LINEAR + MATRIX)
    small = grey.copy()
    small.thumbnail((SMALL, SMALL))
    yield Look(PYZBAR, View.of("small", small))
    yield Look(ZXING, View.of("small", small), LINEAR + MATRIX)
    if opencv() is None:
        yield Look(PYZBAR, whole)
        return
    import numpy as np

    pixels = np.asarray(grey)
    cuts: list[View] = []
    # The rows of this one may be stacked: a cut shows one of them at best.
    is_stacked = any(read.format == "data_bar_expanded" for read in reads)
    if is_stacked:
        yield from _at_wholes(pixels, photo)
    yield from _at_regions(pixels, reads, cuts)
    if voting.settled(reads):
        # A marketing code, and no bars beside it.
        return
    yield from _at_prepared(cuts, reads)
    if not is_stacked:
        yield from _at_wholes(pixels, photo)


def _at_regions(pixels: Any, reads: list[Read], cuts: list[View]) -> Iterator[Look]:
    """Yield looks at cuts of the places with bars, which are added to `cuts`."""
    found: list[Polygon] = []
    for find in (_detected, _around_reads, _striped):
        known = len(found)
        found = regions.distinct([*found, *find(pixels, reads)])
        found = found[: known + MOST_REGIONS]
        for number, region in enumerate(found[known:], known):
            if any(voting.overlap(region, place) for place in voting.settled(reads)):
                continue
            if cut := regions.cut(pixels, region, f"cut {number}"):
                cuts.append(cut)
                yield Look(ZXING, cut)
                yield Look(PYZBAR, cut.halved())
                yield from _at_bands(cut, BANDS)


def _detected(pixels: Any, reads: list[Read]) -> list[Polygon]:
    sides = DETECTOR_SIDES[1:] if voting.settled(reads) else DETECTOR_SIDES
    return [region for side in sides for region in regions.detected(pixels, side)]


def _around_reads(pixels: Any, reads: list[Read]) -> list[Polygon]:
    return [
        regions.around(read.position, pixels)
        for read in reads
        if read.engine == ZXING and read.format not in voting.MATRIX
    ]


def _striped(pixels: Any, reads: list[Read]) -> list[Polygon]:
    return [] if voting.settled(reads) else regions.striped(pixels)


def _at_bands(cut: View, bands: Mapping[str, tuple[float, float]]) -> Iterator[Look]:
    for name, (top, bottom) in bands.items():
        averaged = preparing.averaged(cut.pixels, top=top, bottom=bottom)
        view = cut.prepared(name, averaged)
        yield Look(ZXING, view)
        yield Look(PYZBAR, view)


def _at_prepared(cuts: list[View], reads: list[Read]) -> Iterator[Look]:
    """Yield closer looks at the cuts, first where something was read already."""
    promising = [cut for cut in cuts if _is_promising(cut, reads)]
    others = [cut for cut in cuts if not _is_promising(cut, reads)]
    for name, prepare in OF_CUTS.items():
        for cut in promising:
            view = cut.prepared(name, prepare(cut.pixels))
            yield Look(ZXING, view)
            yield Look(PYZBAR, view.halved())
            yield from _at_bands(view, BANDS)
    for cut in promising:
        yield from _at_bands(cut, MORE_BANDS)
    for name, prepare in OF_CUTS.items():
        for cut in others:
            view = cut.prepared(name, prepare(cut.pixels))
            yield Look(ZXING, view)
            yield Look(PYZBAR, view.halved())


def _is_promising(cut: View, reads: list[Read]) -> bool:
    outline = cut.outline()
    return any(voting.overlap(read.position, outline) for read in reads)


def _at_wholes(pixels: Any, photo: Photo) -> Iterator[Look]:
    yield Look(PYZBAR, View.of("whole", preparing.shrunk(pixels, MEDIUM)))
    for name, prepare in OF_WHOLES.items():
        prepared = prepare(pixels)
        yield Look(ZXING, View.of(name, prepared), LINEAR + MATRIX)
        yield Look(PYZBAR, View.of(name, preparing.shrunk(prepared, MEDIUM)))
    if photo.longest < COARSE:
        view = View.of("doubled", preparing.doubled(pixels))
        yield Look(ZXING, view, LINEAR + MATRIX)
        yield Look(PYZBAR, view)
    if photo.longest > WHOLE:
        import numpy as np

        large = preparing.equalised(np.asarray(photo.grey(LARGE)))
        view = View.of("large", large)
        yield Look(ZXING, view, LINEAR + MATRIX)
        yield Look(PYZBAR, view)
