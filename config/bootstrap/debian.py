"""What Debian's package manager can add, with root's rights and without them."""

from __future__ import annotations

import ctypes
import importlib.util
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from config.bootstrap import console

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND_FOR_ROOT = "apt-get install -y python3-venv ca-certificates libzbar0"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
PATIENCE = ("-o", "DPkg::Lock::Timeout=120", "-o", "Acquire::Retries=2")


def install_system_packages(runner: console.Runner) -> None:
    """
    Install the system packages that are missing, if this user may.

    None of them is indispensable: without python3-venv there are other ways to
    packages, and without libzbar0 zxing-cpp reads codes alone. So a failure is told,
    and the bootstrap goes on.
    """
    missing = missing_packages()
    if missing and may_install():
        install(missing, runner)
    elif "libzbar0" in missing:
        console.say(
            "libzbar0 is not installed: codes are read by one engine instead of two "
            "(as root: apt-get install -y libzbar0)"
        )


def missing_packages() -> list[str]:
    """Return the Debian packages that this machine lacks and that would help."""
    missing = []
    # Debian's python3-venv is of use to Debian's Python only.
    if sys.base_prefix == "/usr" and importlib.util.find_spec("ensurepip") is None:
        missing.append("python3-venv")
    if not CERTIFICATES.exists():
        missing.append("ca-certificates")
    try:
        ctypes.CDLL("libzbar.so.0")
    except OSError:
        missing.append("libzbar0")
    return missing


def is_allowed() -> bool:
    """Say whether apt exists here and has not been switched off."""
    switched_off = os.environ.get("FLASHSESAME_APT") == "0"
    return not switched_off and shutil.which("apt-get") is not None


def may_install() -> bool:
    """Say whether this process may install Debian packages on this machine."""
    return is_allowed() and os.geteuid() == 0


def install(packages: Sequence[str], runner: console.Runner) -> bool:
    """Install Debian packages as root; say whether it worked."""
    variables = {"DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *PATIENCE, "install", "-y", "--no-install-recommends"]
    title = f"Installing {', '.join(packages)} with apt-get"
    if runner.run(title, [*command, *packages], variables).succeeded:
        return True
    # A fresh machine has no package lists; an old one has lists of packages long gone.
    update = ["apt-get", *PATIENCE, "update"]
    runner.run("Reading Debian's package lists", update, variables)
    return runner.run(title, [*command, *packages], variables).succeeded


def download_pip(folder: Path, runner: console.Runner) -> Path | None:
    """
    Fetch Debian's pip wheel into a folder, as any user; return the wheel.

    `apt-get download` installs nothing. It only needs package lists, and takes a
    private copy of them, since those of the machine are root's to renew. A wheel that
    an earlier start has fetched is used again.
    """
    wheels = "usr/share/python-wheels/pip-*.whl"
    fetched = next(folder.glob(wheels), None)
    if fetched or not is_allowed() or shutil.which("dpkg-deb") is None:
        return fetched
    # The lists are large and of no use afterwards.
    with tempfile.TemporaryDirectory(prefix="flashsesame-apt-") as scratch:
        package = _download("python3-pip-whl", Path(scratch), runner)
        if package is None:
            return None
        runner.run("Unpacking it", ["dpkg-deb", "-x", str(package), str(folder)])
    return next(folder.glob(wheels), None)


def _download(name: str, scratch: Path, runner: console.Runner) -> Path | None:
    lists = scratch / "lists"
    (lists / "partial").mkdir(parents=True)
    options = (
        f"Dir::State::Lists={lists}",
        f"Dir::Cache={scratch}",
        "Debug::NoLocking=1",
    )
    apt = ["apt-get", *(part for option in options for part in ("-o", option))]
    reads = runner.run("Reading Debian's package lists", [*apt, "update"])
    # apt downloads into the current folder, and has no option for another.
    fetches = reads.succeeded and runner.run(
        f"Fetching {name}", [*apt, "download", name], folder=scratch
    )
    return next(scratch.glob(f"{name}_*.deb"), None) if fetches else None
