#!/usr/bin/env python3
"""
What reading a sheet costs: `python3 bench/sheet_read.py`, or `--help`.

Like `manage.py`, it makes or takes the project's own environment first.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the comparison, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    # The real PostgreSQL and the rival are packages of the tests.
    prepare(["test"])
    from bench.comparison import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
