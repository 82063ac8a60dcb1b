#!/usr/bin/env python3
"""
Payments for an hour, or a minute: `python3 bench/till_soak.py [--thorough]`.

10,000 prompts an hour: no process may grow, and no row may be left open.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.soaking import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
