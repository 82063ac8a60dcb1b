"""Programs of Debian's that some tests drive: Chromium, and curl."""

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple


class Program(NamedTuple):
    """A program, and the Debian packages that bring it."""

    path: Path
    packages: Sequence[str]


# libatomic1 is what Playwright's driver needs and a bare Debian lacks.
CHROMIUM = Program(Path("/usr/bin/chromium"), ("chromium", "libatomic1"))
CURL = Program(Path("/usr/bin/curl"), ("curl",))


def provide(program: Program, say: Callable[[str], Any], *, in_ci: bool) -> str:
    """
    Return why the program is not there, or nothing when it is.

    On a machine of a CI, which is thrown away, root installs it. A person is told.
    """
    if program.path.exists():
        return ""
    packages = " ".join(program.packages)
    advice = f"{program.path} is missing (as root: apt-get install -y {packages})"
    if not in_ci:
        return advice
    if not may_install():
        return f"{advice}; this user may not install it"
    say(f"Installing {packages} with apt-get …")
    said = _install(program.packages)
    if program.path.exists():
        return ""
    return f"{program.path} could not be installed: {said[-300:].strip()}"


def may_install() -> bool:
    """Say whether this process may install Debian packages."""
    switched_off = os.environ.get("FLASHSESAME_APT") == "0"
    has_apt = shutil.which("apt-get") is not None
    return has_apt and not switched_off and os.geteuid() == 0


def _install(packages: Sequence[str]) -> str:
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
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
