"""Having a picture made by a process of its own, and what to think of its answer."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from products.pictures import kinds, problems
from products.pictures.limits import MOST_BYTES, WALL_SECONDS, WIDTHS, Limits
from products.pictures.problems import Unusable
from products.pictures.rendering import Rendered, Rendering

BASE_DIR = Path(__file__).resolve().parent.parent.parent
# All that the process needs to find its libraries: no secret of ours.
INHERITED = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT")
LONGEST_HEAD = 10_000


class ChildFailed(Exception):
    """The process died or took too long: the picture's fault, or the machine's."""


def rendered(file: BinaryIO) -> Rendering:
    """
    Return the sizes of the picture in an open file.

    Raise `Unusable` with the reason, `ChildFailed`, or `OSError` when the machine has
    no room for the process or for what it writes.
    """
    with tempfile.TemporaryFile() as answer:
        try:
            done = subprocess.run(  # noqa: S603 - this package, by our own Python
                [sys.executable, "-m", "products.pictures.child", _header()],
                cwd=BASE_DIR,
                env=_environment(),
                stdin=file,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=WALL_SECONDS,
                check=False,
                # A Ctrl-C in the terminal is not for it.
                start_new_session=True,
            )
        except subprocess.TimeoutExpired as error:
            raise ChildFailed("time") from error
        if done.returncode:
            raise ChildFailed(str(done.returncode))
        answer.seek(0)
        return understood(answer)


def understood(answer: BinaryIO) -> Rendering:
    """Take the answer for what it is: the word of a process that may be hostile."""
    try:
        head = json.loads(answer.readline(LONGEST_HEAD))
        if "problem" in head:
            problem = str(head["problem"])
            raise Unusable(problem if problem in problems.ALL else problems.TOO_HARD)
        width, height = int(head["width"]), int(head["height"])
        lengths = [min(int(one[2]), MOST_BYTES) for one in head["sizes"]]
        sizes = [
            Rendered(int(one[0]), int(one[1]), answer.read(max(0, length)))
            for one, length in zip(head["sizes"], lengths, strict=True)
        ][: len(WIDTHS)]
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise ChildFailed("answer") from error
    is_whole = all(
        len(one.data) == length and _is_webp(one.data)
        for one, length in zip(sizes, lengths, strict=False)
    )
    if not sizes or not is_whole:
        raise ChildFailed("answer")
    return Rendering(width, height, sizes)


def _is_webp(data: bytes) -> bool:
    """Say whether this is a WebP of just this length: nothing hangs on behind it."""
    is_whole = int.from_bytes(data[4:8], "little") + 8 == len(data)
    return kinds.kind_of(data[: kinds.HEAD_BYTES]) == kinds.WEBP and is_whole


def _header() -> str:
    limits = Limits(
        pixels=settings.MAX_IMAGE_PIXELS,
        aspect=settings.MAX_IMAGE_ASPECT,
        jpeg_scans=settings.MAX_JPEG_SCANS,
        text_chunk_bytes=settings.MAX_IMAGE_TEXT_BYTES,
    )
    return json.dumps(
        {
            **limits._asdict(),
            "address_space_bytes": settings.PHOTO_ADDRESS_SPACE_BYTES,
        }
    )


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in INHERITED if name in os.environ}
    return {**kept, "OMP_NUM_THREADS": "1"}
