#!/usr/bin/env python3
"""
What an import costs: `python3 bench/statement_import.py`, or `--help`.

Files of growing size, checked and recorded: seconds, and the peak memory of each.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.importing import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
