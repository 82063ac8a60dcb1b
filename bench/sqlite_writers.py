#!/usr/bin/env python3
"""
Four processes that write one SQLite file: `python3 bench/sqlite_writers.py`.

Each transaction reads a row, then writes two, as the answer to a prompt does. Shows why
the embedded mode sets what it sets.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the comparison, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.writers import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
