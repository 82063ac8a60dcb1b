#!/usr/bin/env python3
"""
What counting a scan costs, on its path and off it: `python3 bench/scan_counting.py`.

Beside the control that must be slow: one row read and written for each scan.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.counting import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
