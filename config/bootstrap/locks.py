"""The lock files: which ones a command needs, and whether they are met here."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

EVERY_COMMAND = ("requirements.txt",)
ALSO_NEEDED = {"test": ("requirements-test.txt",), "gate": ("requirements-dev.txt",)}

# `name==version ; marker \`: the marker, when there is one, ends the match.
PINNED = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>[^\s;\\]+)\s*(?P<marker>;)?")


def locks_for(arguments: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the lock files that a command line needs."""
    command = arguments[0] if arguments else ""
    return EVERY_COMMAND + ALSO_NEEDED.get(command, ())


def digest(lock: Path) -> str:
    """Return the SHA-256 of a lock file, in hexadecimal digits."""
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def pinned(lock: Path) -> dict[str, str]:
    """
    Return the version of each package that a lock file wants on every machine.

    A package with a marker is left out: reading markers takes a library, and what the
    others say is enough to recognise an environment made from this lock.
    """
    matches = map(PINNED.match, lock.read_text(encoding="utf-8").splitlines())
    return {
        match["name"]: match["version"]
        for match in matches
        if match and not match["marker"]
    }


def unmet(locks: Iterable[Path]) -> list[str]:
    """Return the packages that the running Python lacks or has in another version."""
    wanted = {name: version for lock in locks for name, version in pinned(lock).items()}
    return [name for name, version in wanted.items() if _installed(name) != version]


def _installed(name: str) -> str:
    # Here, because the module must be importable where this one does not exist yet.
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""
