#!/usr/bin/env python3
"""
Whether the resolver keeps its contract: `python3 bench/resolver_contract.py`.

Asks the rows of `tests/resolver_contract.py` of a real server over HTTP, then random
addresses, and measures what resolving costs. Like `manage.py`, it makes or takes the
project's own environment first.
"""

import sys
from pathlib import Path


def main() -> None:
    """Run the contract, in the environment that the lock files describe."""
    # Started by its path, a script finds its own folder and not the checkout.
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
    from config.bootstrap import prepare

    prepare([])
    from bench.contract import run

    run(sys.argv[1:])


if __name__ == "__main__":
    main()
