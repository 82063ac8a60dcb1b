#!/usr/bin/env python3
"""
From the till's signed request to the phone's line: `python3 bench/till_latency.py`.

Beside a bare message of Redis from a publisher to a subscriber, in the same rounds.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.till_latency_run import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
