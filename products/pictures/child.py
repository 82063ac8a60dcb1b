"""
The process that decodes one picture: `python -m products.pictures.child`.

The file is its standard input; its standard output is a line of JSON, then the bytes of
each size one after the other. It ends with that, or is ended by the kernel.
"""

import json
import resource
import signal
import sys
from typing import BinaryIO

from products.pictures import problems
from products.pictures.limits import MOST_BYTES, WALL_SECONDS, Limits
from products.pictures.problems import Unusable
from products.pictures.rendering import Rendering, prepare, render

OPEN_FILES = 64
# How much longer than the caller the kernel waits before it ends this.
GRACE_SECONDS = 1


def main() -> None:
    """Read the picture, write its sizes or why there are none."""
    # Ctrl-C is for the parent, which ends this.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    header = json.loads(sys.argv[1])
    prepare()
    confine(header.pop("address_space_bytes"))
    write(sys.stdout.buffer, sys.stdin.buffer.read(), Limits(**header))


def confine(address_space_bytes: int) -> None:
    """Give up what is not needed: memory, time, files, a place for cores."""
    seconds = WALL_SECONDS + GRACE_SECONDS
    for limit, most in (
        (resource.RLIMIT_AS, address_space_bytes),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, MOST_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(limit)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(limit, (allowed, allowed))
    # No handler, so that C code ends too, and even if the parent is dead by then.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds)


def write(answers: BinaryIO, data: bytes, limits: Limits) -> None:
    """Write what became of a file."""
    try:
        rendering = render(data, limits)
    except Unusable as error:
        _write_head(answers, {"problem": error.problem})
        return
    except MemoryError:
        _write_head(answers, {"problem": problems.TOO_HARD})
        return
    _write_head(answers, _described(rendering))
    for one in rendering.sizes:
        answers.write(one.data)
    answers.flush()


def _described(rendering: Rendering) -> dict[str, object]:
    return {
        "width": rendering.width,
        "height": rendering.height,
        "sizes": [[one.width, one.height, len(one.data)] for one in rendering.sizes],
    }


def _write_head(answers: BinaryIO, head: dict[str, object]) -> None:
    answers.write(json.dumps(head).encode() + b"\n")
    answers.flush()


if __name__ == "__main__":
    main()
