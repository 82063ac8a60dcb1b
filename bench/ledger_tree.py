#!/usr/bin/env python3
"""
What the tree of the log weighs, and its proofs: `python3 bench/ledger_tree.py`.

On a PostgreSQL of its own. `--thorough`: a million entries.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.log_tree import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
