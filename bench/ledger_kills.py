#!/usr/bin/env python3
"""
The sequencer, killed again and again: `python3 bench/ledger_kills.py`.

On a PostgreSQL of its own, under load. `--thorough`: twenty times.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.log_kills import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
