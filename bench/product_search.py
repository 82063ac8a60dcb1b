#!/usr/bin/env python3
"""
What a search costs as the catalogue grows: `python3 bench/product_search.py`.

The same questions with 1,000 products and with many, and how many misspelt words are
understood. `--thorough`: 1,000,000 products on PostgreSQL.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.searching import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
