"""Stand-ins for a machine, an installer and an environment."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from config.bootstrap import console
from config.bootstrap.environment import Environment

LOCK = """\
# by uv
probe==1.0 \\
    --hash=sha256:{digest}
other==2.1 ; sys_platform == 'win32' \\
    --hash=sha256:00
"""


class Commands(console.Runner):
    """A runner that runs nothing: it notes the commands and says how they ended."""

    def __init__(self, succeeds: bool = True, output: str = "") -> None:
        self.outcome = console.Outcome(succeeds, output)
        self.seen: list[Sequence[str]] = []

    def run(
        self,
        title: str,  # noqa: ARG002 - the signature of a runner
        command: Sequence[str],
        variables: Mapping[str, str] | None = None,  # noqa: ARG002
        folder: Path | None = None,  # noqa: ARG002
    ) -> console.Outcome:
        self.seen.append(command)
        return self.outcome


def pretend_made(environment: Environment, lock: Path) -> None:
    """Make what a good stamp vouches for, without making the environment."""
    environment.python.parent.mkdir(parents=True)
    environment.python.symlink_to(sys.executable)
    (environment.folder / "pyvenv.cfg").touch()
    environment._write_stamp([lock], {})


def program(folder: Path, name: str, script: str) -> str:
    """Write a program that stands for one of the system's."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)
