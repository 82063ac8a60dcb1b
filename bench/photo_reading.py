#!/usr/bin/env python3
"""
How many photos are read, and how many wrongly: `python3 bench/photo_reading.py FOLDER`.

`--help` says more. Like `manage.py`, it makes or takes the project's own environment
first.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the comparison, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.photos import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
