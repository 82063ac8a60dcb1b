#!/usr/bin/env python3
"""
Payments while everything is killed: `python3 bench/till_chaos.py [--thorough]`.

Tills ask and phones answer over HTTP while workers, web process, sweeper, Redis and
PostgreSQL are killed with -9. Nothing may be lost, doubled or late.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.chaos import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
