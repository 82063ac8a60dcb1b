"""Asking the reading processes, within the settings, in the words of this room."""

import atexit
import os
import threading
from typing import Any, NoReturn

import structlog
from django.conf import settings
from django.utils.translation import gettext as _

from scanning.errors import (
    ImageTooHard,
    ImageTooLarge,
    NotAnImage,
    ReadersBusy,
    ReadingTimedOut,
    TooManyPixels,
    TruncatedImage,
)
from scanning.photos import problems
from scanning.photos.limits import Limits
from scanning.photos.readers import (
    AllBusy,
    Pool,
    ReaderDied,
    ReaderNotStarted,
    ReaderTookTooLong,
)
from scanning.photos.voting import Seen

RETRY_AFTER_SECONDS = 2

logger = structlog.get_logger(__name__)
_pool: Pool | None = None
_pool_lock = threading.Lock()


def read_photo(data: bytes) -> list[Seen]:
    """Return the codes of a photo, or raise one of this room's errors."""
    limits = current_limits()
    if len(data) > limits.image_bytes:
        # Before it is sent anywhere.
        _refuse(problems.TOO_LARGE, limits)
    try:
        answer = pool().ask(data, limits)
    except (AllBusy, ReaderNotStarted, OSError) as error:
        logger.warning("photos.busy", reason=type(error).__name__)
        raise _busy() from error
    except ReaderTookTooLong as error:
        logger.warning("photos.timed_out", bytes=len(data))
        raise ReadingTimedOut(
            _("This photo takes too long to read. Please take another one.")
        ) from error
    except ReaderDied as error:
        logger.warning("photos.reader_died", bytes=len(data))
        raise _too_hard() from error
    return _understood(answer, limits)


def available_engines() -> list[str]:
    """Return the engines of the processes; none when no process can be started."""
    try:
        return pool().engines()
    except (AllBusy, ReaderNotStarted, OSError) as error:
        logger.warning("photos.no_engine", reason=type(error).__name__)
        return []


def start_readers() -> None:
    """Start the processes, and wait for none; a failure shows at the first photo."""
    try:
        pool().start()
    except OSError as error:
        logger.warning("photos.not_started", reason=str(error))


def pool() -> Pool:
    """Return this process's pool."""
    global _pool
    with _pool_lock:
        if _pool is None:
            _pool = Pool(
                size=settings.PHOTO_READERS,
                queue=settings.PHOTO_QUEUE,
                address_space_bytes=settings.PHOTO_ADDRESS_SPACE_BYTES,
            )
        return _pool


def current_limits() -> Limits:
    """Return the limits that the settings give."""
    return Limits(
        image_bytes=settings.MAX_IMAGE_BYTES,
        image_pixels=settings.MAX_IMAGE_PIXELS,
        image_aspect=settings.MAX_IMAGE_ASPECT,
        jpeg_scans=settings.MAX_JPEG_SCANS,
        text_chunk_bytes=settings.MAX_IMAGE_TEXT_BYTES,
        cpu_ms=settings.PHOTO_CPU_MS,
        wall_seconds=settings.PHOTO_WALL_SECONDS,
    )


def _understood(answer: dict[str, Any], limits: Limits) -> list[Seen]:
    """Take the answer for what it is: the word of a process that may be hostile."""
    if "problem" in answer:
        _refuse(str(answer["problem"]), limits, reason=str(answer.get("reason", "")))
    try:
        return [_seen(code) for code in answer["seen"]]
    except (KeyError, TypeError, ValueError) as error:
        raise _too_hard() from error


def _seen(code: dict[str, Any]) -> Seen:
    return Seen(
        # No half of a surrogate pair: it could be written nowhere.
        text=str(code["text"]).encode("utf-8", "replace").decode(),
        format=str(code["format"]),
        symbology_identifier=str(code["symbology_identifier"]),
        engines=tuple(str(engine) for engine in code["engines"]),
        is_confirmed=code["is_confirmed"] is True,
        position=tuple((float(x), float(y)) for x, y in code["position"]),
    )


def _refuse(problem: str, limits: Limits, reason: str = "") -> NoReturn:
    match problem:
        case problems.TOO_LARGE:
            raise ImageTooLarge(
                _("The photo is larger than %(limit)s bytes.")
                % {"limit": limits.image_bytes},
                limit=limits.image_bytes,
            )
        case problems.TOO_MANY_PIXELS:
            raise TooManyPixels(
                _("The photo has more than %(limit)s pixels.")
                % {"limit": limits.image_pixels},
                limit=limits.image_pixels,
            )
        case problems.TRUNCATED:
            raise TruncatedImage(_("The photo’s data end too early or are broken."))
        case problems.NOT_AN_IMAGE:
            raise NotAnImage(
                _(
                    "This file is no photo. JPEG, PNG, WebP, HEIC, AVIF, GIF and BMP "
                    "are read."
                )
            )
        case problems.NO_HEIC:
            raise NotAnImage(
                _("HEIC photos cannot be read here. Please send it as a JPEG.")
            )
        case problems.TOO_LONG:
            raise ImageTooHard(
                _("The photo is more than %(limit)s times as long as it is wide.")
                % {"limit": limits.image_aspect}
            )
        case _:
            logger.warning("photos.refused", problem=problem, reason=reason)
            raise _too_hard()


def _too_hard() -> ImageTooHard:
    return ImageTooHard(_("This photo cannot be read. Please take another one."))


def _busy() -> ReadersBusy:
    return ReadersBusy(
        _("Too many photos are being read. Please try again in a moment."),
        retry_after=RETRY_AFTER_SECONDS,
    )


def _stop() -> None:
    if _pool is not None:
        _pool.stop()


def _start_anew() -> None:
    """Have no pool, in a fork: its processes and its lock are the parent's."""
    global _pool, _pool_lock
    if _pool is not None:
        _pool.forget()
    _pool, _pool_lock = None, threading.Lock()


atexit.register(_stop)
os.register_at_fork(after_in_child=_start_anew)
