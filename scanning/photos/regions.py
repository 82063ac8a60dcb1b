"""
Where the bars are, and cuts of the photo in which they stand upright.

OpenCV's barcode detector is a good finder for its price (its reader invents numbers and
is never asked). It misses bars on round or creased packs, which their stripes betray:
light that changes strongly in one direction and not at all in the other. Either finds
what the other does not.

A region is four corners, parts of the photo's sides, 0 to 1; from the first corner to
the second one runs along the bars.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any

from scanning.photos import preparing
from scanning.photos.engines import View
from scanning.photos.libraries import opencv
from scanning.photos.voting import Point, Polygon

CUT_WIDTH = 900
CUT_HEIGHTS = (96, 420)
# The empty room that a code needs beside its bars, as a part of its width.
MARGIN = 0.12
# The least height of what was read along a line, as a part of its width.
READ_HEIGHT = 0.2
# Stripes are looked for in a copy of this side, in squares of this side.
STRIPES_SIDE, STRIPES_WINDOW = 800, 17
# How much of the light's change goes one way, 0 to 1, and how strong it is, in levels.
STRIPES_ONE_WAY, STRIPES_STRENGTH = 0.6, 14.0
MOST_STRIPES = 8
# What a cut must have to be looked at: print changes as much down as across.
LEAST_CHANGE, LEAST_ONE_WAY = 10.0, 1.5
LEAST_PIXELS, LEAST_ACROSS, LEAST_ALONG = 250, 40, 10


def detected(photo: Any, side: int) -> list[Polygon]:
    """Return what OpenCV's detector finds in a copy of that side."""
    cv2 = opencv()
    small = preparing.shrunk(photo, side)
    _is_found, corners = cv2.barcode.BarcodeDetector().detect(small)
    if corners is None:
        return []
    height, width = small.shape
    return [tuple((float(x) / width, float(y) / height) for x, y in q) for q in corners]


def striped(photo: Any) -> list[Polygon]:
    """Return where light changes in one direction only, the largest places first."""
    cv2 = opencv()
    small = preparing.shrunk(photo, STRIPES_SIDE)
    across = cv2.Sobel(small, cv2.CV_32F, 1, 0, scale=0.25)
    down = cv2.Sobel(small, cv2.CV_32F, 0, 1, scale=0.25)
    window = (STRIPES_WINDOW, STRIPES_WINDOW)
    xx = cv2.boxFilter(across * across, -1, window)
    yy = cv2.boxFilter(down * down, -1, window)
    xy = cv2.boxFilter(across * down, -1, window)
    # The structure tensor: how much the light changes, and how much of it one way.
    strength, difference, cross = xx + yy, xx - yy, 2 * xy
    one_way = cv2.magnitude(difference, cross)
    is_striped = (one_way > STRIPES_ONE_WAY * strength) & (
        strength > STRIPES_STRENGTH**2
    )
    mask = cv2.erode(
        is_striped.astype("uint8"), cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3))
    )
    return list(_boxes(cv2, mask, difference, cross))


def around(read: Polygon, photo: Any) -> Polygon:
    """Return the region around bars that were read, perhaps along a single line."""
    height, width = photo.shape
    corners = [(x * width, y * height) for x, y in read]
    left = _between(corners[0], corners[3])
    right = _between(corners[1], corners[2])
    across = max(1.0, math.dist(left, right))
    along = max(math.dist(corners[0], corners[3]), READ_HEIGHT * across)
    # Half the height, at a right angle to the line that was read.
    dx = -(right[1] - left[1]) / across * along / 2
    dy = (right[0] - left[0]) / across * along / 2
    box = (
        (left[0] + dx, left[1] + dy),
        (left[0] - dx, left[1] - dy),
        (right[0] - dx, right[1] - dy),
        (right[0] + dx, right[1] + dy),
    )
    return tuple((x / width, y / height) for x, y in box)


def distinct(regions: Sequence[Polygon]) -> list[Polygon]:
    """Return regions that do not repeat one another, the earlier ones staying."""
    kept: list[Polygon] = []
    for region in regions:
        if not any(_are_alike(region, other) for other in kept):
            kept.append(region)
    return kept


def cut(photo: Any, region: Polygon, name: str) -> View | None:
    """Return the region with its bars upright, or none where it has no bars."""
    cv2 = opencv()
    height, width = photo.shape
    corners = [(x * width, y * height) for x, y in region]
    if min(math.dist(*corners[:2]), math.dist(*corners[1:3])) < 4:
        return None
    upright = _warped(cv2, photo, corners, name)
    across, down = _changes(cv2, upright.pixels)
    if down > across:
        # The bars lie on their side.
        upright = _warped(cv2, photo, [*corners[1:], corners[0]], name)
        across, down = _changes(cv2, upright.pixels)
    has_bars = across > LEAST_CHANGE and across > LEAST_ONE_WAY * down
    return upright if has_bars else None


def _boxes(cv2: Any, mask: Any, difference: Any, cross: Any) -> Iterator[Polygon]:
    """Yield an upright box, as its stripes stand, around each connected place."""
    import numpy as np

    height, width = mask.shape
    count, labels, stats, _middles = cv2.connectedComponentsWithStats(mask)
    areas = stats[1:count, cv2.CC_STAT_AREA]
    for label in (np.argsort(-areas)[:MOST_STRIPES] + 1).tolist():
        left, top, wide, high, area = stats[label].tolist()
        if area < LEAST_PIXELS:
            return
        part = (slice(top, top + high), slice(left, left + wide))
        inside = labels[part] == label
        turn = 0.5 * math.atan2(
            float(cross[part][inside].mean()), float(difference[part][inside].mean())
        )
        y, x = np.nonzero(inside)
        cos, sin = math.cos(turn), math.sin(turn)
        u = (x + left) * cos + (y + top) * sin
        v = (y + top) * cos - (x + left) * sin
        first, last = np.percentile(u, (1, 99)).tolist()
        upper, lower = np.percentile(v, (5, 95)).tolist()
        if last - first >= LEAST_ACROSS and lower - upper >= LEAST_ALONG:
            yield tuple(
                ((u * cos - v * sin) / width, (u * sin + v * cos) / height)
                for u, v in (
                    (first, lower),
                    (first, upper),
                    (last, upper),
                    (last, lower),
                )
            )


def _are_alike(one: Polygon, other: Polygon) -> bool:
    """Say whether two regions have about the same middle and size."""
    apart = math.dist(_middle(one), _middle(other))
    sizes = sorted((math.dist(one[0], one[2]), math.dist(other[0], other[2])))
    return apart < 0.2 * sizes[1] and sizes[0] > 0.7 * sizes[1]


def _middle(region: Polygon) -> Point:
    return _between(region[0], region[2])


def _between(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2


def _warped(
    cv2: Any, photo: Any, corners: Sequence[tuple[float, float]], name: str
) -> View:
    import numpy as np

    height, width = photo.shape
    (x0, y0), (x1, y1), (x2, y2) = corners[:3]
    along, across = math.dist((x0, y0), (x1, y1)), math.dist((x1, y1), (x2, y2))
    scale = CUT_WIDTH / (across * (1 + 2 * MARGIN))
    lowest, highest = CUT_HEIGHTS
    tall = int(min(highest, max(lowest, along * scale)))
    # One step to the right and one step down in the cut, in pixels of the photo.
    right = ((x2 - x1) / across / scale, (y2 - y1) / across / scale)
    down = ((x0 - x1) / along / scale, (y0 - y1) / along / scale)
    start_x = (x0 + x2) / 2 - right[0] * CUT_WIDTH / 2 - down[0] * tall / 2
    start_y = (y0 + y2) / 2 - right[1] * CUT_WIDTH / 2 - down[1] * tall / 2
    rows = ((right[0], down[0], start_x), (right[1], down[1], start_y))
    pixels = cv2.warpAffine(
        photo,
        np.array(rows),
        (CUT_WIDTH, tall),
        flags=cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    across_place, down_place = rows
    return View(
        name,
        pixels,
        (
            *(step / width for step in across_place),
            *(step / height for step in down_place),
        ),
    )


def _changes(cv2: Any, pixels: Any) -> tuple[float, float]:
    """Return how much the light changes across and down, in levels per pixel."""
    across = cv2.norm(cv2.Sobel(pixels, cv2.CV_16S, 1, 0), cv2.NORM_L1)
    down = cv2.norm(cv2.Sobel(pixels, cv2.CV_16S, 0, 1), cv2.NORM_L1)
    return across / pixels.size, down / pixels.size
