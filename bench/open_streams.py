#!/usr/bin/env python3
"""
A thousand open streams, and as many waiting polls: `python3 bench/open_streams.py`.

What one costs in memory, how soon it hears, how many threads and connections it takes.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.open_streams_run import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
