"""
What brings out bars that an engine did not read: each takes and gives grey pixels.

The mean along the bars is the cheapest and the most honest: it reads nearly as much as
the cut itself, in a fifth of the time, and makes fewer numbers up than sharpening does.
"""

from typing import Any

from scanning.photos.libraries import opencv

AVERAGED_HEIGHT = 48
# Blurred along the bars first, sharpening makes a third of the false reads.
ALONG = (1, 21)


def averaged(pixels: Any, *, top: float, bottom: float) -> Any:
    """Return the mean along upright bars of a part of the height, 0 to 1."""
    cv2 = opencv()
    height = pixels.shape[0]
    band = pixels[int(height * top) : max(int(height * bottom), int(height * top) + 1)]
    row = cv2.reduce(band, 0, cv2.REDUCE_AVG)
    row = cv2.normalize(row, None, 0, 255, cv2.NORM_MINMAX)
    size = (pixels.shape[1], AVERAGED_HEIGHT)
    return cv2.resize(row, size, interpolation=cv2.INTER_NEAREST)


def shrunk(pixels: Any, side: int) -> Any:
    """Return the picture with no side longer than that."""
    height, width = pixels.shape
    scale = side / max(height, width)
    if scale >= 1:
        return pixels
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return opencv().resize(pixels, size, interpolation=opencv().INTER_AREA)


def halved(pixels: Any) -> Any:
    """Return half the size: zbar reads as much of it in a third of the time."""
    cv2 = opencv()
    height, width = pixels.shape
    size = (max(1, width // 2), max(1, height // 2))
    return cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)


def doubled(pixels: Any) -> Any:
    """Return twice the size, for a picture too coarse for its bars."""
    cv2 = opencv()
    return cv2.resize(pixels, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)


def sharpened(pixels: Any) -> Any:
    """Return upright bars with their edges overdrawn, and nothing else."""
    cv2 = opencv()
    bars = cv2.blur(pixels, ALONG)
    return cv2.addWeighted(bars, 2.5, cv2.GaussianBlur(bars, (0, 0), 3), -1.5, 0)


def equalised(pixels: Any) -> Any:
    """Return the picture with its contrast evened out tile by tile (CLAHE)."""
    cv2 = opencv()
    return cv2.createCLAHE(clipLimit=3.0, tileGridSize=(8, 8)).apply(pixels)


def normalised(pixels: Any) -> Any:
    """Return upright bars stretched to white and black in each neighbourhood."""
    cv2 = opencv()
    pixels = cv2.blur(pixels, ALONG)
    near = cv2.getStructuringElement(cv2.MORPH_RECT, (61, 9))
    dark = cv2.blur(cv2.erode(pixels, near), (61, 9))
    light = cv2.blur(cv2.dilate(pixels, near), (61, 9))
    span = cv2.max(cv2.subtract(light, dark), 16)
    return cv2.divide(cv2.subtract(pixels, dark), span, scale=255)


def smoothed(pixels: Any) -> Any:
    """Return the median of each pixel and its neighbours: no more specks."""
    return opencv().medianBlur(pixels, 3)


def softened(pixels: Any) -> Any:
    """Return the picture a little out of focus: no gaps between printed modules."""
    return opencv().GaussianBlur(pixels, (0, 0), 1.5)


def thresholded(pixels: Any) -> Any:
    """Return black and white, by what is dark for its neighbourhood."""
    cv2 = opencv()
    return cv2.adaptiveThreshold(
        pixels, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, 31, 5
    )
