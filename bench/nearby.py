"""
Runs a program of the service that may tell servers on this machine.

`python -m bench.nearby -m celery …` or `python -m bench.nearby manage.py …`. The
service itself tells public addresses alone, and has no setting for others:
`BENCH_NEARBY` names `host:port` for measurements, whose tills' servers stand beside
them.
"""

import os
import runpy
import sys

from common import outgoing

NEARBY = "BENCH_NEARBY"


def main() -> None:
    """Run what the command line names, as its own program would."""
    outgoing.allowed_private = frozenset(os.environ.get(NEARBY, "").split())
    first, *rest = sys.argv[1:]
    sys.argv = rest if first == "-m" else [first, *rest]
    if first == "-m":
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    else:
        runpy.run_path(first, run_name="__main__")


if __name__ == "__main__":
    main()
