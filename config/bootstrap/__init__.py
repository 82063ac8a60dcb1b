"""
What `manage.py` needs before Django: a recent Python and the locked packages.

Standard library only. These modules must also *parse* on Python 3.8, so that an old
Python gets a sentence instead of a syntax error.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from config.bootstrap import console
from config.bootstrap.environment import Environment
from config.bootstrap.failures import BootstrapFailed
from config.bootstrap.locks import locks_for, unmet

if TYPE_CHECKING:
    from collections.abc import Sequence

BASE_DIR = Path(__file__).resolve().parent.parent.parent
OLDEST_PYTHON = (3, 11)


def prepare(arguments: Sequence[str]) -> None:
    """
    Make sure that this process has the packages which the command needs.

    Returns in an environment that has them, starting the process again inside
    `.venv` if need be. An active virtual environment or an image that has the locked
    versions is used as it is, and is never installed into.
    """
    try:
        _refuse_old_python()
        if os.environ.get("FLASHSESAME_BOOTSTRAP") != "0":
            _prepare([BASE_DIR / name for name in locks_for(arguments)])
    except BootstrapFailed as failure:
        sys.exit(f"\n{failure}")
    except KeyboardInterrupt:
        sys.exit("\nStopped. The same command goes on from here.")


def _refuse_old_python() -> None:
    if sys.version_info[:2] < OLDEST_PYTHON:
        found, wanted = (
            ".".join(map(str, version))
            for version in (sys.version_info[:3], OLDEST_PYTHON)
        )
        raise BootstrapFailed(
            f"Flashsésame needs Python {wanted} or later, and this is Python {found} "
            f"({sys.executable}). Run manage.py with a newer one, for example "
            "`python3.11 manage.py run`."
        )


def _prepare(locks: list[Path]) -> None:
    environment = Environment(BASE_DIR / ".venv")
    if environment.is_running():
        environment.bring_up_to_date(locks)
        return
    in_foreign_environment = sys.prefix != sys.base_prefix
    # A good stamp spares a plain Python the look through its packages, but whoever
    # activated an environment of their own meant it.
    if in_foreign_environment or not environment.is_up_to_date(locks):
        lacking = unmet(locks)
        if not lacking:
            return
        if in_foreign_environment:
            console.say(
                f"The active environment, {sys.prefix}, is left as it is: it lacks "
                f"{', '.join(lacking[:3])}{' …' if len(lacking) > 3 else ''}. "
                f"Using {environment.folder} instead."
            )
    environment.bring_up_to_date(locks)
    environment.take_over()
