#!/usr/bin/env python3
"""
How long a request without proof takes, by what it lacks: `bench/signature_times.py`.

As ratios to a request whose signature is wrong, all of them in turns.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.proofs import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
