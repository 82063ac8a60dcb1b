#!/usr/bin/env python3
"""
The one door of the project: `python3 manage.py run`, `test`, or any Django command.

It makes its own `.venv` first; see `config/bootstrap`.
"""

import os
import sys

from config.bootstrap import prepare


def main() -> None:
    """Run one command, in the environment that the lock files describe."""
    prepare(sys.argv[1:])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # Only now: before `prepare`, Django may not be installed.
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
