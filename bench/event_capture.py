#!/usr/bin/env python3
"""
What capturing events costs: `python3 bench/event_capture.py`, or `--help`.

Documents of growing size, checked and recorded; then the reading of one journey, beside
few events and beside many: seconds, queries, and the peak memory.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.capturing import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
