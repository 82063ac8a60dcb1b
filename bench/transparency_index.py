#!/usr/bin/env python3
"""
What the civil status costs: read, composed, and the index of many companies.

`python3 bench/transparency_index.py`; `--thorough` for 10,000 companies by a Celery
worker on PostgreSQL and Redis.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.civil_statuses import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
