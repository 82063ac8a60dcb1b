#!/usr/bin/env python3
"""
What an import of products costs: `python3 bench/product_import.py`, or `--help`.

A dump like that of Open Food Facts, imported the real way into a PostgreSQL of its own,
beside a raw COPY of the same rows; and the peak memory of the importing process.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.dumping import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
