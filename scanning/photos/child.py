"""
The process that reads photos: `python -m scanning.photos.child`, started by `readers`.

It takes frames on its standard input and answers each with JSON: the first answer says
which engines there are. It ends with its input, and the kernel ends it when one photo
takes longer than the limit, even if whoever asked is dead by then.
"""

import os
import resource
import signal
import sys
import time
from collections.abc import Mapping
from typing import BinaryIO

from scanning.photos import problems
from scanning.photos.frames import read_frame, write_frame
from scanning.photos.limits import Limits
from scanning.photos.problems import Unusable

# Decoded text is whatever somebody printed: no symbology holds more than this.
LONGEST_TEXT, MOST_CODES, MOST_CORNERS = 8_000, 50, 16
# How much longer than the caller the kernel waits before it ends a reading.
GRACE_SECONDS = 1
OPEN_FILES = 64


def main() -> None:
    """Answer frames until there are no more."""
    # Ctrl-C is for the parent, whose end is the end of our input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Libraries that write to the standard output must not write into the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    address_space_bytes = int(sys.argv[1])
    hello = _prepared()
    confine(address_space_bytes)
    write_frame(answers, {"engines": hello})
    serve(sys.stdin.buffer, answers)


def confine(address_space_bytes: int) -> None:
    """Give up what reading a photo does not need: memory, files, a place for cores."""
    for limit, most in (
        (resource.RLIMIT_AS, address_space_bytes),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))


def serve(frames: BinaryIO, answers: BinaryIO) -> None:
    """Answer each frame, up to the last one."""
    while (frame := read_frame(frames)) is not None:
        header, data = frame
        limits = Limits(**header)
        _set_alarm(limits.wall_seconds + GRACE_SECONDS)
        write_frame(answers, answer_to(data, limits))
        _set_alarm(0)


def answer_to(data: bytes, limits: Limits) -> Mapping[str, object]:
    """Return the codes of a photo, or the word for why there are none."""
    from scanning.photos import pipeline

    try:
        seen = pipeline.read(data, limits)
    except Unusable as error:
        return {"problem": error.problem}
    except MemoryError:
        return {"problem": problems.OUT_OF_MEMORY}
    except Exception as error:  # whatever a library raises: nothing may end this loop
        is_memory = "memory" in str(error).lower()
        problem = problems.OUT_OF_MEMORY if is_memory else problems.FAILED
        return {"problem": problem, "reason": type(error).__name__}
    return {
        "seen": [
            {
                **code._asdict(),
                "text": code.text[:LONGEST_TEXT],
                "position": code.position[:MOST_CORNERS],
            }
            for code in seen[:MOST_CODES]
        ]
    }


def _prepared() -> list[str]:
    """Load every library, while memory is not yet limited; return what there is."""
    from scanning.photos import engines, loading, pipeline  # noqa: F401

    loading.prepare_formats()
    return engines.available()


def _set_alarm(seconds: int) -> None:
    """Let the kernel end this process then: no handler, so that C code ends too."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    if seconds:
        _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
        spent = int(time.process_time()) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (spent + seconds, hard))


if __name__ == "__main__":
    main()
