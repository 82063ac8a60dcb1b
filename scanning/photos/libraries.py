"""The libraries behind the engines, each loaded once, or missing."""

from functools import cache
from typing import Any


@cache
def zbar() -> Any:
    """Return the pyzbar module, or none where libzbar is missing."""
    try:
        from pyzbar import pyzbar
    except ImportError:
        return None
    return pyzbar


@cache
def zxing() -> Any:
    """Return the zxing-cpp module, or none where it cannot be loaded."""
    try:
        import zxingcpp
    except ImportError:
        return None
    return zxingcpp


@cache
def opencv() -> Any:
    """Return the OpenCV module, or none; it finds bars, and its reader is not used."""
    try:
        import cv2
    except ImportError:
        return None
    cv2.setNumThreads(1)
    return cv2
