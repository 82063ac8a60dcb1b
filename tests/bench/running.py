"""A measurement, run as a person would."""

import os
import subprocess
import sys

from django.conf import settings

from tests import processes


def outcome(*command: str) -> "subprocess.CompletedProcess[str]":
    """Run a measurement to its end, whatever that is."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=settings.BASE_DIR,
        env={**processes.unmeasured(os.environ), "FLASHSESAME_BOOTSTRAP": "0"},
        capture_output=True,
        text=True,
        check=False,
    )


def printed(*command: str) -> str:
    """Return what a measurement prints that ends well."""
    found = outcome(*command)
    assert found.returncode == 0, found.stdout + found.stderr
    return found.stdout
