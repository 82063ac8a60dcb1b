#!/usr/bin/env python3
"""
What publishing costs: sheets a second, at once and by a Celery worker.

`python3 bench/sheet_publishing.py`; `--thorough` for 10,000 sheets by a worker on
PostgreSQL and Redis.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    # The real PostgreSQL and Redis are packages of the tests.
    prepare(["test"] if "--thorough" in sys.argv else [])
    from bench.publications import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
