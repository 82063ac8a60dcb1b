#!/usr/bin/env python3
"""
What labels cost: `python3 bench/label_printing.py`, or `--help`.

Two encoders side by side, and whole runs of labels with their peak memory.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.printing import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
