"""Debian's Chromium, which the browser tests drive."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
# libatomic1 is what Playwright's driver needs and a bare Debian lacks.
PACKAGES = ("chromium", "libatomic1")


def provide_chromium(say: Callable[[str], Any], *, in_ci: bool) -> str:
    """
    Return why there is no Chromium, or nothing when there is.

    On a machine of a CI, which is thrown away, root installs it. A person is told.
    """
    if CHROMIUM.exists():
        return ""
    advice = f"{CHROMIUM} is missing (as root: apt-get install -y {' '.join(PACKAGES)})"
    if not in_ci:
        return advice
    if not may_install():
        return f"{advice}; this user may not install it"
    say(f"Installing {' and '.join(PACKAGES)} with apt-get …")
    said = _install()
    if CHROMIUM.exists():
        return ""
    return f"{CHROMIUM} could not be installed: {said[-300:].strip()}"


def may_install() -> bool:
    """Say whether this process may install Debian packages."""
    switched_off = os.environ.get("FLASHSESAME_APT") == "0"
    has_apt = shutil.which("apt-get") is not None
    return has_apt and not switched_off and os.geteuid() == 0


def _install() -> str:
    install = ["apt-get", "install", "-y", "--no-install-recommends", *PACKAGES]
    said = ""
    # Package lists may be missing or old: read them and try once more.
    for command in (install, ["apt-get", "update"], install):
        outcome = subprocess.run(  # noqa: S603 - a fixed command
            command,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        said = outcome.stdout
        if command is install and outcome.returncode == 0:
            break
    return said
