#!/usr/bin/env python3
"""
Five actors who end one prompt in five ways: `python3 bench/settling_race.py`.

On a PostgreSQL of its own, first as the till does it, then in the naive form, which
reads before it writes and must be found out. `--thorough`: 3,000 prompts.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.settling import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
