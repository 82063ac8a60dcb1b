#!/usr/bin/env python3
"""
What a count of a shop costs, in bulk and alone: `python3 bench/stock_update.py`.

Beside the control that must be slow: `set_stock`, one transaction for each count.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.stocks import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
