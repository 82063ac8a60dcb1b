#!/usr/bin/env python3
"""
How well and how fast codes are parsed: `python3 bench/code_parsing.py`, or `--help`.

Like `manage.py`, it makes or takes the project's own environment first.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the measurement, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    # The strategies that make up inputs are those of the tests.
    prepare(["test"])
    from bench.codes import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
