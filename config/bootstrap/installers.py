"""
The ways to get packages into `.venv`, in turn.

A bare Debian has neither pip nor `ensurepip`, and refuses `pip install` outside of an
environment (PEP 668). Each way below was met on some machine; the first that works is
taken.
"""

from __future__ import annotations

import importlib
import importlib.util
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

from config.bootstrap import console, debian
from config.bootstrap.failures import BootstrapFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from config.bootstrap.environment import Environment

# Building from source would run code that no hash vouches for.
STRICT = ("--require-hashes", "--only-binary", ":all:")
PIP_OPTIONS = ("--disable-pip-version-check", "--no-input", "--progress-bar", "off")
# Options that people keep in pip's own configuration and that have no place here.
PIP_VARIABLES = {
    "PIP_USER": "0",
    "PIP_REQUIRE_VIRTUALENV": "0",
    "PIP_ROOT_USER_ACTION": "ignore",
    # Otherwise its lines come late, all at once.
    "PYTHONUNBUFFERED": "1",
}
# The first pip that can install for another Python.
OLDEST_OUTSIDE_PIP = (22, 3)


class Installer(NamedTuple):
    """A command that installs what the `-r` options added to it name."""

    name: str
    command: tuple[str, ...]
    reinstall: tuple[str, ...] = ("--force-reinstall",)
    variables: Mapping[str, str] = PIP_VARIABLES


def find_installer(environment: Environment, runner: console.Runner) -> Installer:
    """Make the environment by the first way that works, and return its installer."""
    for way in (own_pip, outside_pip, uv, downloaded_pip):
        installer = way(environment, runner)
        if installer:
            return installer
    raise BootstrapFailed(
        "This machine has no tool that can install Python packages: no python3-venv, "
        "no pip, no uv, and Debian's pip could not be fetched without root. Have root "
        f"run this once: `{debian.COMMAND_FOR_ROOT}`; then run the same command again. "
        f"What was tried is in {environment.log}."
    )


def own_pip(environment: Environment, runner: console.Runner) -> Installer | None:
    """Use the environment's pip, which `ensurepip` gives to a new one."""
    if not (environment.is_usable() and environment.has_pip()):
        importlib.invalidate_caches()  # apt may have brought `ensurepip` just now
        if importlib.util.find_spec("ensurepip") is None:
            return None
        if not (environment.make(runner) and environment.add_pip(runner)):
            return None
    return _pip("pip", str(environment.python), "-m", "pip")


def outside_pip(environment: Environment, runner: console.Runner) -> Installer | None:
    """Let this machine's pip, Debian's for one, install into a bare environment."""
    if _pip_version(sys.executable, "-m", "pip") < OLDEST_OUTSIDE_PIP:
        return None
    if not environment.make(runner, "--without-pip"):
        return None
    into = ("--python", str(environment.python))
    return _pip("this machine's pip", sys.executable, "-m", "pip", *into)


def uv(environment: Environment, runner: console.Runner) -> Installer | None:
    """Use uv, where somebody has installed it."""
    program = shutil.which("uv")
    if not program or not _answers(program, "--version"):
        return None
    if not environment.make(runner, "--without-pip"):
        return None
    command = (program, "pip", "install", "--python", str(environment.python), *STRICT)
    return Installer("uv", command, reinstall=("--reinstall",), variables={})


def downloaded_pip(
    environment: Environment, runner: console.Runner
) -> Installer | None:
    """Fetch Debian's pip without installing it: what is left to an ordinary user."""
    wheel = debian.download_pip(environment.folder.with_name(".venv-pip"), runner)
    if wheel is None or not environment.make(runner, "--without-pip"):
        return None
    # A wheel is a zip file, and a zip file with a package in it can be run.
    into = ("--python", str(environment.python))
    return _pip("Debian's pip", sys.executable, str(wheel / "pip"), *into)


def _pip(name: str, *command: str) -> Installer:
    return Installer(name, (*command, "install", *PIP_OPTIONS, *STRICT))


def _pip_version(*pip: str) -> tuple[int, ...]:
    """Return pip's version, `(23, 0)`; `(0, 0)` when there is none that works."""
    try:
        said = subprocess.run(  # noqa: S603 - this Python's own pip
            [*pip, "--version"], capture_output=True, text=True, check=True
        ).stdout.split()
        return tuple(int(part) for part in said[1].split(".")[:2])
    except (OSError, subprocess.CalledProcessError, IndexError, ValueError):
        return (0, 0)


def _answers(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    except OSError:
        return False
